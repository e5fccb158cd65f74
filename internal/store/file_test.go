package store

import (
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestParseFile(t *testing.T) {
	for _, c := range []struct{ url, path, mend string }{
		{"file:registry.db", "registry.db", ""},
		{"file:/data/registry.db?cache=private&mode=rwc", "/data/registry.db", ""},
		{"file:///data/registry.db", "/data/registry.db", ""},
		{"file://localhost/data/r.db", "/data/r.db", ""},
		{"file:/data/%E5%BA%93/r%20g.db", "/data/库/r g.db", ""},
		{"file:区#1.db", "区#1.db", ""},
		{"file:///数据/区 #2.db?_pragma=cache_size(-4000)", "/数据/区 #2.db", ""},
		{"file:a%23b%3Fc%25d.db", "a#b?c%d.db", ""},
		{"file:a+b&c=d.db", "a+b&c=d.db", ""},
		{"registry.db", "", "file:registry.db"},
		{"file:", "", "缺少文件名"},
		{"file:/data/", "", "缺少文件名"},
		{"file:a%2F", "", "缺少文件名"},
		{"file::memory:", "", "磁盘上的文件"},
		{"file:%3Amemory:", "", "磁盘上的文件"},
		{"file:100%.db", "", "%25"},
		{"file:a%zz.db", "", "%25"},
		{"file:a%00b.db", "", "%00"},
		{"file://registry.db", "", "绝对路径"},
		{"file://server/data/r.db", "", "绝对路径"},
		{"file:区?1.db", "", "%3F"},
		{"file:a?%zz", "", "%3F"},
		{"file:a?mode=memory", "", "mode=memory"},
		{"file:a?mode=ro", "", "mode=ro"},
		{"file:a?mode=rw", "", "mode=rw"},
		{"file:a?immutable=1", "", "immutable=1"},
		{"file:a?cache=shared", "", "cache=shared"},
		{"file:a?vfs=unix-none", "", "vfs"},
		{"file:a?nolock=1", "", "nolock"},
		{"file:a?_txlock=exclusive", "", "_txlock"},
		{"file:a?_pragma=locking_mode(EXCLUSIVE)", "", "locking_mode"},
		{"file:a?_pragma=synchronous(OFF)#x", "a", ""}, // which the program sets itself
	} {
		file, err := ParseFile(c.url)
		switch {
		case c.mend == "" && (err != nil || file.Path != c.path):
			t.Errorf("%s: %q, %v; want %q", c.url, file.Path, err, c.path)
		case c.mend != "" && (err == nil || !strings.Contains(err.Error(), c.mend)):
			t.Errorf("%s: %v; want it to name %s", c.url, err, c.mend)
		}
	}
}

// TestEveryCharacterOfAPathCounts opens registries whose names differ in what URLs use otherwise: each
// is in the file of its own name.
func TestEveryCharacterOfAPathCounts(t *testing.T) {
	t.Chdir(t.TempDir())
	for i, name := range []string{"区", "区#1.db", "区#2.db", "区 3.db", "区?4.db", "区%5.db", "区%2e6.db", "区&a=b.db"} {
		url := "file:" + strings.NewReplacer("%", "%25", "?", "%3F").Replace(name)
		if i == 0 { // after the others, see TestOldNameIsNotTakenForANewRegistry
			continue
		}
		s := openURL(t, url)
		update(t, s, func(w *Writer) error { return addArea(w, i) })
		if _, err := os.Stat(name); err != nil {
			t.Errorf("%s: %v", url, err)
		}
		if areas, _ := count(t, s); areas != 1 {
			t.Errorf("%s holds %d areas: another's", url, areas)
		}
	}
	if areas, _ := count(t, openURL(t, "file:区")); areas != 0 {
		t.Errorf("区 holds %d areas: another's", areas)
	}
}

// TestOldNameIsNotTakenForANewRegistry: earlier versions overlooked what follows #, so the registry is
// in the file without it.
func TestOldNameIsNotTakenForANewRegistry(t *testing.T) {
	t.Chdir(t.TempDir())
	must(t, openURL(t, "file:区").Close())
	_, err := Open(background, Options{URL: "file:区#1.db"}, true)
	if err == nil || !strings.Contains(err.Error(), "旧版") {
		t.Errorf("it opens: %v", err)
	}
	if _, err := os.Stat("区#1.db"); err == nil {
		t.Error("a new registry was made")
	}
}

// TestForeignFilesAreLeftAlone: nothing is written into them or beside them.
func TestForeignFilesAreLeftAlone(t *testing.T) {
	made := func(name string, statements ...string) {
		db, err := sql.Open("sqlite", "file:"+name)
		must(t, err)
		for _, s := range statements {
			if _, err := db.Exec(s); err != nil {
				t.Fatal(err)
			}
		}
		must(t, db.Close())
	}
	dir := t.TempDir()
	t.Chdir(dir)
	made("rollback", "CREATE TABLE notes (text)")
	made("wal", "PRAGMA journal_mode(WAL)", "CREATE TABLE goose_db_version (id)", "CREATE TABLE notes (text)")
	made("view", "CREATE VIEW one AS SELECT 1")
	made("stamped", "PRAGMA application_id = 7")
	must(t, os.WriteFile("text", []byte("这不是数据库\n"), 0o600))
	must(t, os.WriteFile("long", []byte(strings.Repeat("not a database ", 1000)), 0o600))
	names, err := filepath.Glob("*")
	must(t, err)
	must(t, os.Mkdir("directory", 0o700))
	for _, name := range append(names, "directory") {
		before, _ := os.ReadFile(name) // a directory has no content
		for _, o := range []Options{{URL: "file:" + name}, {URL: "file:" + name, ReadOnly: true}} {
			for _, migrate := range []bool{true, false} {
				s, err := Open(background, o, migrate)
				if foreign := (NotRegistry{}); !errors.As(err, &foreign) {
					t.Errorf("%s is opened: %v, %v", name, s, err)
				}
			}
		}
		if after, _ := os.ReadFile(name); string(after) != string(before) {
			t.Errorf("%s was written to", name)
		}
	}
	if left, _ := filepath.Glob("*"); len(left) != len(names)+1 {
		t.Errorf("there are %v, there were %v", left, names)
	}
}

// TestEmptyFileBecomesARegistry, but only for whoever may make one.
func TestEmptyFileBecomesARegistry(t *testing.T) {
	t.Chdir(t.TempDir())
	must(t, os.WriteFile("registry.db", nil, 0o600))
	for _, o := range []Options{{URL: "file:registry.db"}, {URL: "file:registry.db", ReadOnly: true}} {
		_, err := Open(background, o, false)
		if schema := (SchemaMismatch{}); !errors.As(err, &schema) || schema.Have != 0 {
			t.Errorf("an empty file: %v", err)
		}
	}
	if left, _ := filepath.Glob("*"); len(left) != 1 || hasContent("registry.db") {
		t.Errorf("a refused opening left %v", left)
	}
	openURL(t, "file:registry.db")
}
