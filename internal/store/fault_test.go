package store

import (
	"brandregistry/internal/access"
	"brandregistry/internal/account"
	"brandregistry/internal/audit"
	"brandregistry/internal/catalog"
	"brandregistry/internal/fault"
	"brandregistry/internal/period"
	"errors"
	"testing"
)

// codeOf is the code of a fault; "" of any other error.
func codeOf(err error) fault.Code {
	var f *fault.Error
	if errors.As(err, &f) {
		return f.Code
	}
	return ""
}

// TestConstraintFaults: a key that is taken is already_exists, by whatever index the engine finds it.
// What any other constraint refuses the program should not have written: it is an internal error.
func TestConstraintFaults(t *testing.T) {
	b, _ := livedIn(t)
	statement := func(query string, args ...any) func(*Writer) error {
		return func(w *Writer) error {
			_, err := w.exec(query, args...)
			return err
		}
	}
	for _, tt := range []struct {
		name string
		do   func(*Writer) error
		want fault.Code
	}{
		{"primary key", statement("INSERT INTO clock SELECT * FROM clock"), fault.AlreadyExists},
		{"primary key of two columns", statement("INSERT INTO audit_events SELECT * FROM audit_events WHERE sequence = 1"), fault.AlreadyExists},
		{"unique index", statement("UPDATE tokens SET hash = 'same'"), fault.AlreadyExists},
		{"unique index of rows in force", statement("UPDATE areas SET until = ?", period.Never), fault.AlreadyExists},
		{"unique index, by a saved row", func(w *Writer) error {
			return w.SaveAccount(&account.Account{ID: w.NewID(), Username: "clerk-1", Role: access.Clerk, Area: "330109001"}, audit.Change{Action: "account.create"})
		}, fault.AlreadyExists},
		{"check", statement("UPDATE areas SET digits = 7"), ""},
		{"check, by a saved row", func(w *Writer) error {
			return w.SaveAreas(audit.Change{Action: "area.create"}, &catalog.Area{Code: "330109777", Digits: 8, Name: "x"})
		}, ""},
		{"not null", statement("UPDATE areas SET name = NULL"), ""},
		{"foreign key", statement("UPDATE tokens SET account = 'nobody'"), ""},
		{"trigger", statement("DELETE FROM audit_events"), ""},
		{"no such table", statement("DELETE FROM nothing"), ""},
		{"a text that only looks like it", func(*Writer) error {
			return errors.New("UNIQUE constraint failed: duplicate key value violates unique constraint (23505)")
		}, ""},
	} {
		tries := 0
		err := b.Update(background, By{}, func(w *Writer) error {
			tries++
			return tt.do(w)
		})
		if err == nil || codeOf(err) != tt.want || tries != 1 {
			t.Errorf("%s: %v after %d tries, want %q after one", tt.name, err, tries, tt.want)
		}
	}
	if found, _ := findings(t, b.Store, nil); len(found) > 0 {
		t.Errorf("what was refused has left %s", found)
	}
}
