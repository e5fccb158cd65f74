package store

import (
	"brandregistry/internal/audit"
	"brandregistry/internal/period"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm/schema"
)

// maxListed bounds how many rows of one table are named that bear stamps of the future.
const maxListed = 50

// future finds stamps that lie ahead of the machine's clock by more than the tolerance: what was written
// while a machine's date was wrong.
type future struct {
	*checker
	limit period.Instant
	rows  map[string]int // by table
}

func (c *checker) newFuture() *future {
	return &future{c, c.machine + clockTolerance, map[string]int{}}
}

// stamp reports a stamp of the future; an end of an interval that is open is none.
func (f *future) stamp(table, key, column string, at period.Instant, more string) {
	if at <= f.limit || at == period.Never && (column == "since" || column == "until") {
		return
	}
	if f.rows[table]++; f.rows[table] > maxListed {
		return
	}
	f.report(audit.Finding{Table: table, Key: key, Column: column, Detail: "是将来的时刻 " + at.Time().In(f.store.location()).Format(time.RFC3339) + more})
}

// event reports an event of the future with what was done, for whoever has to do it again.
func (f *future) event(e audit.Event) {
	f.stamp("audit_events", fmt.Sprintf("%s/%d", e.Chain, e.Sequence), "at", e.At, "（"+e.Action+" "+e.Subject+"，操作人 "+e.Account+"）")
}

// row reports the stamps of the future in the row that a source stands at.
func (f *future) row(s *source) {
	for _, i := range s.stamps {
		f.stamp(s.table, s.key(true), s.names[i], s.instant(i), "")
	}
}

// derived reports those of the tables that are made of others or have no events.
func (f *future) derived() error {
	for _, t := range []struct{ table, key, columns, more string }{
		{"clock", "one", "at, accounts_at, plan_at", "，本机的时钟是 " + f.machine.Time().In(f.store.location()).Format(time.RFC3339)},
		{"coverage_totals", "period || '/' || area", "changed", ""},
		{"brand_standings", "area || '/' || brand || '/' || from_day", "since, until", ""},
		{"brand_totals", "area", "changed", ""},
		{"idempotency_keys", "account || '/' || key", "at", ""},
	} {
		columns := strings.Split(t.columns, ", ")
		for _, column := range columns {
			err := f.each(func(scan func(...any) error) error {
				var key string
				var at period.Instant
				if err := scan(&key, &at); err != nil {
					return err
				}
				f.stamp(t.table, key, column, at, t.more)
				return nil
			}, "SELECT CAST("+t.key+" AS TEXT), "+column+" FROM "+t.table+" WHERE "+column+" > ? ORDER BY 2, 1", f.limit)
			if err != nil {
				return err
			}
		}
	}
	for _, table := range slices.Sorted(maps.Keys(f.rows)) {
		if n := f.rows[table]; n > maxListed {
			f.report(audit.Finding{Table: table, Detail: fmt.Sprintf("另有 %d 处将来的时刻，未逐一列出", n-maxListed)})
		}
	}
	return nil
}

var instantType = reflect.TypeFor[period.Instant]()

// isStamp reports whether a column holds when something was written. When a token expires may well lie
// in the future.
func isStamp(f *schema.Field) bool {
	return f.IndirectFieldType == instantType && f.DBName != "expires_at"
}
