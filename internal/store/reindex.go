package store

import (
	"brandregistry/internal/account"
	"brandregistry/internal/area"
	"brandregistry/internal/brand"
	"brandregistry/internal/period"
	"brandregistry/internal/text"
	"context"
	"database/sql"
	"fmt"

	"github.com/pressly/goose/v3"
)

// reindexVersion is the migration that is not SQL: it makes what is stored to find areas, accounts and brands by what
// the program makes of their names and texts, which SQL cannot.
const reindexVersion = 4

// programmed are the migrations that are not SQL, as an option of goose's.
func programmed(e engine) goose.ProviderOption {
	return goose.WithGoMigrations(goose.NewGoMigration(reindexVersion, &goose.GoFunc{RunTx: func(ctx context.Context, tx *sql.Tx) error {
		x := reindexing{ctx, tx, e}
		if err := x.areas(); err != nil {
			return err
		}
		if err := x.accounts(); err != nil {
			return err
		}
		return x.brands()
	}}, nil))
}

// reindexing is a reindexing under way.
type reindexing struct {
	ctx    context.Context
	tx     *sql.Tx
	engine engine
}

func (x reindexing) exec(query string, args ...any) (sql.Result, error) {
	args, err := x.engine.arguments(args)
	if err != nil {
		return nil, err
	}
	return x.tx.ExecContext(x.ctx, x.engine.text(query), args...)
}

func (x reindexing) each(scan func(*sql.Rows) error, query string, args ...any) error {
	rows, err := x.tx.QueryContext(x.ctx, x.engine.text(query), args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

func (x reindexing) areas() error {
	type key struct {
		code  area.Code
		since period.Instant
	}
	names := map[key]string{}
	err := x.each(func(rows *sql.Rows) error {
		var k key
		var name string
		err := rows.Scan(&k.code, &k.since, &name)
		names[k] = text.Searchable(name)
		return err
	}, "SELECT code, since, name FROM areas")
	if err != nil {
		return err
	}
	for k, found := range names {
		if _, err := x.exec("UPDATE areas SET text = ? WHERE code = ? AND since = ?", found, string(k.code), k.since); err != nil {
			return err
		}
	}
	return nil
}

func (x reindexing) accounts() error {
	var all []account.Account
	err := x.each(func(rows *sql.Rows) error {
		var a account.Account
		err := rows.Scan(&a.ID, &a.Username, &a.DisplayName)
		all = append(all, a)
		return err
	}, "SELECT id, username, display_name FROM accounts")
	if err != nil {
		return err
	}
	for _, a := range all {
		if _, err := x.exec("UPDATE accounts SET text = ? WHERE id = ?", a.SearchText(), a.ID); err != nil {
			return err
		}
	}
	return nil
}

func (x reindexing) brands() error {
	for last := int64(0); ; {
		var some []brand.Brand
		err := x.each(func(rows *sql.Rows) error {
			var b brand.Brand
			err := rows.Scan(&b.ID, &b.Number, &b.Area, &b.District, &b.State, &b.Text, &b.Name, &b.Slogan, &b.Meaning, &b.HostOrganization)
			some = append(some, b)
			return err
		}, "SELECT id, number, area, district, state, text, name, slogan, meaning, host_organization FROM brands WHERE number > ? ORDER BY number LIMIT ?", last, atOnce)
		if err != nil || len(some) == 0 {
			return err
		}
		for _, b := range some {
			if err := x.brand(b); err != nil {
				return err
			}
		}
		last = some[len(some)-1].Number
	}
}

// brand indexes a brand anew that has the text it was found by, and no keys of its name.
func (x reindexing) brand(b brand.Brand) error {
	was := brand.Brand{Text: b.Text}
	b.NameKey, b.Text = brand.NameKey(b.Name), brand.SearchText(b.Content)
	if _, err := x.exec("UPDATE brands SET name_key = ?, text = ? WHERE id = ?", b.NameKey, b.Text, b.ID); err != nil {
		return err
	}
	if err := indexText(x.exec, b, was); err != nil {
		return err
	}
	return indexName(x.exec, b, was)
}

// checkNamesStayApart fails, naming them, when two brands of a district have names that reindexing would make
// the same.
func checkNamesStayApart(ctx context.Context, e engine, db *sql.DB) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // it only reads
	names := map[[2]string]string{}
	return reindexing{ctx, tx, e}.each(func(rows *sql.Rows) error {
		var district, name string
		if err := rows.Scan(&district, &name); err != nil {
			return err
		}
		key := [2]string{district, brand.NameKey(name)}
		if other, both := names[key]; both && key[1] != "" {
			return fmt.Errorf("%s 的两个品牌“%s”和“%s”只差不可见的字符、标点或写法，新版本视为同名。数据库未作改动：请先用原来的版本给其中一个改名，再升级", district, other, name)
		}
		names[key] = name
		return nil
	}, "SELECT district, name FROM brands WHERE state NOT IN ('rejected', 'revoked') ORDER BY number")
}
