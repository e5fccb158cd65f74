//go:build postgres

package store

import (
	"brandregistry/internal/store/storetest"
	"maps"
	"slices"
	"strings"
	"testing"
)

// described is the schema of a registry on PostgreSQL, and what it should be.
func described(t *testing.T, s *Store) (want, have map[string]string) {
	t.Helper()
	view(t, s, func(r *Reader) (err error) {
		want, have, err = s.engine.schemas(&checker{Reader: r})
		return err
	})
	return want, have
}

// differences are the names that are told differently.
func differences(want, have map[string]string) (out []string) {
	for name, text := range want {
		if have[name] != text {
			out = append(out, name+"\n  want "+text+"\n  have "+have[name])
		}
	}
	for name := range have {
		if want[name] == "" {
			out = append(out, name+" is there")
		}
	}
	slices.Sort(out)
	return out
}

func TestMigrationsEndInOneSchema(t *testing.T) {
	s := openURL(t, storetest.Schema(t))
	want, have := described(t, s)
	if d := differences(want, have); len(d) > 0 {
		t.Errorf("the engines differ:\n%s", strings.Join(d, "\n"))
	}
	kinds := map[string]int{}
	for name := range maps.Keys(want) {
		kind, _, _ := strings.Cut(name, " ")
		kinds[kind]++
	}
	if kinds["table"] != 11 || kinds["index"] < 15 || kinds["trigger"] != 3 {
		t.Errorf("compared %v", kinds)
	}
}

// TestSchemaDifferencesShow plants each kind of difference and wants it told, and it alone.
func TestSchemaDifferencesShow(t *testing.T) {
	for statement, named := range map[string]string{
		"DROP INDEX accounts_username":                                    "index accounts_username",
		"CREATE INDEX more ON tokens (name)":                              "index more",
		"CREATE TABLE more (x bigint)":                                    "table more",
		"DROP TRIGGER audit_events_no_update ON audit_events":             "trigger audit_events_no_update",
		"ALTER TABLE audit_events DISABLE TRIGGER audit_events_no_delete": "trigger audit_events_no_delete",
		"CREATE OR REPLACE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN OLD; END'":            "trigger audit_events_no_",
		"ALTER TABLE goals ALTER COLUMN indicator DROP NOT NULL":                                                          "table goals",
		"ALTER TABLE goals ALTER COLUMN indicator TYPE text COLLATE \"POSIX\"":                                            "table goals",
		"ALTER TABLE goals ALTER COLUMN year TYPE integer":                                                                "table goals",
		"ALTER TABLE goals ALTER COLUMN year SET DEFAULT 7":                                                               "table goals",
		"ALTER TABLE goals DROP CONSTRAINT goals_target_bp_check, ADD CHECK (target_bp >= 0 AND target_bp <= 100000)":     "table goals",
		"ALTER TABLE tokens DROP CONSTRAINT tokens_account_fkey":                                                          "table tokens",
		"ALTER TABLE areas DROP CONSTRAINT areas_pkey, ADD PRIMARY KEY (since, code)":                                     "table areas",
		"DROP INDEX areas_in_force; CREATE UNIQUE INDEX areas_in_force ON areas (code) WHERE until = 9223372036854775806": "index areas_in_force",
		"DROP INDEX areas_in_force; CREATE INDEX areas_in_force ON areas (code) WHERE until = 9223372036854775807":        "index areas_in_force",
	} {
		url := storetest.Schema(t)
		s := openURL(t, url)
		if err := storetest.Exec(url, strings.Split(statement, "; ")...); err != nil && !strings.Contains(statement, "FUNCTION") {
			t.Fatal(err)
		} else if err != nil {
			if err := storetest.Exec(url, statement); err != nil {
				t.Fatal(err)
			}
		}
		want, have := described(t, s)
		found := differences(want, have)
		if len(found) == 0 || slices.ContainsFunc(found, func(d string) bool { return !strings.HasPrefix(d, named) }) {
			t.Errorf("%s: told as %q", statement, found)
		}
	}
}
