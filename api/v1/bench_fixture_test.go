package v1_test

import (
	v1 "brandregistry/api/v1"
	"brandregistry/internal/access"
	"brandregistry/internal/account"
	"brandregistry/internal/area"
	"brandregistry/internal/audit"
	"brandregistry/internal/catalog"
	"brandregistry/internal/coverage"
	"brandregistry/internal/period"
	"brandregistry/internal/store"
	"context"
	cryptorand "crypto/rand"
	"database/sql"
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// scale is what the benchmarks run over.
type scale struct {
	name      string
	periods   int
	catalogue func(testing.TB) string // CSV
}

// scaleOf reads BENCH_SCALE: "nation" is the real catalogue, DIVISIONS_CSV or the file beside the
// project, over twelve quarters; anything else a made-up province over four.
func scaleOf() scale {
	if os.Getenv("BENCH_SCALE") == "nation" {
		return scale{"nation", 12, realCatalogue}
	}
	return scale{"province", 4, madeUpProvince}
}

// realCatalogue reads all divisions; every subdistrict is told to report.
func realCatalogue(t testing.TB) string {
	t.Helper()
	path := os.Getenv("DIVISIONS_CSV")
	if path == "" {
		path = filepath.Join("..", "..", "..", "shared", "data", "divisions.csv")
	}
	file, err := os.Open(path)
	if err != nil {
		t.Fatalf("BENCH_SCALE=nation needs the catalogue of divisions, code,name: name it in DIVISIONS_CSV: %v", err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	out.WriteString("code,name,reports\n")
	for _, row := range rows[1:] {
		fmt.Fprintf(&out, "%s,%s,%t\n", row[0], row[1], len(row[0]) == 9)
	}
	return out.String()
}

// madeUpProvince has 10 cities of 9 districts of 14 subdistricts.
func madeUpProvince(testing.TB) string {
	var out strings.Builder
	out.WriteString("code,name,reports\n33,省,false\n")
	for c := 1; c <= 10; c++ {
		fmt.Fprintf(&out, "33%02d,市%d,false\n", c, c)
		for d := 1; d <= 9; d++ {
			fmt.Fprintf(&out, "33%02d%02d,区%d,false\n", c, d, d)
			for s := 1; s <= 14; s++ {
				fmt.Fprintf(&out, "33%02d%02d%03d,街道%d,true\n", c, d, s, s)
			}
		}
	}
	return out.String()
}

// registry is a loaded registry with its handler.
type registry struct {
	store      *store.Store
	handler    http.Handler
	file       string
	statements *recorder
	clock      atomic.Int64 // of the store, in microseconds
	tokens     map[access.Role]string
	areas      []area.Code    // that report
	last       period.ID      // with figures; the one after it is open and empty
	loaded     period.Instant // when the last figures had been approved, before any correction
}

var benchDay = time.Date(2026, 11, 2, 2, 0, 0, 0, time.UTC)

// newRegistry loads a catalogue and approved figures of the last periods for every subdistrict.
func newRegistry(t testing.TB, sc scale) *registry {
	t.Helper()
	r := &registry{file: "file:" + filepath.Join(t.TempDir(), "registry.db"), statements: &recorder{}, tokens: map[access.Role]string{}}
	r.clock.Store(benchDay.UnixMicro())
	shanghai, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	calendar := period.Calendar{Frequency: period.Quarterly, Location: shanghai}
	r.store, err = store.Open(t.Context(), store.Options{
		URL: r.file, Calendar: calendar, Trace: r.statements.trace,
		Clock: func() time.Time { return time.UnixMicro(r.clock.Load()) },
	}, true)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.store.Close(); err != nil {
			t.Error(err)
		}
	})
	r.update(t, func(tx *store.Writer) error {
		file, err := catalog.Read(strings.NewReader(sc.catalogue(t)))
		if err != nil {
			return err
		}
		if _, _, err := catalog.Import(tx, file); err != nil {
			return err
		}
		all, err := tx.Areas(catalog.Filter{})
		for _, a := range all {
			if a.Reports {
				r.areas = append(r.areas, a.Code)
			}
		}
		return err
	})
	for _, role := range access.Roles {
		r.tokens[role] = r.account(t, role)
	}
	r.last = calendar.LastEnded(calendar.Day(period.InstantOf(benchDay))).Previous()
	p := r.last
	for range sc.periods - 1 {
		p = p.Previous()
	}
	for ; p <= r.last; p = p.Next() {
		r.load(t, p)
	}
	r.handler = v1.New(v1.Config{Store: r.store})
	return r
}

func (r *registry) update(t testing.TB, do func(*store.Writer) error) {
	t.Helper()
	if err := r.store.Update(context.Background(), store.By{Actor: access.Operator, RequestID: "load"}, do); err != nil {
		t.Fatal(err)
	}
}

// account makes an account of the whole registry and returns its token.
func (r *registry) account(t testing.TB, role access.Role) string {
	t.Helper()
	text, hash, err := account.NewSecret(cryptorand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	r.update(t, func(tx *store.Writer) error {
		top := area.Nation
		if _, err := tx.Area(top); err != nil {
			top = "33"
		}
		a, err := account.Create(tx, account.Input{Username: "bench-" + string(role), DisplayName: "压测账号", Role: role, Area: top})
		if err != nil {
			return err
		}
		_, err = account.CreateToken(tx, a.ID, account.TokenInput{Name: "压测", Hash: hash, ExpiresAt: tx.Now() + period.Instant(24*time.Hour/time.Microsecond)})
		return err
	})
	return text
}

// draft writes drafts of a period for the areas and returns their version.
func (r *registry) draft(t testing.TB, p period.ID, areas []area.Code) (version period.Instant) {
	t.Helper()
	r.update(t, func(tx *store.Writer) error {
		rows := make([]*coverage.Record, len(areas))
		for i, c := range areas {
			rows[i] = &coverage.Record{
				Period: p, Area: c, Revision: 1, State: coverage.Draft, Latest: true,
				Economic: figures(c, p, 400), Social: figures(c, p, 60), CreatedAt: tx.Now(),
			}
		}
		version = tx.Now()
		return tx.SaveCoverages(audit.Change{Action: "coverage.edit"}, rows...)
	})
	return version
}

// load approves figures of a period for every area, a province a transaction.
func (r *registry) load(t testing.TB, p period.ID) {
	t.Helper()
	for rest := r.areas; len(rest) > 0; {
		n := slices.IndexFunc(rest, func(c area.Code) bool { return c[:2] != rest[0][:2] })
		if n < 0 {
			n = len(rest)
		}
		chunk := rest[:n]
		rest = rest[n:]
		r.update(t, func(tx *store.Writer) error {
			now := tx.Now()
			rows := make([]*coverage.Record, len(chunk))
			for i, c := range chunk {
				rows[i] = &coverage.Record{
					Period: p, Area: c, Revision: 1, Since: &now, State: coverage.Approved, Latest: true,
					Economic: figures(c, p, 400), Social: figures(c, p, 60),
					FirstSubmitted: &now, SubmittedAt: &now, DecidedAt: &now, CreatedAt: now,
				}
			}
			if err := tx.SaveCoverages(audit.Change{Action: "coverage.approve"}, rows...); err != nil {
				return err
			}
			r.loaded = now
			return tx.RecomputeTotals(p, chunk)
		})
	}
}

// figures makes figures of about size organizations that hold every rule without a warning that
// would need the period before.
func figures(c area.Code, p period.ID, size int64) coverage.Figures {
	seed := uint64(0)
	for _, b := range string(c) {
		seed = seed*31 + uint64(b)
	}
	rng := rand.New(rand.NewPCG(seed, uint64(size)))
	drift := int64(p.Year()-2020) + int64(p[len(p)-1]-'0')
	n := size/2 + rng.Int64N(size)
	x := n / 25
	e := n - x
	s := e * (40 + rng.Int64N(10)) / 100
	j := e * (44 + rng.Int64N(8)) / 100
	j3, w := j/5, min(e-s-j, 5)
	organizations := s + j/10 + 1
	members := 3*(s+j3) + drift
	weak := organizations / 20
	values := [coverage.FigureCount]int64{n, x, s, j, j3, 0, w, members, organizations, organizations * 9 / 10, weak, weak, 1 + w/3}
	var f coverage.Figures
	for i, into := range f.Pointers() {
		*into = &values[i]
	}
	return f
}

// serve opens a server of the registry on loopback.
func (r *registry) serve(b *testing.B) *httptest.Server {
	b.Helper()
	server := httptest.NewServer(r.handler)
	b.Cleanup(server.Close)
	return server
}

// copy writes the registry to a second file, for statements that would spoil the first.
func (r *registry) copy(b *testing.B) string {
	b.Helper()
	file := filepath.Join(b.TempDir(), "copy.db")
	db, err := sql.Open("sqlite", r.file)
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec("VACUUM INTO ?", file); err != nil {
		b.Fatal(err)
	}
	return "file:" + file
}
