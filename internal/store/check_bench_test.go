package store

import (
	"brandregistry/internal/audit"
	"brandregistry/internal/catalog"
	"brandregistry/internal/coverage"
	"brandregistry/internal/period"
	"runtime"
	"testing"
	"time"
)

// BenchmarkCheck proves a registry of many districts. It reports events a second, and the memory
// that it took at most above what was there before.
func BenchmarkCheck(b *testing.B) {
	s := openCoverage(b, 0, time.Date(2026, 7, 5, 2, 0, 0, 0, time.UTC))
	const districts, subdistricts, periods = 20, 15, 2
	codes := nation(1, 1, districts, subdistricts)
	update(b, s.Store, func(w *Writer) error {
		var rows []*catalog.Area
		for _, c := range codes {
			if c != "330109" {
				rows = append(rows, &catalog.Area{Code: c, Digits: c.Level().Digits(), Name: string(c), Reports: c.ReportsByDefault()})
			}
		}
		return w.SaveAreas(audit.Change{Action: "area.create"}, rows...)
	})
	p := period.ID("2026-Q1")
	for range periods {
		var records []*coverage.Record
		for _, c := range subdistrictsOf(codes) {
			records = append(records, &coverage.Record{
				Period: p, Area: c, Revision: 1, State: coverage.Draft, Latest: true,
				Economic: goodFigures(), Social: goodFigures(), CreatedAt: 1,
			})
		}
		for _, state := range []coverage.State{coverage.Draft, coverage.Submitted, coverage.Returned, coverage.Submitted} {
			update(b, s.Store, func(w *Writer) error {
				for _, r := range records {
					r.State, r.SubmittedAt = state, &w.now
				}
				return w.SaveCoverages(audit.Change{Action: "coverage.edit"}, records...)
			})
		}
		p = p.Next()
	}
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	events := int64(0)
	for b.Loop() {
		view(b, s.Store, func(r *Reader) error {
			done, err := r.Check(nil, func(f audit.Finding) { b.Error(f) })
			events += done.Events
			return err
		})
	}
	runtime.ReadMemStats(&after)
	b.ReportMetric(float64(events)/b.Elapsed().Seconds(), "events/s")
	b.ReportMetric(float64(after.Sys-before.Sys)/(1<<20), "MB")
}
