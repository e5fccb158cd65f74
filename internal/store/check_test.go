package store

import (
	"brandregistry/internal/access"
	"brandregistry/internal/account"
	"brandregistry/internal/area"
	"brandregistry/internal/audit"
	"brandregistry/internal/brand"
	"brandregistry/internal/catalog"
	"brandregistry/internal/coverage"
	"brandregistry/internal/period"
	"brandregistry/internal/plan"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// livedIn is a registry in which every use case that writes was lived through, with a raw connection
// past all that guards it.
func livedIn(t *testing.T) (*coverageBench, *sql.DB) {
	b := openCoverage(t, 3, time.Date(2026, 7, 5, 2, 0, 0, 0, time.UTC))
	password, err := account.NewHasher(rand.Reader).NewPassword(context.Background(), "lantern-river-copper-39", "", nil)
	must(t, err)
	update(t, b.Store, func(w *Writer) error { // an area changed by the transaction that made it
		if _, _, err := catalog.Put(w, "330110", audit.Precondition{}, catalog.Input{Name: "余杭"}); err == nil {
			t.Fatal("an area without its parent was made")
		}
		for _, c := range []area.Code{"0", "33", "3301", "330110", "330110001"} {
			if _, _, err := catalog.Put(w, c, audit.Precondition{}, catalog.Input{Name: string(c)}); err != nil {
				return err
			}
		}
		_, _, err := catalog.Put(w, "330110", anyVersion, catalog.Input{Name: "余杭区"})
		return err
	})
	update(t, b.Store, func(w *Writer) error {
		d := period.Date("2030-12-31")
		_, _, err := catalog.Put(w, "330109003", anyVersion, catalog.Input{Name: "新街道", ValidTo: &d, Successors: []area.Code{"330109001"}})
		return err
	})
	var clerk account.Account
	var tokens []account.Token
	update(t, b.Store, func(w *Writer) (err error) {
		clerk, err = account.Create(w, account.Input{Username: "clerk-1", DisplayName: "填报员", Role: access.Clerk, Area: "330109001", Password: password})
		if err != nil {
			return err
		}
		_, err = account.Create(w, account.Input{Username: "province", DisplayName: "查阅员", Role: access.Reader, Area: "33"})
		for _, hash := range []string{strings.Repeat("a", 64), strings.Repeat("b", 64)} {
			if err != nil {
				return err
			}
			var made account.Token
			made, err = account.CreateToken(w, clerk.ID, account.TokenInput{Name: "cli", ExpiresAt: w.Now() + 1e12, Hash: hash})
			tokens = append(tokens, made)
		}
		return err
	})
	update(t, b.Store, func(w *Writer) error {
		name := "城厢填报员"
		_, err := account.Edit(w, clerk.ID, anyVersion, account.Patch{DisplayName: &name})
		return err
	})
	update(t, b.Store, func(w *Writer) error { return account.RevokeToken(w, tokens[0].ID) })
	update(t, b.Store, func(w *Writer) error { return w.TouchToken(tokens[1]) })
	for _, until := range []period.Date{"2026-12-01", "2026-12-05"} {
		must(t, b.reviewer(func(w *Writer) error {
			return third(plan.GrantExtension(w, thisPeriod, "330109002", existingOrNone(until == "2026-12-05"), until, "系统切换"))
		}))
		must(t, b.reviewer(func(w *Writer) error {
			pre := existingOrNone(until == "2026-12-05")
			return third(plan.SetWindow(w, thisPeriod, "330109", pre, "2026-10-01", "2026-10-12", until))
		}))
		must(t, b.reviewer(func(w *Writer) error {
			return third(plan.SetGoal(w, "330109", 2026, existingOrNone(until == "2026-12-05"), plan.Targets{BrandLevel: plan.BrandDistrict, Indicator: plan.OrganizationCoverage, TargetBP: int64(len(until))}))
		}))
	}
	must(t, b.reviewer(func(w *Writer) error { return plan.WithdrawExtension(w, thisPeriod, "330109002", anyVersion) }))
	must(t, b.reviewer(func(w *Writer) error {
		return third(plan.GrantExtension(w, thisPeriod, "330109002", audit.Precondition{}, "2026-12-09", "再次切换"))
	}))

	for _, p := range []period.ID{lastPeriod, thisPeriod} {
		for i := range 2 {
			b.approved(t, coverage.Key{Period: p, Area: subdistrict(i)}, goodFigures(), goodFigures())
		}
		b.at = b.at.AddDate(0, 3, 0)
	}
	b.at = b.at.AddDate(0, -3, 0)
	b.lifeOf(t, coverage.Key{Period: thisPeriod, Area: subdistrict(0)}, coverage.Key{Period: thisPeriod, Area: subdistrict(2)})
	brandsOf(t, b)
	return b, rawOf(t, b.Store)
}

// brandsOf gives the registry brands: one that was recognized twice, revoked once and is due, one that
// was deleted, and a draft.
func brandsOf(t *testing.T, b *coverageBench) {
	t.Helper()
	text := func(s string) *string { return &s }
	patch := brand.Content{Name: "红色引擎", Slogan: "口号", Meaning: "内涵", Carrier: "载体", Practices: "做法", Results: "成效", Field: brand.Community,
		HostOrganization: "示例社区", ContactName: "联系人甲", ContactPhone: "0571-00000000"}.Patch()
	var one, gone brand.Sheet
	var file brand.Evidence
	step := func(as func(func(*Writer) error) error, do func(w *Writer) (brand.Sheet, error)) {
		t.Helper()
		must(t, as(func(w *Writer) (err error) { one, err = do(w); return err }))
	}
	at := func(s brand.Sheet) audit.Precondition { return audit.Precondition{Match: []period.Instant{s.Version}} }
	step(b.clerk, func(w *Writer) (brand.Sheet, error) {
		return brand.Create(w, subdistrict(0), brand.Patch{"name": "草稿"})
	})
	step(b.clerk, func(w *Writer) (brand.Sheet, error) {
		return brand.Create(w, subdistrict(0), brand.Patch{"name": "弃稿"})
	})
	gone = one
	step(b.clerk, func(w *Writer) (brand.Sheet, error) { return gone, brand.Delete(w, gone.ID, at(gone)) })
	step(b.clerk, func(w *Writer) (brand.Sheet, error) { return brand.Create(w, subdistrict(0), patch) })
	must(t, b.clerk(func(w *Writer) (err error) {
		content := strings.Repeat("材料", brand.PartSize/4)
		file, err = brand.Attach(w, one.ID, brand.File{Purpose: brand.ForEvidence, Name: "a.pdf", MediaType: "application/pdf", SizeBytes: int64(len(content)), SHA256: fmt.Sprintf("%x", sha256.Sum256([]byte(content)))}, strings.NewReader(content))
		return err
	}))
	step(b.clerk, func(w *Writer) (brand.Sheet, error) { return brand.Submit(w, one.ID, at(one), nil, nil) })
	for _, level := range []plan.BrandLevel{plan.BrandDistrict, plan.BrandCity} {
		step(b.reviewer, func(w *Writer) (brand.Sheet, error) {
			until := w.Today().AddDays(400)
			return brand.Recognize(w, one.ID, at(one), brand.Award{Level: level, Authority: "某委", DocumentNo: text("一号"), RecognizedOn: w.Today().AddDays(-30), ValidTo: &until, Evidence: []string{file.ID}})
		})
	}
	step(b.reviewer, func(w *Writer) (brand.Sheet, error) {
		return brand.RevokeOne(w, one.ID, one.Recognitions[0].ID, at(one), "撤销", nil)
	})
}

// rawOf opens a connection to a store's database that minds neither triggers, where they can be passed
// by, nor, in SQLite, checks.
func rawOf(t *testing.T, s *Store) *sql.DB {
	driver, url := "sqlite", s.options.URL+"?_pragma=busy_timeout(5000)&_pragma=ignore_check_constraints(1)"
	if onPostgres(s) {
		driver, url = "pgx", s.options.URL+"&session_replication_role=replica"
	}
	raw, err := sql.Open(driver, url)
	must(t, err)
	raw.SetMaxOpenConns(1)
	t.Cleanup(func() { must(t, raw.Close()) })
	return raw
}

func onPostgres(s *Store) bool { _, ok := s.engine.(*postgresEngine); return ok }

func existingOrNone(exists bool) audit.Precondition { return audit.Precondition{Any: exists} }

// lifeOf corrects an approved record, discards the correction, corrects it again and has it
// approved; a second one is returned, and a third is discarded as a draft and begun anew.
func (b *coverageBench) lifeOf(t *testing.T, approved, fresh coverage.Key) {
	correct := func(w *Writer) error { return second(coverage.Correct(w, approved, anyVersion, "名册有误", nil)) }
	submit := func(w *Writer) error {
		return second(coverage.Submit(w, approved, anyVersion, explainAll(), coverage.SignOff{}))
	}
	more := goodFigures()
	n := int64(201)
	more.Registered = &n
	must(t, b.clerk(correct))
	must(t, b.clerk(func(w *Writer) error { return coverage.Discard(w, approved, anyVersion) }))
	must(t, b.clerk(correct))
	must(t, b.clerk(func(w *Writer) error { return third(coverage.Put(w, approved, anyVersion, more, goodFigures())) }))
	must(t, b.clerk(submit))
	must(t, b.reviewer(func(w *Writer) error {
		return second(coverage.Return(w, approved, anyVersion, coverage.ReturnSlip{Reason: "请核对", Pointers: []string{"/figures/economic/joint"}}))
	}))
	must(t, b.clerk(submit))
	must(t, b.reviewer(func(w *Writer) error { return second(coverage.Approve(w, approved, anyVersion)) }))
	put := func(w *Writer) error {
		return third(coverage.Put(w, fresh, audit.Precondition{}, goodFigures(), coverage.Figures{}))
	}
	must(t, b.clerk(put))
	must(t, b.clerk(func(w *Writer) error { return coverage.Discard(w, fresh, anyVersion) }))
	must(t, b.clerk(put))
}

// findings runs a check.
func findings(t *testing.T, s *Store, noted map[area.Code][]audit.Head) (out []string, done Checked) {
	t.Helper()
	view(t, s, func(r *Reader) (err error) {
		done, err = r.Check(noted, func(f audit.Finding) { out = append(out, f.String()) })
		return err
	})
	return out, done
}

func headsOf(done Checked) map[area.Code][]audit.Head {
	out := map[area.Code][]audit.Head{}
	for _, h := range done.Heads {
		out[h.Chain] = []audit.Head{h}
	}
	return out
}

// TestCheckFindsNothing in a registry that only the use cases have touched.
func TestCheckFindsNothing(t *testing.T) {
	b, _ := livedIn(t)
	found, done := findings(t, b.Store, nil)
	if len(found) > 0 {
		t.Errorf("found %s", strings.Join(found, "\n"))
	}
	if again, _ := findings(t, b.Store, headsOf(done)); len(again) > 0 {
		t.Errorf("with its own heads: %s", strings.Join(again, "\n"))
	}
	if done.Chains != 5 || done.Events < 50 || done.Rows < 25 {
		t.Errorf("read %d chains, %d events, %d rows", done.Chains, done.Events, done.Rows)
	}
}

// untold are the columns that no event tells, and so no check can prove.
var untold = map[string]string{
	"tokens.last_used_at":         "moves at most hourly, without an event",
	"idempotency_keys.account":    "answers are remembered for two days and then dropped",
	"idempotency_keys.key":        "as account",
	"idempotency_keys.request":    "as account",
	"idempotency_keys.status":     "as account",
	"idempotency_keys.headers":    "as account",
	"idempotency_keys.body":       "as account",
	"idempotency_keys.at":         "as account",
	"goose_db_version.id":         "the schema itself is compared; a version that is not the program's stops it from opening",
	"goose_db_version.version_id": "as id",
	"goose_db_version.is_applied": "as id",
	"goose_db_version.tstamp":     "as id",
}

// TestCheckFindsEveryEdit changes each column of every row of every table, one at a time.
func TestCheckFindsEveryEdit(t *testing.T) {
	b, raw := livedIn(t)
	p := planter{t: t, raw: raw, engine: b.engine}
	edits, refused := 0, 0
	for _, table := range p.tables() {
		columns := p.columns(table)
		rows := p.rows(table)
		if len(rows) == 0 && !strings.HasPrefix(table, "idempotency") {
			t.Errorf("%s is empty: nothing is proved of it", table)
		}
		for i, column := range columns {
			if untold[table+"."+column.name] != "" {
				continue
			}
			for _, row := range sample(rows) {
				changed := slices.Clone(row)
				changed[i] = other(table, column, row[i])
				if !p.replace(table, row, changed) {
					refused++
					continue
				}
				if found, _ := findings(t, b.Store, nil); len(found) == 0 {
					t.Errorf("%s.%s: %v → %v of %v is not found", table, column.name, row[i], changed[i], row[:2])
				} else if !slices.ContainsFunc(found, func(s string) bool { return strings.HasPrefix(s, table) || strings.HasPrefix(s, "数据库文件") }) {
					t.Errorf("%s.%s: the finding does not name the table: %s", table, column.name, found)
				}
				p.replace(table, changed, row)
				edits++
			}
		}
	}
	if found, _ := findings(t, b.Store, nil); len(found) > 0 {
		t.Fatalf("the edits were not undone: %s", found)
	}
	t.Logf("%d edits, %d refused", edits, refused)
	if edits < 10*refused {
		t.Errorf("%d edits, %d refused", edits, refused)
	}
}

// TestCheckFindsLostAndForgedRows deletes each row in turn, and then copies one under another key.
func TestCheckFindsLostAndForgedRows(t *testing.T) {
	b, raw := livedIn(t)
	p := planter{t: t, raw: raw, engine: b.engine}
	for _, table := range p.tables() {
		if strings.HasPrefix(table, "goose") || strings.HasPrefix(table, "idempotency") || table == "clock" {
			continue
		}
		columns := p.columns(table)
		for _, row := range p.rows(table) {
			p.delete(table, row)
			if found, _ := findings(t, b.Store, nil); len(found) == 0 {
				t.Errorf("%s: the loss of %v is not found", table, row[:3])
			}
			p.insert(table, row)
		}
		forged := slices.Clone(p.rows(table)[0])
		for i, c := range columns {
			if text, ok := forged[i].(string); ok && (c.key || c.name == "hash" || c.name == "username" || c.name == "name_key" || c.name == "id") {
				last := '8' // of another area, another id
				if strings.HasSuffix(text, "8") {
					last = '7'
				}
				characters := []rune(text)
				characters[len(characters)-1] = last
				forged[i] = string(characters)
			}
			if number, ok := forged[i].(int64); ok && table == "brands" && c.name == "number" {
				forged[i] = number + 100
			}
		}
		p.insert(table, forged)
		if found, _ := findings(t, b.Store, nil); len(found) == 0 {
			t.Errorf("%s: the forged row %v is not found", table, forged[:3])
		}
		p.delete(table, forged)
	}
	if found, _ := findings(t, b.Store, nil); len(found) > 0 {
		t.Fatalf("the edits were not undone: %s", found)
	}
}

// TestCheckProvesHeads cuts a chain's tail together with what it told, and writes a chain anew. Only
// heads noted earlier give it away.
func TestCheckProvesHeads(t *testing.T) {
	b, raw := livedIn(t)
	p := planter{t: t, raw: raw, engine: b.engine}
	_, done := findings(t, b.Store, nil)
	noted := headsOf(done)
	var tail audit.Event
	all := p.rows("audit_events")
	for _, row := range all {
		if e := eventOf(row); e.Chain == "33" {
			tail = e // the reader of the province was made last
		}
	}
	account := p.exec("DELETE FROM accounts WHERE id = ?", strings.TrimPrefix(tail.Subject, "accounts/"))
	cut := p.exec("DELETE FROM audit_events WHERE chain = ? AND sequence = ?", string(tail.Chain), tail.Sequence)
	if account != 1 || cut != 1 {
		t.Fatalf("%d accounts and %d events deleted", account, cut)
	}
	if found, _ := findings(t, b.Store, nil); len(found) > 0 {
		t.Errorf("a tail cut with all it told shows without heads? %s", found)
	}
	if found, _ := findings(t, b.Store, noted); len(found) != 1 || !strings.HasPrefix(found[0], "audit_events 33/") {
		t.Errorf("a tail cut: found %s", found)
	}

	_, done = findings(t, b.Store, nil)
	noted = headsOf(done)
	p.exec("DELETE FROM audit_events WHERE chain = '330109'")
	previous := ""
	for _, row := range all {
		e := eventOf(row)
		if e.Chain != "330109" {
			continue
		}
		if e.Sequence >= 5 {
			e.Account = "somebody else"
		}
		e.PreviousHash = previous
		e.Hash = e.Digest()
		previous = e.Hash
		p.insert("audit_events", []any{string(e.Chain), e.Sequence, int64(e.At), e.Account, e.Action, string(e.Area), e.Subject, e.Before, e.After, asAny(e.Reason), e.RequestID, e.PreviousHash, e.Hash})
	}
	if found, _ := findings(t, b.Store, nil); len(found) > 0 {
		t.Errorf("a chain written anew shows without heads? %s", found)
	}
	if found, _ := findings(t, b.Store, noted); len(found) != 1 || !strings.Contains(found[0], "改写") {
		t.Errorf("a chain written anew: found %s", found)
	}
	delete(noted, "330109")
	noted["330106"] = []audit.Head{{Chain: "330106", Sequence: 3, Hash: strings.Repeat("0", 64)}}
	if found, _ := findings(t, b.Store, noted); len(found) != 1 || !strings.HasPrefix(found[0], "audit_events 330106/3") {
		t.Errorf("a chain that is gone: found %s", found)
	}
}

// TestCheckFindsSchemaEdits drops what keeps the log append-only.
func TestCheckFindsSchemaEdits(t *testing.T) {
	for _, edit := range []string{
		"DROP TRIGGER audit_events_no_update",
		"DROP INDEX accounts_username",
		"CREATE TABLE more (x bigint)",
		"CREATE TRIGGER quiet AFTER INSERT ON tokens BEGIN DELETE FROM tokens; END",
	} {
		b, raw := livedIn(t)
		if onPostgres(b.Store) {
			edit = strings.NewReplacer("no_update", "no_update ON audit_events", "BEGIN DELETE FROM tokens; END", "EXECUTE FUNCTION append_only()").Replace(edit)
		}
		if _, err := raw.Exec(edit); err != nil {
			t.Fatal(err)
		}
		if found, _ := findings(t, b.Store, nil); len(found) != 1 {
			t.Errorf("%s: found %s", edit, found)
		}
	}
}

// planter edits a database past what guards it.
type planter struct {
	t      *testing.T
	raw    *sql.DB
	engine engine
}

// onSQLite reports whether the database is a file.
func (p planter) onSQLite() bool { _, ok := p.engine.(*sqliteEngine); return ok }

type plantedColumn struct {
	name, kind string
	key        bool
}

func (p planter) query(scan func(*sql.Rows), query string) {
	p.t.Helper()
	rows, err := p.raw.Query(query)
	must(p.t, err)
	defer rows.Close()
	for rows.Next() {
		scan(rows)
	}
	must(p.t, rows.Err())
}

func (p planter) either(sqlite, postgres string) string {
	if p.onSQLite() {
		return sqlite
	}
	return postgres
}

func (p planter) tables() (out []string) {
	p.query(func(r *sql.Rows) {
		var name string
		must(p.t, r.Scan(&name))
		out = append(out, name)
	}, p.either("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name",
		"SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r' ORDER BY relname"))
	return out
}

func (p planter) columns(table string) (out []plantedColumn) {
	p.query(func(r *sql.Rows) {
		var c plantedColumn
		var key int
		must(p.t, r.Scan(&c.name, &c.kind, &key))
		c.key = key > 0
		out = append(out, c)
	}, p.either("SELECT name, type, pk FROM pragma_table_info('"+table+"') ORDER BY cid", `
		SELECT a.attname, CASE a.atttypid WHEN 'bigint'::regtype THEN 'INTEGER' ELSE 'TEXT' END,
			coalesce((SELECT a.attnum::int FROM pg_index i WHERE i.indrelid = a.attrelid AND i.indisprimary AND a.attnum = ANY (i.indkey)), 0)
		FROM pg_attribute a WHERE a.attrelid = '`+table+`'::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum`))
	return out
}

func (p planter) rows(table string) (out [][]any) {
	n := len(p.columns(table))
	p.query(func(r *sql.Rows) {
		row, into := make([]any, n), make([]any, n)
		for i := range row {
			into[i] = &row[i]
		}
		must(p.t, r.Scan(into...))
		out = append(out, row)
	}, "SELECT * FROM "+table)
	return out
}

// exec runs a statement, with the log's triggers out of the way when it is about the log.
func (p planter) exec(statement string, args ...any) int64 {
	p.t.Helper()
	n, err := p.try(statement, args...)
	must(p.t, err)
	return n
}

func (p planter) try(statement string, args ...any) (int64, error) {
	p.t.Helper()
	var triggers []string
	if p.onSQLite() && strings.Contains(statement, "audit_events") {
		p.query(func(r *sql.Rows) {
			var text string
			must(p.t, r.Scan(&text))
			triggers = append(triggers, text)
		}, "SELECT sql FROM sqlite_master WHERE type = 'trigger'")
	}
	for _, text := range triggers {
		_, err := p.raw.Exec("DROP TRIGGER " + strings.Fields(text)[2])
		must(p.t, err)
	}
	result, failed := p.raw.Exec(p.engine.text(statement), args...)
	for _, text := range triggers {
		_, err := p.raw.Exec(text)
		must(p.t, err)
	}
	if failed != nil {
		return 0, failed
	}
	return result.RowsAffected()
}

func (p planter) where(table string, row []any) (string, []any) {
	var parts []string
	var args []any
	for i, c := range p.columns(table) {
		if c.key {
			parts, args = append(parts, c.name+" = ?"), append(args, row[i])
		}
	}
	return " WHERE " + strings.Join(parts, " AND "), args
}

// replace reports false when the database has refused it by a check of its own.
func (p planter) replace(table string, row, by []any) bool {
	p.t.Helper()
	var sets []string
	for _, c := range p.columns(table) {
		sets = append(sets, c.name+" = ?")
	}
	where, args := p.where(table, row)
	n, err := p.try("UPDATE "+table+" SET "+strings.Join(sets, ", ")+where, append(slices.Clone(by), args...)...)
	if c := code(err); c == "23514" || c == "23505" || (err != nil && strings.Contains(err.Error(), "UNIQUE constraint")) {
		return false
	}
	must(p.t, err)
	if n != 1 {
		p.t.Fatalf("%s: %d rows changed", table, n)
	}
	return true
}

func (p planter) delete(table string, row []any) {
	p.t.Helper()
	where, args := p.where(table, row)
	if n := p.exec("DELETE FROM "+table+where, args...); n != 1 {
		p.t.Fatalf("%s: %d rows deleted", table, n)
	}
}

func (p planter) insert(table string, row []any) {
	p.t.Helper()
	p.exec("INSERT INTO "+table+" VALUES (?"+strings.Repeat(", ?", len(row)-1)+")", row...)
}

// sample takes the first row, one of the middle and the last.
func sample(rows [][]any) [][]any {
	if len(rows) <= 2 {
		return rows
	}
	return [][]any{rows[0], rows[len(rows)/2], rows[len(rows)-1]}
}

// other returns another value for a column.
func other(table string, c plantedColumn, v any) any {
	switch v := v.(type) {
	case nil:
		if c.kind == "INTEGER" {
			return int64(7)
		}
		return "x"
	case int64:
		if table == "clock" && strings.HasSuffix(c.name, "at") || c.name == "changed" {
			return v / 2 // one that runs ahead is none that was wrong
		}
		if v == int64(period.Never) {
			return v - 1
		}
		if c.key {
			return v + 1_000_003 // no other row's
		}
		return v + 1
	case string:
		return v + "8"
	case []byte:
		return append(slices.Clone(v), '8')
	}
	panic(fmt.Sprintf("a %T in %s", v, table))
}

func eventOf(row []any) audit.Event {
	e := audit.Event{
		Chain: area.Code(row[0].(string)), Sequence: row[1].(int64), At: period.Instant(row[2].(int64)), Account: row[3].(string), Action: row[4].(string),
		Area: area.Code(row[5].(string)), Subject: row[6].(string), Before: row[7].(string), After: row[8].(string), RequestID: row[10].(string),
		PreviousHash: row[11].(string), Hash: row[12].(string),
	}
	if text, ok := row[9].(string); ok {
		e.Reason = &text
	}
	return e
}

func asAny(s *string) any {
	if s == nil {
		return nil
	}
	return *s
}
