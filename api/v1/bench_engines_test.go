//go:build postgres

package v1_test

import (
	v1 "brandregistry/api/v1"
	"brandregistry/internal/access"
	"brandregistry/internal/area"
	"brandregistry/internal/coverage"
	"brandregistry/internal/period"
	"brandregistry/internal/store"
	"brandregistry/internal/store/storetest"
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver named "pgx"
)

// quarters are those of the engines' comparison at national scale.
const quarters = 40

// settled is how often a report is asked for before it is measured: PostgreSQL settles on the plan of
// a prepared statement when a connection runs it for the sixth time, and eight take turns.
const settled = 48

// BenchmarkEngines measures PostgreSQL, one and two instances of the service over the database that
// TEST_DATABASE_URL names, against SQLite with the same rows: the milliseconds of each report, and
// submissions and approvals a second. ratio is PostgreSQL's figure by SQLite's, the median of rounds
// in which both took their turn. At national scale the plans of the reports' statements are logged.
//
//	BENCH_SCALE=nation TEST_DATABASE_URL=postgres://… go test -tags postgres -run '^$' -bench Engines -benchtime 9x -timeout 60m -v ./api/v1
func BenchmarkEngines(b *testing.B) {
	sc := scaleOf()
	national, periods, brands := sc.name == "nation", sc.periods, 1000
	if national {
		periods, brands = quarters, 20_000
	}
	sc.periods = 1
	file := newRegistry(b, sc)
	version := file.draft(b, file.last.Next(), file.areas)
	file.repeat(b, periods)
	file.correct(b)
	district, brandsBefore := file.fillBrands(b, brands)

	database, trace := storetest.Schema(b), &recorder{}
	open := func() *store.Store {
		s, err := store.Open(b.Context(), store.Options{URL: database, Calendar: file.store.Calendar(), Trace: trace.trace,
			Clock: func() time.Time { return time.UnixMicro(file.clock.Load()) }}, true)
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() {
			if err := s.Close(); err != nil {
				b.Error(err)
			}
		})
		return s
	}
	first, second := open(), open()
	began, rows := time.Now(), int64(0)
	done, err := store.Copy(b.Context(), file.store, first, func(store.Copied) {})
	if err != nil {
		b.Fatal(err)
	}
	for _, t := range done {
		rows += t.Rows
	}
	b.Logf("copied %d rows to PostgreSQL in %v, %.0f a second", rows, time.Since(began).Round(time.Second), float64(rows)/time.Since(began).Seconds())
	logSizes(b, file.file, database)
	server, other := file.over(first), file.over(second)

	top := area.Nation
	if !national {
		top = file.areas[0][:2]
	}
	some := file.areas[len(file.areas)/2]
	before := file.loaded.Time().Format("2006-01-02T15:04:05.000000Z")
	for _, report := range []struct{ name, path string }{
		{"record", fmt.Sprintf("/api/v1/coverage-records/%s/%s", file.last, some)},
		{"list50", fmt.Sprintf("/api/v1/coverage-records?period=%s&area=%s&limit=50", file.last, some[:2])},
		{"district", fmt.Sprintf("/api/v1/reports/coverage?area=%s&period=%s", some[:6], file.last)},
		{"province", fmt.Sprintf("/api/v1/reports/coverage?area=%s&period=%s", some[:2], file.last)},
		{"top", fmt.Sprintf("/api/v1/reports/coverage?area=%s&period=%s", top, file.last)},
		{"topAsOf", fmt.Sprintf("/api/v1/reports/coverage?area=%s&period=%s&as_of=%s", top, file.last, before)},
		{"topSubmitted", fmt.Sprintf("/api/v1/reports/coverage?area=%s&period=%s&basis=submitted", top, file.last)},
		{"topMissing", fmt.Sprintf("/api/v1/reports/coverage?area=%s&period=%s", top, file.last.Next())},
		{"goals", fmt.Sprintf("/api/v1/reports/goals?area=%s&period=%s", top, file.last)},
		{"trend", fmt.Sprintf("/api/v1/reports/trend?area=%s", top)},
		{"submissions", fmt.Sprintf("/api/v1/reports/submissions?area=%s&period=%s", top, file.last)},
		{"brands", fmt.Sprintf("/api/v1/brands?area=%s", top)},
		{"brandsUpdated", fmt.Sprintf("/api/v1/brands?area=%s&sort=-updated_at", top)},
		{"brandsLevel", fmt.Sprintf("/api/v1/brands?area=%s&level=city&sort=name", top)},
		{"brandsFound", fmt.Sprintf("/api/v1/brands?area=%s&q=%s", top, url.QueryEscape("党建 社区"))},
		{"brandReport", fmt.Sprintf("/api/v1/reports/brands?area=%s", top)},
		{"brandReportDistrict", fmt.Sprintf("/api/v1/reports/brands?area=%s", district)},
		{"brandReportAsOf", fmt.Sprintf("/api/v1/reports/brands?area=%s&as_of=%s", top, brandsBefore.Time().Format("2006-01-02T15:04:05.000000Z"))},
	} {
		b.Run("read/"+report.name, func(b *testing.B) {
			ask := request(b, "GET", report.path, file.tokens[access.Reader], "", "")
			want := one(b, file.handler, ask).body // and warms the caches
			var body []byte
			statements := trace.during(func() { body = one(b, server.handler, ask).body })
			if !bytes.Equal(body, want) {
				b.Errorf("PostgreSQL: %.2000s\nSQLite: %.2000s", body, want)
			}
			if national {
				explain(b, database, statements)
			}
			for range settled {
				one(b, file.handler, ask)
				one(b, server.handler, ask)
			}
			var ours, theirs, ratios []float64
			for b.Loop() {
				start := time.Now()
				one(b, file.handler, ask)
				base := time.Since(start)
				start = time.Now()
				one(b, server.handler, ask)
				took := time.Since(start)
				ours, theirs, ratios = append(ours, float64(base)/1e6), append(theirs, float64(took)/1e6), append(ratios, float64(took)/float64(base))
			}
			b.ReportMetric(median(ours), "sqlite-ms")
			b.ReportMetric(median(theirs), "postgres-ms")
			b.ReportMetric(median(ratios), "ratio")
			b.ReportMetric(0, "ns/op")
		})
	}

	const requests = 96
	sqlite := []*httptest.Server{file.serve(b)}
	one := []*httptest.Server{server.serve(b)}
	two := []*httptest.Server{one[0], other.serve(b)}
	fileDecides, serverDecides := file.decide(b, version), server.decide(b, version)
	for _, clients := range []int{1, 4, 16} {
		b.Run(fmt.Sprintf("submit+approve/clients=%d", clients), func(b *testing.B) {
			var base, single, double, ratio, pair []float64
			for b.Loop() {
				s := driveOver(b, sqlite, clients, requests, fileDecides)
				p := driveOver(b, one, clients, requests, serverDecides)
				q := driveOver(b, two, clients, requests, serverDecides)
				base, single, double = append(base, s), append(single, p), append(double, q)
				ratio, pair = append(ratio, p/s), append(pair, q/p)
			}
			b.ReportMetric(median(base), "sqlite-req/s")
			b.ReportMetric(median(single), "postgres-req/s")
			b.ReportMetric(median(double), "postgres2-req/s")
			b.ReportMetric(median(ratio), "ratio")
			b.ReportMetric(median(pair), "two/one")
			b.ReportMetric(0, "ns/op")
		})
	}
}

func logSizes(b *testing.B, file, url string) {
	b.Helper()
	info, err := os.Stat(strings.TrimPrefix(file, "file:"))
	if err != nil {
		b.Fatal(err)
	}
	db, err := sql.Open("pgx", url)
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	var bytes int64
	if err := db.QueryRow("SELECT sum(pg_total_relation_size(oid))::bigint FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'").Scan(&bytes); err != nil {
		b.Fatal(err)
	}
	b.Logf("SQLite %d MB, PostgreSQL %d MB", info.Size()>>20, bytes>>20)
}

// over is the same registry, with its tokens, areas and periods, in another store.
func (r *registry) over(s *store.Store) *registry {
	return &registry{store: s, handler: v1.New(v1.Config{Store: s}), tokens: r.tokens, areas: r.areas, last: r.last}
}

// repeat gives the periods before the last one its figures, by statements over whole tables: they have
// no events.
func (r *registry) repeat(b *testing.B, periods int) {
	b.Helper()
	db, err := sql.Open("sqlite", r.file+"?_pragma=busy_timeout(5000)")
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	p := r.last
	for range periods - 1 {
		p = p.Previous()
		for table, columns := range map[string]string{
			"coverage_totals": "digits, area, reported, changed, " + figureColumns(),
			"coverage_revisions": "area, revision, since, until, state, latest, version, " + figureColumns() +
				", explanations, return_reason, return_pointers, allowed_until, prepared_by, signed_by, phone, returns, first_submitted_at, submitted_at, submitted_by, decided_at, decided_by, created_at",
		} {
			if _, err := db.Exec("INSERT INTO "+table+" (period, "+columns+") SELECT ?, "+columns+" FROM "+table+" WHERE period = ?", string(p), string(r.last)); err != nil {
				b.Fatal(err)
			}
		}
	}
}

func figureColumns() string {
	var out []string
	for _, kind := range coverage.Kinds {
		for _, name := range coverage.FigureNames {
			out = append(out, string(kind)+"_"+name)
		}
	}
	return strings.Join(out, ", ")
}

// scanned are tables of which no report may read the whole. What is asked of a nation's subdistricts
// needs all of areas.
var scanned = regexp.MustCompile(`Seq Scan on (coverage_\w+|brands|brand_\w+|audit_events)`)

// explain logs how PostgreSQL runs statements, and fails when it reads a whole table.
func explain(b *testing.B, url string, statements []statement) {
	b.Helper()
	db, err := sql.Open("pgx", url)
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	for _, s := range statements {
		if !strings.Contains(s.query, "SELECT") {
			continue
		}
		query, n := "", 0
		for i, part := range strings.Split(s.query, "?") {
			if i > 0 {
				n++
				query += "$" + strconv.Itoa(n)
			}
			query += part
		}
		args := make([]any, len(s.args))
		for i, a := range s.args {
			args[i] = a
			if at, ok := a.(period.Instant); ok {
				args[i] = int64(at)
			}
		}
		rows, err := db.QueryContext(context.Background(), "EXPLAIN (ANALYZE, BUFFERS, COSTS OFF, SUMMARY OFF) "+query, args...)
		if err != nil {
			b.Fatalf("%v: %s", err, query)
		}
		var plan []string
		for rows.Next() {
			var line string
			if err := rows.Scan(&line); err != nil {
				b.Fatal(err)
			}
			plan = append(plan, line)
		}
		if err := rows.Close(); err != nil {
			b.Fatal(err)
		}
		text := strings.Join(plan, "\n")
		b.Logf("%.160s\n%s", strings.Join(strings.Fields(s.query), " "), text)
		if found := scanned.FindString(text); found != "" {
			b.Errorf("%s", found)
		}
	}
}
