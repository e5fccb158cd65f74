package docs_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// unwanted are words that say something else than what is meant, and what to write instead.
var unwanted = []struct {
	form    *regexp.Regexp
	instead string
}{
	{regexp.MustCompile(`区级以上`), "市级及以上: by law (民法典第一千二百五十九条) 以上 includes the number"},
	{regexp.MustCompile(`个百分点以上`), "超过 … 个百分点: 以上 includes the number"},
	{regexp.MustCompile(`(^|[^式])党员数`), "正式党员数: others are not counted"},
	{regexp.MustCompile(`三名以上党员`), "三名以上正式党员: others are not counted"},
	{regexp.MustCompile(`记录(已)?被退回|季度的记录|期的记录被`), "…“两新”组织覆盖情况表: the form and its period"},
	{regexp.MustCompile(`疑似|抬高覆盖率`), "what is asked for, not an accusation"},
	{regexp.MustCompile(`查出任何`), "what check finds and what only --heads finds"},
}

// TestWords reads every text of the project, but for tests.
func TestWords(t *testing.T) {
	files := 0
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		name := filepath.Base(path)
		switch {
		case err != nil:
			return err
		case d.IsDir() && path != ".." && (strings.HasPrefix(name, ".") || name == "swagger-ui" || name == "testdata"):
			return fs.SkipDir
		case d.IsDir(), strings.HasSuffix(name, "_test.go"), !slices.Contains([]string{".go", ".md", ".yaml", ".json", ".html", ".js", ".env"}, filepath.Ext(name)):
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		files++
		for _, u := range unwanted {
			for _, found := range u.form.FindAll(text, -1) {
				t.Errorf("%s: %q: write %s", path, found, u.instead)
			}
		}
		return nil
	})
	if err != nil || files < 100 {
		t.Fatalf("%d files read: %v", files, err)
	}
}
