package store

import (
	"brandregistry/internal/area"
	"brandregistry/internal/period"
	"brandregistry/internal/store/storetest"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestAuditEventsUseAnIndex reads the plan of every combination of filters: none scans the log, and
// none sorts it.
func TestAuditEventsUseAnIndex(t *testing.T) {
	b := openCoverageIn(t, storetest.File(t), 2, time.Date(2026, 10, 5, 2, 0, 0, 0, time.UTC))
	at := period.Instant(1)
	for _, within := range []area.Code{"0", "33", "3301", "330109", "330109001"} {
		for _, account := range []string{"", "clerk"} {
			for _, subject := range []string{"", "areas/330109001"} {
				for _, since := range []*period.Instant{nil, &at} {
					for _, after := range []*AuditPlace{nil, {At: 5, Chain: "330109", Sequence: 1}} {
						for _, ascending := range []bool{true, false} {
							f := AuditFilter{Within: within, Account: account, Subject: subject, Since: since, After: after, Ascending: ascending, Limit: 50}
							b.statements = nil
							view(t, b.Store, func(r *Reader) error {
								_, err := r.AuditEvents(f)
								return err
							})
							i := slices.IndexFunc(b.statements, func(s statement) bool { return strings.Contains(s.query, "FROM audit_events") })
							for _, line := range planOf(t, b.Store, b.statements[i]) {
								wide := len(within) < 6 && strings.Contains(line, "INDEX audit_events_at") // in its order, to the limit
								if strings.HasPrefix(line, "SCAN") && !wide || strings.Contains(line, "TEMP B-TREE") {
									t.Errorf("%+v: %s", f, line)
								}
							}
						}
					}
				}
			}
		}
	}
}

func planOf(t *testing.T, s *Store, st statement) (out []string) {
	t.Helper()
	view(t, s, func(r *Reader) error {
		return r.each(func(scan func(...any) error) error {
			var id, parent, unused int
			var line string
			err := scan(&id, &parent, &unused, &line)
			out = append(out, line)
			return err
		}, "EXPLAIN QUERY PLAN "+st.query, st.args...)
	})
	if len(out) == 0 {
		t.Fatal(fmt.Errorf("no plan of %s", st.query))
	}
	return out
}
