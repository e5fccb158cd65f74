//go:build postgres

package store

import (
	"brandregistry/internal/area"
	"brandregistry/internal/coverage"
	"brandregistry/internal/period"
	"brandregistry/internal/report"
	"brandregistry/internal/store/storetest"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// planNode is a node of a plan as EXPLAIN (FORMAT JSON) tells it.
type planNode struct {
	Type     string     `json:"Node Type"`
	Relation string     `json:"Relation Name"`
	Index    string     `json:"Index Name"`
	Cond     string     `json:"Index Cond"`
	Plans    []planNode `json:"Plans"`
}

// planner explains statements on PostgreSQL, where tables may not be scanned unless nothing else is
// possible: as it is with a nation's rows.
type planner struct {
	conn  *pgx.Conn
	first map[string]string // the first column of each index
}

func newPlanner(t *testing.T, url string) *planner {
	t.Helper()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, url)
	must(t, err)
	t.Cleanup(func() {
		if err := conn.Close(ctx); err != nil {
			t.Error(err)
		}
	})
	p := &planner{conn, map[string]string{}}
	p.exec(t, "ANALYZE")
	p.exec(t, "SET enable_seqscan = off")
	var index, column string
	rows, err := conn.Query(ctx, "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid, 1, false) FROM pg_index JOIN pg_class c ON c.oid = indrelid WHERE c.relnamespace = current_schema()::regnamespace")
	must(t, err)
	_, err = pgx.ForEachRow(rows, []any{&index, &column}, func() error { p.first[index] = column; return nil })
	must(t, err)
	return p
}

func (p *planner) exec(t *testing.T, query string) {
	t.Helper()
	_, err := p.conn.Exec(context.Background(), query)
	must(t, err)
}

// explain returns what a statement reads without a search of an index by its first column. generic
// is the plan that is made for any arguments, on which a prepared statement may settle.
func (p *planner) explain(t *testing.T, s statement, generic bool) []string {
	t.Helper()
	return p.scans(p.plan(t, s, generic), "")
}

// plan returns the plan of a statement.
func (p *planner) plan(t *testing.T, s statement, generic bool) planNode {
	t.Helper()
	e := &postgresEngine{}
	given, err := e.arguments(s.args)
	must(t, err)
	args := make([]string, len(given))
	for i, a := range given {
		switch a := a.(type) {
		case nil:
			args[i] = "NULL"
		case int64:
			args[i] = strconv.FormatInt(a, 10)
		case []byte:
			args[i] = fmt.Sprintf(`'\x%x'`, a)
		default:
			args[i] = "'" + strings.ReplaceAll(fmt.Sprint(a), "'", "''") + "'"
		}
	}
	mode := map[bool]string{false: "force_custom_plan", true: "force_generic_plan"}[generic]
	p.exec(t, "SET plan_cache_mode = "+mode)
	p.exec(t, "PREPARE asked AS "+e.text(s.query))
	defer p.exec(t, "DEALLOCATE asked")
	execute := "EXECUTE asked"
	if len(args) > 0 {
		execute += "(" + strings.Join(args, ", ") + ")"
	}
	var text string
	must(t, p.conn.QueryRow(context.Background(), "EXPLAIN (FORMAT JSON) "+execute, pgx.QueryExecModeSimpleProtocol).Scan(&text))
	var plans []struct{ Plan planNode }
	must(t, json.Unmarshal([]byte(text), &plans))
	return plans[0].Plan
}

// scans are the nodes that read more of a table than a range.
func (p *planner) scans(n planNode, table string) (out []string) {
	if n.Relation != "" {
		table = n.Relation
	}
	searched := n.Index != "" && regexp.MustCompile(`\(`+regexp.QuoteMeta(p.first[n.Index])+`\W`).MatchString(n.Cond)
	reads := n.Index != "" || n.Type == "Seq Scan" || n.Type == "Sample Scan"
	if reads && !searched && table != "clock" {
		out = append(out, strings.TrimSpace(fmt.Sprintf("%s on %s %s %s", n.Type, table, n.Index, n.Cond)))
	}
	for _, child := range n.Plans {
		out = append(out, p.scans(child, table)...)
	}
	return out
}

// TestReportsSearchIndexes proves of every statement of every report that PostgreSQL searches an
// index for it, whether it plans for the arguments or for any.
func TestReportsSearchIndexes(t *testing.T) {
	var statements []statement
	url := storetest.Schema(t)
	s, err := Open(context.Background(), Options{
		URL:      url,
		Calendar: period.Calendar{Frequency: period.Quarterly, Location: time.FixedZone("CST", 8*3600)},
		Clock:    func() time.Time { return now },
		Trace:    func(query string, args []any) { statements = append(statements, statement{query, slices.Clone(args)}) },
	}, true)
	must(t, err)
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	codes := nation(2, 2, 2, 8)
	all := subdistrictsOf(codes)
	seedAreas(t, s, codes)
	var before period.Instant
	for i, p := range []period.ID{"2024-Q4", "2025-Q3", "2026-Q1", "2026-Q2", "2026-Q3"} {
		view(t, s, func(r *Reader) error { before = r.at; return nil })
		seedOfficial(t, s, p, all[:len(all)-i]) // some are missing
	}
	planner := newPlanner(t, url)

	asked := maps.Clone(asked)
	asked["coverage, as of"] = func(tx *Reader, a area.Code) error {
		return second(report.GetCoverage(tx, report.Query{Area: a, AsOf: &before}, report.Approved, report.ByCode))
	}
	asked["submissions, as of"] = func(tx *Reader, a area.Code) error {
		return second(tx.LastStates("2026-Q3", a, before))
	}
	asked["records"] = func(tx *Reader, a area.Code) error {
		return second(coverage.List(tx, coverage.Filter{Area: a, Period: "2026-Q3", Limit: 50}))
	}
	for _, a := range []area.Code{"0", "11", "1101", "110101", "110101001"} {
		for _, name := range slices.Sorted(maps.Keys(asked)) {
			view(t, s, func(r *Reader) error { // with empty caches: all statements are wanted
				s.caches = caches{}
				statements = nil
				return asked[name](reader(r), a)
			})
			if len(statements) < 2 {
				t.Errorf("%s of %s: %d statements", name, a, len(statements))
			}
			for _, q := range statements {
				if !strings.Contains(q.query, "SELECT") {
					continue
				}
				for _, generic := range []bool{false, true} {
					if found := planner.explain(t, q, generic); found != nil {
						t.Errorf("%s of %s (generic plan: %t): %q\n in %s", name, a, generic, found, q.query)
					}
				}
			}
		}
	}
	for query, want := range map[string]string{ // what must be found
		"SELECT count(*) FROM coverage_revisions WHERE phone = ?":                 "Seq Scan on coverage_revisions",
		"SELECT count(*) FROM coverage_totals WHERE digits = 2 AND area = ?":      "coverage_totals_pkey",
		"SELECT code FROM areas a WHERE a.name = ? AND a.until = 9 ORDER BY code": "areas",
	} {
		if found := planner.explain(t, statement{query, []any{"33"}}, true); len(found) != 1 || !strings.Contains(found[0], want) {
			t.Errorf("%s: found %q", query, found)
		}
	}
}
