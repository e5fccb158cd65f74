package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// floors lists the packages from the ground up: each may import only those on floors below its own.
var floors = [][]string{
	{"internal/area", "internal/period", "internal/column"},
	{"internal/fault"},
	{"internal/text"},
	{"internal/access", "internal/audit", "internal/media"},
	{"internal/catalog", "internal/plan", "internal/account", "internal/task"},
	{"internal/coverage", "internal/brand"},
	{"internal/report"},
	{"internal/store"},
	{"internal/store/storetest"},
	{"internal/workbook", "internal/bulletin", "internal/demo"},
	{"internal/openapi", "docs"},
	{"api/v1"},
	{"api", "api/apitest", "internal/openapi/gen"},
}

// only says who alone may import a library.
var only = map[string][]string{
	"gorm.io/":               {"internal/store"},
	"modernc.org/sqlite":     {"internal/store"},
	"github.com/jackc/pgx":   {"internal/store"},
	"github.com/gin-gonic/":  {"api"},
	"github.com/gin-contrib": {"api"},
}

// TestHouse holds the imports of the program's code (not of its tests) against the floor plan.
func TestHouse(t *testing.T) {
	t.Chdir("..")
	floor := map[string]int{}
	for i, packages := range floors {
		for _, p := range packages {
			floor[p] = i
		}
	}
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "testdata" || (len(d.Name()) > 1 && d.Name()[0] == '.')) {
			return fs.SkipDir
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		here := filepath.ToSlash(filepath.Dir(path))
		level, known := floor[here]
		if !known {
			t.Errorf("%s: package %s has no floor", path, here)
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, spec := range file.Imports {
			name, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			if local, ok := strings.CutPrefix(name, "brandregistry/"); ok && floor[local] >= level {
				t.Errorf("%s imports %s, which is not below %s", path, local, here)
			}
			for library, owners := range only {
				owned := slices.ContainsFunc(owners, func(o string) bool { return here == o || strings.HasPrefix(here, o+"/") })
				if strings.HasPrefix(name, library) && !owned {
					t.Errorf("%s imports %s, which only %v may", path, name, owners)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestProgramCarriesNoTools keeps the generator, test libraries and cgo's SQLite out of the program.
func TestProgramCarriesNoTools(t *testing.T) {
	out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	deps := strings.Fields(string(out))
	for _, banned := range []string{"testing", "github.com/swaggo/swag", "github.com/getkin/kin-openapi", "github.com/santhosh-tekuri/jsonschema", "pgregory.net/rapid", "go.uber.org/goleak", "brandregistry/internal/openapi"} {
		for _, d := range deps {
			if d == banned || strings.HasPrefix(d, banned+"/") {
				t.Errorf("the program carries %s", d)
			}
		}
	}
	if !slices.Contains(deps, "modernc.org/sqlite") {
		t.Error("the program has no SQLite: the list is not the program's")
	}
}

// TestTopLevel keeps the layout: these entries and dot-files, nothing else.
func TestTopLevel(t *testing.T) {
	entries, err := os.ReadDir("..")
	if err != nil {
		t.Fatal(err)
	}
	allowed := []string{"api", "internal", "docs", "configs", "go.mod", "go.sum", "Dockerfile", "README.md"}
	for _, e := range entries {
		name := e.Name()
		if strings.Contains(name, ".db") {
			continue // a registry somebody runs here, which git ignores
		}
		if name[0] != '.' && !slices.Contains(allowed, name) {
			t.Errorf("%s is outside the fixed layout", name)
		}
	}
}

// TestOnlyTheStoreWritesNever: the number that stands for an open end is written by the store alone; these
// files outside it only compare with it.
func TestOnlyTheStoreWritesNever(t *testing.T) {
	t.Chdir("..")
	bounds := regexp.MustCompile(`(minimum|maximum):"-?\d+"`) // what the document says of an integer
	reads := []string{"internal/audit/verify.go", "internal/period/date.go", "internal/plan/goal.go", "internal/report/scope.go", "api/v1/audit_events.go"}
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		path = filepath.ToSlash(path)
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || strings.HasPrefix(path, "internal/store/") {
			return err
		}
		source, err := os.ReadFile(path)
		text := bounds.ReplaceAllString(string(source), "")
		named := strings.Contains(text, "period.Never") || strings.Contains(text, "const Never ") || strings.Contains(text, "9223372036854775807")
		if named && !slices.Contains(reads, path) {
			t.Errorf("%s names the open end", path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
