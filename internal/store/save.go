package store

import (
	"brandregistry/internal/audit"
	"brandregistry/internal/fault"
	"brandregistry/internal/period"
	"crypto/sha256"
	"database/sql"
	"database/sql/driver"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"sync"

	"gorm.io/gorm"
	"gorm.io/gorm/schema"
)

// A table whose key ends in since keeps history: a change closes the row in force and opens the
// next. Other rows are changed in place.
type table struct {
	*schema.Schema
	version, since, until *schema.Field
	history               bool
}

var schemas sync.Map

func tableOf(row any) (table, error) {
	registerOpenEnd()
	s, err := schema.Parse(row, &schemas, schema.NamingStrategy{})
	if err != nil {
		return table{}, err
	}
	t := table{Schema: s, version: s.LookUpField("Version"), since: s.LookUpField("Since"), until: s.LookUpField("Until")}
	t.history = t.since != nil && t.since.PrimaryKey
	return t, nil
}

// where names the row in force of v's key.
func (t table) where(w *Writer, v reflect.Value) *gorm.DB {
	q := w.orm()
	for _, f := range t.PrimaryFields {
		if !t.history || f != t.since {
			value, _ := f.ValueOf(w.ctx, v)
			q = q.Where(f.DBName+" = ?", value)
		}
	}
	if t.history {
		q = q.Where("until = ?", period.Never)
	}
	return q
}

// columns renders the audited columns as text; nil is NULL.
func (t table) columns(w *Writer, v reflect.Value) (map[string]*string, error) {
	out := make(map[string]*string, len(t.Fields))
	for _, f := range t.Fields {
		how := f.Tag.Get("audit")
		if f.DBName == "" || how == "-" {
			continue
		}
		value, _ := f.ValueOf(w.ctx, v)
		s, err := columnText(value)
		if err != nil {
			return nil, fmt.Errorf("%s.%s: %w", t.Table, f.DBName, err)
		}
		if s != nil && how == "secret" {
			sum := sha256.Sum256([]byte(*s))
			hidden := "sha256:" + hex.EncodeToString(sum[:])
			s = &hidden
		}
		out[f.DBName] = s
	}
	return out, nil
}

func columnText(value any) (*string, error) {
	v, err := driver.DefaultParameterConverter.ConvertValue(value)
	if err != nil || v == nil {
		return nil, err
	}
	var s string
	switch v := v.(type) {
	case string:
		s = v
	case []byte:
		s = string(v)
	case int64:
		s = strconv.FormatInt(v, 10)
	case bool:
		s = "0"
		if v {
			s = "1"
		}
	default:
		return nil, fmt.Errorf("no text form for %T", v)
	}
	return &s, nil
}

// save writes rows and one event each. A row whose Version is 0 is new; any other must still be at
// the version that was read, else the fault is Stale. A row that changes nothing is left alone.
// On return each row carries its version: the transaction's stamp when it was written.
func save[T audit.Subject](w *Writer, change audit.Change, rows ...*T) error {
	if len(rows) == 0 {
		return nil
	}
	t, err := tableOf(rows[0])
	if err != nil {
		return err
	}
	var fresh []*T
	for _, row := range rows {
		v := reflect.ValueOf(row).Elem()
		old, err := current(w, t, row)
		if err != nil {
			return err
		}
		read, _ := t.version.ValueOf(w.ctx, v)
		switch {
		case old == nil && read != period.Instant(0):
			return staleMissing()
		case old != nil && read == period.Instant(0):
			return fault.New(fault.AlreadyExists, "已存在相同的内容。", "The same thing exists already.")
		case old != nil && !t.sameVersion(w, v, reflect.ValueOf(old).Elem()):
			return staleChanged()
		}
		changed, err := record(w, t, change, old, row)
		if err != nil {
			return err
		}
		if !changed {
			continue
		}
		w.noteChange(t.Table) // before anything is written: nothing of it may be cached
		if err := t.stamp(w, v); err != nil {
			return err
		}
		switch {
		case old == nil, t.history:
			if old != nil {
				if err := t.closeRow(w, v, reflect.ValueOf(old).Elem()); err != nil {
					return err
				}
			}
			fresh = append(fresh, row)
		default:
			res := t.where(w, v).Select("*").Updates(row)
			if res.Error != nil {
				return res.Error
			}
			if res.RowsAffected != 1 {
				return fmt.Errorf("%s: %d rows updated", t.Table, res.RowsAffected)
			}
		}
	}
	if len(fresh) == 0 {
		return nil
	}
	return w.orm().CreateInBatches(fresh, 100).Error
}

// remove deletes a row, or closes it when its table keeps history, with an event. It fails with Stale
// unless the row is still at the version that was read.
func remove[T audit.Subject](w *Writer, change audit.Change, row *T) error {
	t, err := tableOf(row)
	if err != nil {
		return err
	}
	old, err := current(w, t, row)
	if err != nil {
		return err
	}
	if old == nil {
		return staleMissing()
	}
	v, stored := reflect.ValueOf(row).Elem(), reflect.ValueOf(old).Elem()
	if !t.sameVersion(w, v, stored) {
		return staleChanged()
	}
	if _, err := record(w, t, change, old, nil); err != nil {
		return err
	}
	w.noteChange(t.Table)
	if t.history {
		return t.closeRow(w, v, stored)
	}
	var zero T
	return t.where(w, v).Delete(&zero).Error
}

func (t table) sameVersion(w *Writer, a, b reflect.Value) bool {
	one, _ := t.version.ValueOf(w.ctx, a)
	other, _ := t.version.ValueOf(w.ctx, b)
	return one == other
}

func staleMissing() error {
	return fault.New(fault.Stale, "内容已不存在，请重新读取。", "The resource does not exist any more. Read it again.")
}

func staleChanged() error {
	return fault.New(fault.Stale, "内容已被他人修改。请重新读取后再改。", "The resource was changed meanwhile. Read it again before you change it.")
}

func (t table) stamp(w *Writer, v reflect.Value) error {
	err := t.version.Set(w.ctx, v, w.now)
	if t.history {
		err = errors.Join(err, t.since.Set(w.ctx, v, w.now), t.until.Set(w.ctx, v, period.Never))
	}
	return err
}

// closeRow ends the row in force. One opened by this very transaction was never in force: it goes.
func (t table) closeRow(w *Writer, key, old reflect.Value) error {
	q := t.where(w, key).Table(t.Table)
	if since, _ := t.since.ValueOf(w.ctx, old); since == w.now {
		return q.Delete(nil).Error
	}
	return q.Update("until", w.now).Error
}

// current reads the row in force of row's key; nil when there is none.
func current[T any](w *Writer, t table, row *T) (*T, error) {
	old := new(T)
	err := t.where(w, reflect.ValueOf(row).Elem()).Take(old).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return old, nil
}

func (w *Writer) noteChange(table string) {
	switch table {
	case "accounts", "tokens":
		w.accountsChanged = true
	case "areas", "windows", "extensions", "goals":
		w.planChanged = true
	}
}

// head is the end of an audit chain.
type head struct {
	sequence int64
	hash     string
}

// record appends the event of a change from old to row (nil: none). It reports false, and appends
// nothing, when no audited column changed.
func record[T audit.Subject](w *Writer, t table, change audit.Change, old, row *T) (bool, error) {
	var before, after map[string]*string
	var err error
	subject := row
	if old != nil {
		if before, err = t.columns(w, reflect.ValueOf(old).Elem()); err != nil {
			return false, err
		}
	}
	if row != nil {
		if after, err = t.columns(w, reflect.ValueOf(row).Elem()); err != nil {
			return false, err
		}
	} else {
		subject = old
	}
	was, is := map[string]*string{}, map[string]*string{}
	for _, f := range t.Fields {
		if b, a := before[f.DBName], after[f.DBName]; !equalText(b, a) {
			was[f.DBName], is[f.DBName] = b, a
		}
	}
	if len(is) == 0 {
		return false, nil
	}
	name, at := (*subject).AuditSubject()
	return true, w.appendEvent(audit.Event{
		Chain: at.District(), Area: at, Subject: name, Action: change.Action, Reason: change.Reason,
		Before: jsonText(was), After: jsonText(is),
	})
}

func equalText(a, b *string) bool {
	return (a == nil) == (b == nil) && (a == nil || *a == *b)
}

func jsonText(m map[string]*string) string {
	b, err := json.Marshal(m)
	if err != nil {
		panic(err) // strings and nil only
	}
	return string(b)
}

func (w *Writer) appendEvent(e audit.Event) error {
	chain := string(e.Chain)
	last, known := w.heads[chain]
	if !known {
		err := w.row("SELECT sequence, hash FROM audit_events WHERE chain = ? ORDER BY sequence DESC LIMIT 1", chain).Scan(&last.sequence, &last.hash)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
	}
	e.Sequence, e.PreviousHash = last.sequence+1, last.hash
	e.At, e.Account, e.RequestID = w.now, w.actor.ID, w.requestID
	e.Hash = e.Digest()
	w.heads[chain] = head{e.Sequence, e.Hash}
	_, err := w.exec(`INSERT INTO audit_events (chain, sequence, at, account, action, area, subject, before, after, reason, request_id, previous_hash, hash)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		chain, e.Sequence, e.At, e.Account, e.Action, string(e.Area), e.Subject, e.Before, e.After, e.Reason, e.RequestID, e.PreviousHash, e.Hash)
	return err
}
