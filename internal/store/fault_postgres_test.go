//go:build postgres

package store

import (
	"brandregistry/internal/fault"
	"brandregistry/internal/store/storetest"
	"testing"
)

// TestServerFaults has the server itself fail with each code, in an Update that has written and in a
// View: what the fault is, how often it was tried, and that nothing stays.
func TestServerFaults(t *testing.T) {
	s := openURL(t, storetest.Schema(t))
	update(t, s, func(w *Writer) error { return addArea(w, 0) })
	for _, tt := range []struct {
		code  string
		want  fault.Code
		tries int
	}{
		{"53100", fault.StorageFull, 1},        // disk_full
		{"53200", fault.Unavailable, 1},        // out_of_memory
		{"53300", fault.Unavailable, 1},        // too_many_connections
		{"55P03", fault.Unavailable, 1},        // lock_not_available
		{"57014", fault.Unavailable, 1},        // query_canceled
		{"58030", fault.Unavailable, 1},        // io_error
		{"42501", fault.Unavailable, 1},        // insufficient_privilege
		{"08006", fault.Unavailable, 1},        // connection_failure, of a pooler say
		{"40001", fault.Unavailable, attempts}, // serialization_failure
		{"40P01", fault.Unavailable, attempts}, // deadlock_detected
		{"25006", fault.Unavailable, attempts}, // read_only_sql_transaction: a standby
		{"57P01", fault.Unavailable, attempts}, // admin_shutdown
		{"57P02", fault.Unavailable, attempts}, // crash_shutdown
		{"57P03", fault.Unavailable, attempts}, // cannot_connect_now
		{"23505", fault.AlreadyExists, 1},      // unique_violation
		{"23514", "", 1},                       // check_violation
		{"23502", "", 1},                       // not_null_violation
		{"23503", "", 1},                       // foreign_key_violation
		{"22021", "", 1},                       // character_not_in_repertoire
		{"42P01", "", 1},                       // undefined_table
		{"P0001", "", 1},                       // raise_exception
		{"XX000", "", 1},                       // internal_error
	} {
		// Its text is that of another.
		fail := "DO $$ BEGIN RAISE EXCEPTION 'duplicate key; could not extend file: No space left on device' USING ERRCODE = '" + tt.code + "'; END $$"
		tries := 0
		err := s.Update(background, By{}, func(w *Writer) error {
			tries++
			if err := addArea(w, 1); err != nil {
				return err
			}
			_, err := w.exec(fail)
			return err
		})
		if err == nil || codeOf(err) != tt.want || tries != tt.tries {
			t.Errorf("%s in an Update: %v after %d tries, want %q after %d", tt.code, err, tries, tt.want, tt.tries)
		}
		tries = 0
		err = s.View(background, func(r *Reader) error {
			tries++
			_, err := r.exec(fail)
			return err
		})
		if err == nil || codeOf(err) != tt.want || tries != tt.tries {
			t.Errorf("%s in a View: %v after %d tries, want %q after %d", tt.code, err, tries, tt.want, tt.tries)
		}
		if areas, events := count(t, s); areas != 1 || events != 1 {
			t.Fatalf("%s has left %d areas, %d events; want 1, 1", tt.code, areas, events)
		}
	}
	update(t, s, func(w *Writer) error { return addArea(w, 1) })
}
