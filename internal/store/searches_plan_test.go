//go:build postgres

package store

import (
	"brandregistry/internal/access"
	"brandregistry/internal/account"
	"brandregistry/internal/area"
	"brandregistry/internal/brand"
	"brandregistry/internal/catalog"
	"brandregistry/internal/coverage"
	"brandregistry/internal/fault"
	"brandregistry/internal/period"
	"brandregistry/internal/plan"
	"brandregistry/internal/report"
	"brandregistry/internal/store/storetest"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"
)

// filler are rows of other districts, so many that a planner minds reading all of a table.
var filler = []string{
	`INSERT INTO areas (code, since, until, digits, name, reports, successors, version)
		SELECT 440000000 + n, 1, 9223372036854775807, 9, 'x', 1, '[]', 1 FROM generate_series(1, 20000) n`,
	`INSERT INTO accounts (id, username, display_name, role, area, disabled, created_at, version)
		SELECT 'a' || n, 'u' || n, 'x', 'clerk', 440000000 + n, 0, 1, 1 FROM generate_series(1, 20000) n`,
	`INSERT INTO tokens (id, account, name, hash, expires_at, created_at, version)
		SELECT 't' || n, 'a' || n, 'x', 'h' || n, 9000000000000000, 1, 1 FROM generate_series(1, 20000) n`,
	`INSERT INTO windows (period, area, since, until, opens_on, due_on, closes_on, version)
		SELECT '2026-Q' || 1 + n % 4, 440000000 + n, 1, 9223372036854775807, '2026-01-01', '2026-01-02', '2026-01-03', 1 FROM generate_series(1, 20000) n`,
	`INSERT INTO extensions (period, area, since, until, allowed_until, reason, version)
		SELECT '2026-Q' || 1 + n % 4, 440000000 + n, 1, 9223372036854775807, '2026-01-03', 'x', 1 FROM generate_series(1, 20000) n`,
	`INSERT INTO goals (area, year, since, until, brand_level, indicator, target_bp, version)
		SELECT 440000000 + n, 2020 + n % 10, 1, 9223372036854775807, 'city', 'x', 1, 1 FROM generate_series(1, 20000) n`,
	`INSERT INTO coverage_revisions (period, area, revision, since, until, state, latest, version, explanations, return_pointers, returns, created_at)
		SELECT '2026-Q' || 1 + n % 4, 440000000 + n / 4, 1, CASE WHEN n % 10 = 0 THEN 9223372036854775807 ELSE 1 END, 9223372036854775807,
			CASE WHEN n % 10 = 0 THEN 'submitted' ELSE 'approved' END, 1, n, '{}', '[]', 0, 1 FROM generate_series(1, 20000) n`,
	`INSERT INTO coverage_totals (period, digits, area, reported, changed, ` + figureList + `)
		SELECT (2000 + n / 1000) || '-Q1', 6, 440000 + n % 1000, 1, 1` + strings.Repeat(", 1", 2*coverage.FigureCount) + ` FROM generate_series(1, 20000) n`,
	`INSERT INTO audit_events (chain, sequence, at, account, action, area, subject, before, after, request_id, previous_hash, hash)
		SELECT 440000 + n % 1000, n, n, 'a' || n % 5000, 'x', 440000000 + n, 'areas/' || n % 10000, '{}', '{}', 'x', 'x', 'x' FROM generate_series(1, 50000) n`,
	`INSERT INTO idempotency_keys (account, key, request, status, headers, body, at)
		SELECT 'a' || n % 1000, n, 'x', 200, '{}', decode(repeat('78', 1000), 'hex'), 9000000000000000 FROM generate_series(1, 20000) n`,
	`INSERT INTO brands (id, number, area, district, name_key, text, version, state, name, slogan, meaning, carrier, practices, results, field,
			host_organization, credit_code, contact_name, contact_phone, explanations, created_at)
		SELECT 'b' || n, 1000 + n, 440000000 + n / 10, 440000 + n / 10000, 'k' || n, 'x', n, CASE WHEN n % 10 = 0 THEN 'submitted' ELSE 'recognized' END, 'x', 'x', repeat('x', 500), 'x', 'x', 'x', 'school',
			'x', '', 'x', 'x', '{}', 1 FROM generate_series(1, 20000) n`,
	`INSERT INTO brand_recognitions (brand, id, area, level, authority, recognized_on, evidence, created_at, created_by, version)
		SELECT 'b' || n, 'r' || n, 440000000 + n / 10, 'city', 'x', '2026-01-01', '[]', 1, 'x', 1 FROM generate_series(1, 20000) n`,
	`INSERT INTO brand_evidence (brand, id, area, purpose, file_name, media_type, size_bytes, sha256, created_at, created_by, version)
		SELECT 'b' || n, 'e' || n, 440000000 + n / 10, 'evidence', 'x', 'x', 1, 'x', 1, 'x', 1 FROM generate_series(1, 20000) n`,
	`INSERT INTO evidence_parts (evidence, part, content) SELECT 'e' || n, 0, decode(repeat('78', 1000), 'hex') FROM generate_series(1, 20000) n`,
	`INSERT INTO brand_grams (gram, area, number) SELECT chr(20000 + n % 100), 440000000 + n / 100, 1000 + n / 10 FROM generate_series(1, 20000) n ON CONFLICT DO NOTHING`,
	`INSERT INTO brand_name_keys (district, key, shared, role, number) SELECT 440000 + n / 10000, 'k' || n / 2, n % 2, n % 3, 1000 + n FROM generate_series(1, 20000) n`,
	`INSERT INTO brand_standings (area, brand, number, since, from_day, until, to_day, state, field, level, due)
		SELECT 440000000 + n / 10, 'b' || n, 1000 + n, n, '0001-01-01', 9223372036854775807, '9999-12-31', 'recognized', 'school', 'city', 0 FROM generate_series(1, 20000) n`,
	`INSERT INTO brand_totals (digits, area, changed, counts) SELECT 6, 440000 + n, 1, '{}' FROM generate_series(1, 5000) n`,
	`INSERT INTO brand_day_totals (digits, area, day, counts) SELECT 6, 440000 + n % 1000, (2000 + n / 1000) || '-01-01', '{}' FROM generate_series(1, 20000) n`,
}

// TestStatementsSearchIndexes lives through every use case that writes and reads what no report
// reads, and proves of every statement of it that PostgreSQL searches an index for it in a registry
// of many districts, whether it plans for the arguments or for any.
func TestStatementsSearchIndexes(t *testing.T) {
	b, _ := livedIn(t)
	clerk := access.Actor{ID: "clerk", Role: access.Clerk, Area: "330109"}
	key := coverage.Key{Period: thisPeriod, Area: subdistrict(0)}
	day, since := period.Date("2026-10-01"), period.Instant(1)
	for name, read := range map[string]func(*Reader) error{
		"account": func(r *Reader) error { return second(r.AccountByUsername("clerk-1")) },
		"accounts": func(r *Reader) error {
			return second(r.Accounts(account.Filter{Within: "330109", Role: access.Clerk, After: "a", Limit: 50}))
		},
		"an account's names": func(r *Reader) error {
			if _, err := r.AccountNames("a7"); !fault.Is(err, fault.NotFound) {
				return fmt.Errorf("names without events: %w", err)
			}
			return nil
		},
		"places around":  func(r *Reader) error { return second(r.PlacesAround("330109001")) },
		"accounts found": func(r *Reader) error { return second(r.CountAccounts(account.Filter{Within: "330109", Text: "x"})) },
		"token":          func(r *Reader) error { return third(r.TokenByHash("x")) },
		"tokens":         func(r *Reader) error { return second(r.Tokens("x", 1, "", 50)) },
		"areas":          func(r *Reader) error { return second(r.Areas(catalog.Filter{Parent: "330109", On: &day, Limit: 50})) },
		"areas counted":  func(r *Reader) error { return second(r.CountAreas(catalog.Filter{Parent: "330109", Text: "x"})) },
		"areas after":    func(r *Reader) error { return second(r.Areas(catalog.Filter{After: "330109", Limit: 50})) },
		"area as of":     func(r *Reader) error { return second(r.AreaAsOf("330109", 5)) },
		"periods":        func(r *Reader) error { return second(plan.Periods(r, "330109", "", "")) },
		"tasks":          func(r *Reader) error { return second(coverage.Tasks(r)) },
		"schedule":       func(r *Reader) error { return second(r.Schedule("2026-Q1", "330109001")) },
		"goals":          func(r *Reader) error { return second(r.Goals(2026, "330109001", period.Never)) },
		"goals as of":    func(r *Reader) error { return second(r.Goals(2026, "330109001", 5)) },
		"official":       func(r *Reader) error { return second(r.OfficialPeriods("330109001")) },
		"any period":     func(r *Reader) error { return second(r.AnyPeriod()) },
		"last stamp":     func(r *Reader) error { return second(r.LastStamp(5)) },
		"record":         func(r *Reader) error { return second(coverage.Get(r, key)) },
		"records": func(r *Reader) error {
			return second(coverage.List(r, coverage.Filter{Area: "330109", Limit: 50, After: &coverage.Place{Key: key}}))
		},
		"records by period": func(r *Reader) error {
			return second(coverage.List(r, coverage.Filter{Area: "330109", Limit: 50, Sort: coverage.SortPeriod, Descending: true}))
		},
		"records by change": func(r *Reader) error {
			return second(coverage.List(r, coverage.Filter{Area: "330109", Limit: 50, Sort: coverage.SortUpdated, State: coverage.Draft}))
		},
		"records counted": func(r *Reader) error { return second(coverage.Count(r, coverage.Filter{Area: "330109"})) },
		"revisions":       func(r *Reader) error { return second(coverage.Revisions(r, key, 0, 50)) },
		"difference":      func(r *Reader) error { return second(coverage.Diff(r, key, 1, 2)) },
		"history":         func(r *Reader) error { return second(coverage.History(r, key, 9, 50)) },
		"brand":           func(r *Reader) error { return second(brand.Get(r, "x")) },
		"brands": func(r *Reader) error {
			for _, f := range brandFilters(day) {
				if err := second(brand.List(r, f)); err != nil {
					return err
				}
				if err := second(brand.Count(r, f)); err != nil {
					return err
				}
			}
			return nil
		},
		"brand history":   func(r *Reader) error { return second(r.BrandEvents(brand.Brand{ID: "x"}, 9, 50)) },
		"brand tasks":     func(r *Reader) error { return second(brand.Tasks(r)) },
		"brands to check": func(r *Reader) error { return second(r.BrandsToRecheck("330109", day, "x", 50)) },
		"brand files":     func(r *Reader) error { return second(r.Part("x", 0)) },
		"a file":          func(r *Reader) error { return second(r.EvidenceByID("x")) },
		"brand report":    func(r *Reader) error { return second(report.GetBrands(r, report.BrandQuery{Area: "330109"})) },
		"events counted": func(r *Reader) error {
			return second(r.CountAuditEvents(AuditFilter{Within: "330109001", Since: &since}))
		},
		"events of one": func(r *Reader) error {
			return second(r.CountAuditEvents(AuditFilter{Within: "33", Account: "clerk", Until: &since}))
		},
	} {
		err := b.View(background, func(r *Reader) error {
			b.caches = caches{} // all statements are wanted
			r.As(clerk)
			return read(r)
		})
		if err != nil && codeOf(err) == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
	update(t, b.Store, func(w *Writer) error {
		if _, err := w.Remembered("key", "request"); err != nil {
			return err
		}
		return w.Remember("key", "request", Remembrance{Status: 204, Headers: "{}"})
	})
	asked := map[string]statement{}
	for _, s := range b.statements {
		if strings.Contains(s.query, "WHERE") {
			asked[s.query] = s
		}
	}
	planner := b.filled(t)
	for _, query := range slices.Sorted(maps.Keys(asked)) {
		for _, generic := range []bool{false, true} {
			found := planner.explain(t, asked[query], generic)
			switch {
			case query == mergersQuery: // all there are, read once after a change of the plan
			case generic && strings.HasSuffix(query, "ORDER BY c.period DESC, c.area DESC"): // in the order of the key, to the limit
			case found != nil:
				t.Errorf("generic plan %t: %q\n in %s", generic, found, query)
			}
		}
	}
	if len(asked) < 50 {
		t.Errorf("%d statements", len(asked))
	}
}

// filled fills the registry up and explains statements as they are.
func (b *coverageBench) filled(t *testing.T) *planner {
	t.Helper()
	must(t, storetest.Exec(b.options.URL, filler...))
	p := newPlanner(t, b.options.URL)
	p.exec(t, "RESET enable_seqscan")
	return p
}

// TestAuditEventsAreSearched reads the plan of every combination of filters in a log of many districts:
// none scans the log, and none need sort more of it
// than events of one stamp.
func TestAuditEventsAreSearched(t *testing.T) {
	b := openCoverage(t, 2, time.Date(2026, 10, 5, 2, 0, 0, 0, time.UTC))
	planner := b.filled(t)
	planner.exec(t, "SET enable_sort = off") // of a few rows it is faster
	at := period.Instant(40_000)
	for _, within := range []area.Code{"0", "44", "4401", "440109", "440109001"} {
		for _, account := range []string{"", "a7"} {
			for _, subject := range []string{"", "areas/7"} {
				for _, since := range []*period.Instant{nil, &at} {
					for _, after := range []*AuditPlace{nil, {At: 45_000, Chain: "440109", Sequence: 1}} {
						for _, ascending := range []bool{true, false} {
							f := AuditFilter{Within: within, Account: account, Subject: subject, Since: since, After: after, Ascending: ascending, Limit: 50}
							b.statements = nil
							view(t, b.Store, func(r *Reader) error { return second(r.AuditEvents(f)) })
							i := slices.IndexFunc(b.statements, func(s statement) bool { return strings.Contains(s.query, "FROM audit_events") })
							for _, generic := range []bool{false, true} {
								n := planner.plan(t, b.statements[i], generic)
								found := planner.scans(n, "")
								inOrder := len(found) == 1 && found[0] == "Index Scan on audit_events audit_events_at" // to the limit
								wide := len(within) < 6 && account == "" && subject == "" && since == nil && after == nil
								if found != nil && !(wide && inOrder) || strings.Contains(fmt.Sprint(n), "{Sort ") {
									t.Errorf("%+v, generic plan %t: %+v", f, generic, n)
								}
							}
						}
					}
				}
			}
		}
	}
}
