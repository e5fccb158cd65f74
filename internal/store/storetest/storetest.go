// Package storetest gives tests databases of their own: files of SQLite, or, where
// TEST_DATABASE_URL names a database of PostgreSQL, schemas in it.
package storetest

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
)

// Server is the database of PostgreSQL in which tests have their schemas; "": tests run on SQLite.
func Server() string { return os.Getenv("TEST_DATABASE_URL") }

// URL returns an empty database, which is gone when the test ends.
func URL(t testing.TB) string {
	t.Helper()
	if Server() == "" {
		return File(t)
	}
	return Schema(t)
}

// File returns an empty database of SQLite.
func File(t testing.TB) string {
	t.Helper()
	return "file:" + filepath.Join(t.TempDir(), "registry.db")
}

// Schema returns an empty schema of PostgreSQL.
func Schema(t testing.TB) string {
	t.Helper()
	url, drop, err := NewSchema()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := drop(); err != nil {
			t.Error(err)
		}
	})
	return url
}

// NewSchema makes an empty schema of PostgreSQL, and returns what drops it.
func NewSchema() (registry string, drop func() error, err error) {
	name := "test_" + strings.ToLower(rand.Text())
	u, err := url.Parse(Server())
	if err != nil {
		return "", nil, err
	}
	q := u.Query()
	q.Set("search_path", name)
	u.RawQuery = q.Encode()
	drop = func() error { return Exec(Server(), "DROP SCHEMA "+name+" CASCADE") }
	return u.String(), drop, Exec(Server(), "CREATE SCHEMA "+name)
}

// SchemaOf returns the name of the schema that a URL made here names.
func SchemaOf(registry string) string {
	u, err := url.Parse(registry)
	if err != nil {
		panic(err)
	}
	return u.Query().Get("search_path")
}

// Exec runs statements in the database of PostgreSQL that the URL names.
func Exec(url string, statements ...string) error {
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	for _, s := range statements {
		if _, err := conn.Exec(ctx, s); err != nil {
			return fmt.Errorf("%s: %w", s, err)
		}
	}
	return nil
}

// Tables are the registry's, each after those it refers to.
var Tables = []string{"clock", "areas", "accounts", "tokens", "windows", "extensions", "goals",
	"coverage_revisions", "coverage_totals", "audit_events", "idempotency_keys"}

// Copy fills the registry in one schema, which holds nothing but its tables, with another's rows.
func Copy(from, to string) error {
	statements := []string{"DELETE FROM " + SchemaOf(to) + ".clock"}
	for _, t := range Tables {
		statements = append(statements, fmt.Sprintf("INSERT INTO %s.%s SELECT * FROM %s.%s", SchemaOf(to), t, SchemaOf(from), t))
	}
	return Exec(Server(), strings.Join(statements, ";"))
}
