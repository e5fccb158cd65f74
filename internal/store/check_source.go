package store

import (
	"brandregistry/internal/area"
	"brandregistry/internal/period"
	"cmp"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
)

// source reads an audited table in the order of its rows' areas, so of their chains. Columns are
// read as they are stored, not through their Go types: what is compared is what is on disk.
type source struct {
	table, subject string
	history        bool
	columns        []string // audited, first in values
	secret         []bool   // by column: only its hash is in the events
	primary        []int    // places in values of the primary key without since
	since, until   int      // places in values; of tables with history
	version        int
	stamps         []int    // places in values of what says when something was written
	names          []string // of the values
	rows           *sql.Rows
	values         []any
	into           []any
	chain          area.Code // of the row in values
	ended          bool
}

// openSource starts reading a table and stands at its first row.
func (c *checker) openSource(of auditedTable) (*source, error) {
	t, err := tableOf(of.row)
	if err != nil {
		return nil, err
	}
	s := &source{table: t.Table, subject: of.subject, history: t.history}
	var others []string
	place := map[string]int{}
	for _, f := range t.Fields {
		switch how := f.Tag.Get("audit"); {
		case f.DBName == "":
		case how == "-":
			others = append(others, f.DBName)
		default:
			place[f.DBName] = len(s.columns)
			s.columns = append(s.columns, f.DBName)
			s.secret = append(s.secret, how == "secret")
		}
	}
	for i, name := range others {
		place[name] = len(s.columns) + i
	}
	s.names = slices.Concat(s.columns, others)
	for _, f := range t.Fields {
		if f.DBName != "" && isStamp(f) {
			s.stamps = append(s.stamps, place[f.DBName])
		}
	}
	for _, f := range t.PrimaryFields {
		if !t.history || f != t.since {
			s.primary = append(s.primary, place[f.DBName])
		}
	}
	s.version = place[t.version.DBName]
	if t.history {
		s.since, s.until = place[t.since.DBName], place[t.until.DBName]
	}
	s.values = make([]any, len(s.columns)+len(others)+1) // the area last
	for i := range s.values {
		s.into = append(s.into, &s.values[i])
	}
	from, at := cmp.Or(of.from, t.Table), cmp.Or(of.area, "area")
	if of.index != "" {
		from = c.store.engine.byIndex(t.Table, of.index)
	}
	query := "SELECT " + t.Table + "." + strings.Join(s.names, ", "+t.Table+".") +
		", " + at + " AS at_area FROM " + from + " ORDER BY at_area"
	if s.rows, err = c.cursor(query); err != nil {
		return nil, err
	}
	return s, s.next()
}

func (s *source) next() error {
	if !s.rows.Next() {
		s.ended = true
		return s.rows.Err()
	}
	if err := s.rows.Scan(s.into...); err != nil {
		return err
	}
	at, _ := s.values[len(s.values)-1].(string)
	s.chain = area.Code(at[:min(len(at), area.LevelDistrict.Digits())])
	return nil
}

// text returns the i-th audited column as events have it; nil is NULL.
func (s *source) text(i int) *string {
	t := asText(s.values[i])
	if t != nil && s.secret[i] {
		sum := sha256.Sum256([]byte(*t))
		hidden := "sha256:" + hex.EncodeToString(sum[:])
		t = &hidden
	}
	return t
}

func asText(v any) *string {
	var t string
	switch v := v.(type) {
	case nil:
		return nil
	case string:
		t = v
	case []byte:
		t = string(v)
	case int64:
		t = strconv.FormatInt(v, 10)
	}
	return &t
}

func (s *source) instant(i int) period.Instant {
	n, _ := s.values[i].(int64)
	return period.Instant(n)
}

// key returns the row's primary key joined by "/", with since when whole is true.
func (s *source) key(whole bool) string {
	var parts []string
	for _, i := range s.primary {
		if t := asText(s.values[i]); t != nil {
			parts = append(parts, *t)
		}
	}
	if whole && s.history {
		parts = append(parts, strconv.FormatInt(int64(s.instant(s.since)), 10))
	}
	return strings.Join(parts, "/")
}
