package store

import (
	"brandregistry/internal/account"
	"brandregistry/internal/area"
	"brandregistry/internal/audit"
	"brandregistry/internal/brand"
	"brandregistry/internal/catalog"
	"brandregistry/internal/coverage"
	"brandregistry/internal/period"
	"brandregistry/internal/plan"
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Checked says what Check read.
type Checked struct {
	Chains, Events, Rows int64
	Heads                []audit.Head // of every chain, as it stands
}

// Check reads the whole registry and calls report for whatever contradicts itself: the database's
// own structure, each audit chain, every audited row against its events, the clock, the totals
// against the revisions, what brands counted as at every instant and what they are found by, their
// files against their hashes, the heads noted earlier against their chains, and every stamp against the
// machine's clock. It holds one chain (a
// district) in memory at a time. What no event tells is not checked: when a token was last used, and
// the answers remembered for idempotency keys.
func (r *Reader) Check(noted map[area.Code][]audit.Head, report func(audit.Finding)) (Checked, error) {
	c := &checker{Reader: r, noted: noted, report: report, newest: map[string]period.Instant{}}
	c.future = c.newFuture()
	for _, step := range []func() error{c.structure, c.chains, c.clock, c.totals, c.areas, c.accounts, c.brands, c.future.derived} {
		if err := step(); err != nil {
			return c.done, err
		}
	}
	return c.done, nil
}

// An auditedTable's rows change with an event. A row's subject is the prefix and its primary key
// without since, joined by "/".
type auditedTable struct {
	row     any
	subject string
	from    string // what the rows are read from, when not just the table
	area    string // the expression of the row's area, when not the column of that name
	index   string // what has the rows in the order of the area
}

var audited = []auditedTable{
	{row: &catalog.Area{}, subject: "areas", area: "code"},
	{row: &account.Account{}, subject: "accounts"},
	{row: &account.Token{}, subject: "tokens", from: "tokens LEFT JOIN accounts a ON a.id = tokens.account", area: "coalesce(a.area, '')"},
	{row: &plan.Window{}, subject: "windows"},
	{row: &plan.Extension{}, subject: "extensions"},
	{row: &plan.Goal{}, subject: "goals"},
	// The rows of a chain by their index: a sort would hold the whole table.
	{row: &coverage.Record{}, subject: "coverage", index: "coverage_by_area"},
	{row: &brand.Brand{}, subject: "brands", index: "brands_by_area"},
	{row: &brand.Recognition{}, subject: "recognitions", index: "brand_recognitions_by_area"},
	{row: &brand.Evidence{}, subject: "evidence", index: "brand_evidence_by_area"},
}

type checker struct {
	*Reader
	noted   map[area.Code][]audit.Head
	report  func(audit.Finding)
	sources []*source
	done    Checked
	newest  map[string]period.Instant // by table: the stamp of its newest event
	future  *future
	same    string // the statement by which another connection sees the same snapshot
	close   []func()
}

// cursor runs a query whose rows are read while those of others are: on the transaction's own
// connection where that can be, else on another one that sees the same.
func (c *checker) cursor(query string) (*sql.Rows, error) {
	if c.same == "" {
		same, err := c.store.engine.snapshot(c.ctx, c.session)
		if err != nil {
			return nil, err
		}
		c.same = same
	}
	if c.same == "" {
		rows, err := c.session.QueryContext(c.ctx, query)
		if err == nil {
			c.close = append(c.close, func() { _ = rows.Close() })
		}
		return rows, err
	}
	conn, err := c.session.pool.Conn(c.ctx)
	if err != nil {
		return nil, err
	}
	c.close = append(c.close, func() {
		_, _ = conn.ExecContext(context.WithoutCancel(c.ctx), "ROLLBACK") // it has only read
		_ = conn.Close()
	})
	for _, statement := range []string{c.store.engine.begin(false), c.same} {
		if _, err := conn.ExecContext(c.ctx, statement); err != nil {
			return nil, err
		}
	}
	rows, err := conn.QueryContext(c.ctx, query)
	if err == nil {
		c.close = append(c.close, func() { _ = rows.Close() })
	}
	return rows, err
}

func (c *checker) closeCursors() {
	for _, end := range slices.Backward(c.close) {
		end()
	}
}

// structure finds damage to the database file and to its schema.
func (c *checker) structure() error {
	if err := c.store.engine.damage(c); err != nil {
		return err
	}
	want, have, err := c.store.engine.schemas(c)
	if err != nil {
		return err
	}
	for name, text := range want {
		if have[name] != text {
			c.report(audit.Finding{Table: name, Detail: "表、索引或触发器的定义缺失，或与本程序的不同"})
		}
		delete(have, name)
	}
	for name := range have {
		c.report(audit.Finding{Table: name, Detail: "不是本程序建立的表、索引或触发器"})
	}
	return nil
}

// CheckSchema fails unless the database can be read and has the schema of this program.
func (r *Reader) CheckSchema() error {
	var version int64
	if err := r.row("SELECT coalesce(max(version_id), 0) FROM goose_db_version WHERE is_applied").Scan(&version); err != nil {
		return engineFault(err)
	}
	return schemaFits(version, schemaVersion())
}

// AnyPeriod returns a period for which there are figures or dates; "" when there are none.
func (r *Reader) AnyPeriod() (p period.ID, err error) {
	err = r.row("SELECT coalesce((SELECT min(period) FROM coverage_revisions), (SELECT min(period) FROM windows), (SELECT min(period) FROM extensions), '')").Scan(&p)
	return p, engineFault(err)
}

// clock finds a clock that is behind what it stamped.
func (c *checker) clock() error {
	behind := func(column string, at period.Instant, tables ...string) {
		for _, t := range tables {
			if at < c.newest[t] {
				c.report(audit.Finding{Table: "clock", Key: "1", Column: column, Detail: "早于 " + t + " 最新一条事件的时刻"})
			}
		}
	}
	var all []string
	for _, s := range c.sources {
		all = append(all, s.table)
	}
	behind("at", c.at, all...)
	behind("accounts_at", c.accountsAt, "accounts", "tokens")
	behind("plan_at", c.planAt, "areas", "windows", "extensions", "goals")
	for _, s := range []struct {
		column string
		at     period.Instant
	}{{"accounts_at", c.accountsAt}, {"plan_at", c.planAt}} {
		if s.at > c.at {
			c.report(audit.Finding{Table: "clock", Key: "1", Column: s.column, Detail: "晚于 at"})
		}
	}
	return nil
}

// totals finds sums that are not those of the revisions.
func (c *checker) totals() error {
	return c.CheckTotals(func(p period.ID, at area.Code, detail string) {
		c.report(audit.Finding{Table: "coverage_totals", Key: string(p) + "/" + string(at), Detail: detail})
	})
}

// chains walks the events and the rows of all tables in step, chain by chain.
func (c *checker) chains() error {
	defer c.closeCursors()
	for _, t := range audited {
		s, err := c.openSource(t)
		if err != nil {
			return err
		}
		c.sources = append(c.sources, s)
	}
	standings, err := c.openStandingsCursor()
	if err != nil {
		return err
	}
	events, err := c.cursor("SELECT " + eventColumns + " FROM audit_events ORDER BY chain, sequence")
	if err != nil {
		return err
	}
	waiting, err := nextEvent(events)
	if err != nil {
		return err
	}
	met := map[area.Code]bool{}
	for {
		chain, any := c.firstChain(waiting, standings)
		if !any {
			break
		}
		met[chain] = true
		v := audit.NewVerifier(chain, c.history, c.noted[chain])
		brands := newReplay()
		for waiting != nil && waiting.Chain == chain {
			v.Add(*waiting, c.report)
			c.future.event(*waiting)
			brands.add(*waiting)
			c.done.Events++
			table := c.tableOf(waiting.Subject)
			if table == "" {
				c.report(audit.Finding{Table: "audit_events", Key: fmt.Sprintf("%s/%d", chain, waiting.Sequence), Column: "subject", Detail: "没有这样的对象：" + waiting.Subject})
			}
			c.newest[table] = max(c.newest[table], waiting.At)
			if waiting, err = nextEvent(events); err != nil {
				return err
			}
		}
		v.End(c.report)
		if h := v.Head(); h.Sequence > 0 {
			c.done.Chains++
			c.done.Heads = append(c.done.Heads, h)
		}
		for _, s := range c.sources {
			if err := c.compare(s, v); err != nil {
				return err
			}
		}
		c.reportLost(v)
		if err := standings.compare(chain, brands, c.report); err != nil {
			return err
		}
	}
	for chain, heads := range c.noted {
		if !met[chain] {
			audit.NewVerifier(chain, c.history, heads).End(c.report)
		}
	}
	return nil
}

func nextEvent(rows *sql.Rows) (*audit.Event, error) {
	if !rows.Next() {
		return nil, rows.Err()
	}
	e, err := scanEvent(rows.Scan)
	return &e, err
}

// firstChain returns the least chain that any source stands at.
func (c *checker) firstChain(event *audit.Event, standings *standingsCursor) (first area.Code, any bool) {
	consider := func(chain area.Code) {
		if !any || chain < first {
			first, any = chain, true
		}
	}
	if event != nil {
		consider(event.Chain)
	}
	for _, s := range c.sources {
		if !s.ended {
			consider(s.chain)
		}
	}
	if !standings.ended {
		consider(standings.row.area.District())
	}
	return first, any
}

func (c *checker) history(subject string) bool {
	s := c.sourceOf(subject)
	return s != nil && s.history
}

func (c *checker) tableOf(subject string) string {
	if s := c.sourceOf(subject); s != nil {
		return s.table
	}
	return ""
}

func (c *checker) sourceOf(subject string) *source {
	prefix, _, _ := strings.Cut(subject, "/")
	for _, s := range c.sources {
		if s.subject == prefix {
			return s
		}
	}
	return nil
}

// compare holds the source's rows of the verifier's chain against what its events fold to, and takes
// away every version it has met.
func (c *checker) compare(s *source, v *audit.Verifier) error {
	for ; !s.ended && s.chain == v.Chain; c.done.Rows++ {
		c.compareRow(s, v)
		c.future.row(s)
		if err := s.next(); err != nil {
			return err
		}
	}
	return nil
}

func (c *checker) compareRow(s *source, v *audit.Verifier) {
	bad := func(column, detail string) {
		c.report(audit.Finding{Table: s.table, Key: s.key(true), Column: column, Detail: detail})
	}
	folded := v.Subjects[s.subject+"/"+s.key(false)]
	if folded == nil {
		bad("", "没有任何审计事件，不是经程序写入的")
		return
	}
	at := len(folded.Versions) - 1
	if s.history {
		at = slices.IndexFunc(folded.Versions, func(x audit.Version) bool { return x.Since == s.instant(s.since) })
	}
	if at < 0 {
		bad("", "按审计日志不应有这一行")
		return
	}
	version := folded.Versions[at]
	folded.Versions = slices.Delete(folded.Versions, at, at+1)
	version.State.Compare(s.columns, s.text, bad)
	stamp := func(i int, column string, want period.Instant) {
		if have := s.instant(i); have != want {
			bad(column, fmt.Sprintf("库中为 %d，按审计日志应为 %d", have, want))
		}
	}
	stamp(s.version, "version", version.Since)
	if s.history {
		stamp(s.until, "until", version.Until)
	}
}

// reportLost reports the versions that no row has.
func (c *checker) reportLost(v *audit.Verifier) {
	var lost []audit.Finding
	for subject, folded := range v.Subjects {
		s := c.sourceOf(subject)
		if s == nil {
			continue
		}
		_, key, _ := strings.Cut(subject, "/")
		for _, version := range folded.Versions {
			k := key
			if s.history {
				k += "/" + strconv.FormatInt(int64(version.Since), 10)
			}
			lost = append(lost, audit.Finding{Table: s.table, Key: k, Detail: "按审计日志应有这一行，库中没有"})
		}
	}
	slices.SortFunc(lost, func(a, b audit.Finding) int { return cmp.Or(cmp.Compare(a.Table, b.Table), cmp.Compare(a.Key, b.Key)) })
	for _, f := range lost {
		c.report(f)
	}
}
