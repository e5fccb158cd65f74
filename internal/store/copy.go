package store

import (
	"brandregistry/internal/audit"
	"brandregistry/internal/fault"
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
)

// copied are the tables in the order in which they are written: each after those it refers to. The
// clock is last: by it the target is no longer empty.
var copied = []string{"areas", "accounts", "tokens", "windows", "extensions", "goals",
	"coverage_revisions", "coverage_totals",
	"brands", "brand_recognitions", "brand_evidence", "evidence_parts", "brand_grams", "brand_name_keys", "brand_standings", "brand_totals", "brand_day_totals",
	"audit_events", "idempotency_keys", "clock"}

// Copied says how many rows of one table a copy holds, of how many there are.
type Copied struct {
	Table    string
	Rows, Of int64
}

// Copy writes all rows of one registry into another, which must be empty: of one snapshot, in one
// transaction, so that all of it is there or nothing. progress is told now and then how many rows of
// a table are written. It fails with WrongState when the target is not empty, and as a write does when
// the source's newest stamp is ahead of the clock. When it fails and yet returns what it has copied, all
// was written and the COMMIT failed, or nobody knows what became of it.
func Copy(ctx context.Context, from, to *Store, progress func(Copied)) (done []Copied, err error) {
	err = from.View(ctx, func(r *Reader) error {
		if ahead := r.CheckClock(); ahead != nil {
			return clockFault(ahead)
		}
		return to.Update(ctx, By{}, func(w *Writer) (err error) {
			done = nil
			if err := w.empty(); err != nil {
				return err
			}
			done, err = w.copyFrom(r, progress)
			return err
		})
	})
	return done, err
}

// empty fails unless no use case has written anything.
func (w *Writer) empty() error {
	for _, table := range copied[:len(copied)-1] {
		var rows int64
		if err := w.row("SELECT count(*) FROM (SELECT 1 FROM " + table + " LIMIT 1) AS one").Scan(&rows); err != nil {
			return err
		}
		if rows > 0 {
			return fault.New(fault.WrongState, "目标库不是空的（"+table+" 中已有数据）。请换一个空库。",
				"The target is not empty ("+table+" has rows). Name an empty database.")
		}
	}
	_, err := w.exec("DELETE FROM clock")
	return err
}

func (w *Writer) copyFrom(r *Reader, progress func(Copied)) ([]Copied, error) {
	columns, err := columnsOf(w.ctx)
	if err != nil {
		return nil, err
	}
	var done []Copied
	for _, table := range copied {
		c := Copied{Table: table}
		if err := r.row("SELECT count(*) FROM " + table).Scan(&c.Of); err != nil {
			return nil, err
		}
		rows, failed := r.rowsOf(table, columns[table], func(n int64) { progress(Copied{table, n, c.Of}) })
		c.Rows, err = w.store.engine.fill(w, table, columns[table], rows)
		if err == nil {
			err = *failed
		}
		if err != nil {
			return nil, fmt.Errorf("copy %s: %w", table, err)
		}
		progress(c)
		done = append(done, c)
	}
	if err := w.store.engine.analyze(w); err != nil {
		return nil, err
	}
	return done, nil
}

// columnsOf returns the columns of each table, in the order of the migrations.
func columnsOf(ctx context.Context) (map[string][]string, error) {
	db, err := freshSchema(ctx)
	if err != nil {
		return nil, err
	}
	defer db.Close()
	tables, err := describeSQLite(ctx, db)
	if err != nil {
		return nil, err
	}
	out := map[string][]string{}
	for name, text := range tables {
		if table, ok := strings.CutPrefix(name, "table "); ok {
			for part := range strings.SplitSeq(text, "; ") {
				if column, ok := strings.CutPrefix(part, "column "); ok {
					name, _, _ := strings.Cut(column, " ")
					out[table] = append(out[table], name)
				}
			}
		}
	}
	return out, nil
}

// rowsOf reads a table, in the order of its key where the engine has it. What it fails with is known
// when the rows have ended. A row is good until the next.
func (r *Reader) rowsOf(table string, columns []string, progress func(int64)) (rows iter.Seq[[]any], failed *error) {
	failed = new(error)
	return func(yield func([]any) bool) {
		row, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range row {
			into[i] = &row[i]
		}
		n := int64(0)
		*failed = r.each(func(scan func(...any) error) error {
			if err := scan(into...); err != nil {
				return err
			}
			for i, v := range row {
				if b, ok := v.([]byte); ok && b == nil {
					row[i] = []byte{} // SQLite's driver reads no bytes as nil, which would be written as NULL
				}
			}
			if n++; n%100_000 == 0 {
				progress(n)
			}
			if !yield(row) {
				return errStopped
			}
			return nil
		}, "SELECT "+strings.Join(columns, ", ")+" FROM "+table)
	}, failed
}

var errStopped = errors.New("the rows are not wanted any more")

// insertRows is fill with multi-row INSERT statements.
func insertRows(w *Writer, table string, columns []string, rows iter.Seq[[]any]) (n int64, err error) {
	const batch = 100
	one := "(?" + strings.Repeat(", ?", len(columns)-1) + ")"
	insert := func(args []any) error {
		_, err := w.exec("INSERT INTO "+table+" ("+strings.Join(columns, ", ")+") VALUES "+one+strings.Repeat(", "+one, len(args)/len(columns)-1), args...)
		return err
	}
	var args []any
	for row := range rows {
		args = append(args, row...)
		n++
		if len(args) == batch*len(columns) {
			if err := insert(args); err != nil {
				return n, err
			}
			args = args[:0]
		}
	}
	if len(args) > 0 {
		err = insert(args)
	}
	return n, err
}

// SameHeads reports whether two registries' audit chains end alike.
func SameHeads(a, b Checked) bool {
	byChain := func(x, y audit.Head) int { return strings.Compare(string(x.Chain), string(y.Chain)) }
	return slices.Equal(slices.SortedFunc(slices.Values(a.Heads), byChain), slices.SortedFunc(slices.Values(b.Heads), byChain))
}

// CountRows counts the rows of every table that is copied, in that order.
func (r *Reader) CountRows() (out []Copied, err error) {
	for _, table := range copied {
		var n int64
		if err := r.row("SELECT count(*) FROM " + table).Scan(&n); err != nil {
			return nil, err
		}
		out = append(out, Copied{table, n, n})
	}
	return out, nil
}
