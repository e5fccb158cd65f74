package v1_test

import (
	"brandregistry/internal/access"
	"brandregistry/internal/area"
	"brandregistry/internal/audit"
	"brandregistry/internal/coverage"
	"brandregistry/internal/period"
	"brandregistry/internal/store"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"testing"
	"time"
)

// pace runs subject and baseline in turn, in process and one at a time, and reports the subject's
// median in milliseconds and the median ratio of the two.
func pace(b *testing.B, subject, baseline func()) {
	b.Helper()
	var took, ratios []float64
	for b.Loop() {
		start := time.Now()
		baseline()
		base := time.Since(start)
		start = time.Now()
		subject()
		d := time.Since(start)
		took, ratios = append(took, float64(d)/1e6), append(ratios, float64(d)/float64(base))
	}
	b.ReportMetric(median(took), "ms")
	b.ReportMetric(median(ratios), "ratio")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkReports measures coverage reports against 100 GETs of one record (ratio): of a district, of
// a province by city and of the nation by province, now and as of an instant after which every
// district was corrected.
//
//	BENCH_SCALE=nation go test -run '^$' -bench Reports -benchtime 9x -timeout 60m ./api/v1
func BenchmarkReports(b *testing.B) {
	r := newRegistry(b, scaleOf())
	reader := r.tokens[access.Reader]
	get := func(path string) func() {
		return func() { one(b, r.handler, request(b, "GET", path, reader, "", "")) }
	}
	record := get(fmt.Sprintf("/api/v1/coverage-records/%s/%s", r.last, r.areas[0]))
	baseline := func() {
		for range 100 {
			record()
		}
	}
	top := area.Nation
	if len(r.areas) < 10_000 {
		top = r.areas[0][:2]
	}
	some := r.areas[len(r.areas)/2]
	places := []struct {
		name string
		at   area.Code
	}{{"district", some[:6]}, {"city", some[:4]}, {"province", some[:2]}, {"top", top}}
	reports := func(b *testing.B, query string) {
		for _, p := range places {
			b.Run(p.name, func(b *testing.B) {
				pace(b, get(fmt.Sprintf("/api/v1/reports/coverage?area=%s&period=%s%s", p.at, r.last, query)), baseline)
			})
		}
	}
	b.Run("now", func(b *testing.B) { reports(b, "") })
	r.correct(b)
	b.Run("corrected", func(b *testing.B) { reports(b, "") })
	b.Run("as_of", func(b *testing.B) { reports(b, "&as_of="+r.loaded.Time().Format("2006-01-02T15:04:05.000000Z")) })
	b.Run("trend", func(b *testing.B) {
		pace(b, get(fmt.Sprintf("/api/v1/reports/trend?area=%s", top)), baseline)
	})
	b.Run("submissions", func(b *testing.B) {
		pace(b, get(fmt.Sprintf("/api/v1/reports/submissions?area=%s&period=%s", top, r.last)), baseline)
	})
	b.Run("check", func(b *testing.B) { r.benchCheck(b) })
}

// correct approves a correction in every district of the last period.
func (r *registry) correct(b *testing.B) {
	b.Helper()
	done := map[area.Code]bool{}
	r.update(b, func(tx *store.Writer) error {
		var rows []*coverage.Record
		var touched []area.Code
		now := tx.Now()
		for _, c := range r.areas {
			if done[c.District()] {
				continue
			}
			done[c.District()] = true
			e, err := tx.Coverage(coverage.Key{Period: r.last, Area: c})
			if err != nil {
				return err
			}
			old, corrected := e.Record, e.Record
			old.Until, old.Latest = &now, false
			members := *old.Economic.Members + 1
			corrected.Revision, corrected.Since, corrected.Version = 2, &now, 0
			corrected.Economic.Members = &members
			rows, touched = append(rows, &old, &corrected), append(touched, c)
		}
		if err := tx.SaveCoverages(audit.Change{Action: "coverage.approve"}, rows...); err != nil {
			return err
		}
		return tx.RecomputeTotals(r.last, touched)
	})
}

// benchCheck measures the check of the whole registry against reading all its events on database/sql.
func (r *registry) benchCheck(b *testing.B) {
	db, err := sql.Open("sqlite", r.file)
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	events := 0
	pace(b, func() {
		err := r.store.View(context.Background(), func(tx *store.Reader) error {
			_, err := tx.Check(nil, func(f audit.Finding) { b.Errorf("%+v", f) })
			return err
		})
		if err != nil {
			b.Error(err)
		}
	}, func() {
		rows, err := db.Query("SELECT * FROM audit_events ORDER BY chain, sequence")
		if err != nil {
			b.Fatal(err)
		}
		defer rows.Close()
		cells := make([]any, 13)
		for i := range cells {
			cells[i] = new(any)
		}
		for events = 0; rows.Next(); events++ {
			if err := rows.Scan(cells...); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.ReportMetric(float64(events), "events")
}

// BenchmarkBulkApprove measures an approval of 1,000 records in one request against 100 approvals of
// one record each (ratio).
//
//	BENCH_SCALE=nation go test -run '^$' -bench BulkApprove -benchtime 5x -timeout 60m ./api/v1
func BenchmarkBulkApprove(b *testing.B) {
	r := newRegistry(b, scaleOf())
	p := r.last.Next()
	r.draft(b, p, r.areas)
	var now period.Instant
	r.update(b, func(tx *store.Writer) error { // all are submitted
		rows := make([]*coverage.Record, len(r.areas))
		now = tx.Now()
		for i, c := range r.areas {
			e, err := tx.Coverage(coverage.Key{Period: p, Area: c})
			if err != nil {
				return err
			}
			e.State, e.SubmittedAt, e.FirstSubmitted = coverage.Submitted, &now, &now
			rows[i] = &e.Record
		}
		return tx.SaveCoverages(audit.Change{Action: "coverage.submit"}, rows...)
	})
	rest := r.areas
	take := func(n int) []area.Code {
		if len(rest) < n {
			b.Fatal("no submitted record is left: fewer rounds (-benchtime), or BENCH_SCALE=nation")
		}
		taken := rest[:n]
		rest = rest[n:]
		return taken
	}
	pace(b, func() {
		body, err := json.Marshal(map[string]any{"period": p, "areas": take(1000)})
		if err != nil {
			b.Fatal(err)
		}
		one(b, r.handler, request(b, "POST", "/api/v1/coverage-records/approve", r.tokens[access.Reviewer], "", string(body)))
	}, func() {
		for _, c := range take(100) {
			path := fmt.Sprintf("/api/v1/coverage-records/%s/%s/approve", p, c)
			one(b, r.handler, request(b, "POST", path, r.tokens[access.Reviewer], fmt.Sprintf(`"%d"`, now), ""))
		}
	})
}
