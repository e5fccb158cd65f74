package store

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// querier runs queries of one's own, past a transaction's bookkeeping.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// freshSchema opens an empty database in memory, with what the migrations make of it.
func freshSchema(ctx context.Context) (*sql.DB, error) {
	db, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	if err := prepareSchema(ctx, &sqliteEngine{}, db, true); err != nil {
		_ = db.Close() // in memory: nothing is lost
		return nil, err
	}
	return db, nil
}

// describeSQLite tells a schema in words that do not depend on the engine, by what it is of: a table,
// an index or a trigger, and its name. goose's own table is left out.
func describeSQLite(ctx context.Context, q querier) (map[string]string, error) {
	out := map[string]string{}
	for _, part := range []string{`
		SELECT 'table ' || m.name, 'column ' || c.name || ' ' || CASE c.type WHEN 'BLOB' THEN 'bytes' ELSE lower(c.type) END
			|| iif(c."notnull", ' not null', '') || coalesce(' default ' || c.dflt_value, '')
		FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table' ORDER BY m.name, c.cid`, `
		SELECT 'table ' || name, 'primary key (' || columns || ')' FROM (
			SELECT m.name, group_concat(c.name, ', ' ORDER BY c.pk) AS columns
			FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table' AND c.pk > 0 GROUP BY m.name)`, `
		SELECT 'table ' || m.name, 'foreign key (' || f."from" || ') references ' || f."table" || '(' || f."to" || ')'
			|| iif(f.on_update = 'NO ACTION', '', ' on update ' || lower(f.on_update)) || iif(f.on_delete = 'NO ACTION', '', ' on delete ' || lower(f.on_delete))
		FROM sqlite_master m, pragma_foreign_key_list(m.name) f WHERE m.type = 'table' ORDER BY 1, 2`, `
		SELECT 'index ' || i.name, iif(i."unique", 'unique ', '') || 'on ' || m.name || ' (' || (
			SELECT group_concat(c.name || iif(c.coll = 'BINARY', '', ' collated') || iif(c.desc, ' DESC', ''), ', ' ORDER BY c.seqno)
			FROM pragma_index_xinfo(i.name) c WHERE c.key) || ')'
		FROM sqlite_master m, pragma_index_list(m.name) i WHERE m.type = 'table' AND i.origin = 'c'`,
	} {
		if err := describe(ctx, q, out, part); err != nil {
			return nil, err
		}
	}
	definitions := map[string]string{}
	if err := describe(ctx, q, definitions, "SELECT type || ' ' || name, coalesce(sql, '') FROM sqlite_master"); err != nil {
		return nil, err
	}
	for name, text := range definitions {
		switch kind, _, _ := strings.Cut(name, " "); kind {
		case "table":
			for _, found := range checkPattern.FindAllStringSubmatch(text, -1) {
				out[name] += "; check " + found[1]
			}
		case "index":
			if _, predicate, partial := strings.Cut(text, " WHERE "); partial {
				out[name] += " where " + predicate
			}
		case "trigger":
			fields := strings.Fields(text)
			out[name] = strings.ToLower(strings.Join(fields[3:7], " "))
			if refuses := "BEGIN SELECT RAISE(ABORT, 'append-only'); END"; strings.Join(fields[7:], " ") == refuses {
				out[name] += ": refuses"
			}
		}
	}
	return settled(out), nil
}

// describePostgres is describeSQLite of the current schema.
func describePostgres(ctx context.Context, q querier) (map[string]string, error) {
	out := map[string]string{}
	for _, part := range []string{`
		SELECT 'table ' || c.relname, 'column ' || a.attname || ' '
			|| CASE format_type(a.atttypid, a.atttypmod) WHEN 'bigint' THEN 'integer' WHEN 'integer' THEN 'short integer' WHEN 'bytea' THEN 'bytes' ELSE format_type(a.atttypid, a.atttypmod) END
			|| CASE WHEN a.attcollation NOT IN (0, '"C"'::regcollation) THEN ' collated' ELSE '' END
			|| CASE WHEN a.attidentity = '' AND a.attgenerated = '' THEN '' ELSE ' generated' END
			|| CASE WHEN a.attnotnull THEN ' not null' ELSE '' END || coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '')
		FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
			LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
		WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind NOT IN ('i', 'I', 'S', 'c') ORDER BY c.relname, a.attnum`, `
		SELECT 'table ' || c.relname, CASE k.contype WHEN 'c' THEN 'check ' WHEN 'p' THEN 'primary key ' WHEN 'f' THEN 'foreign key ' ELSE '' END
			|| CASE WHEN k.contype = 'c' THEN pg_get_expr(k.conbin, k.conrelid) ELSE lower(regexp_replace(pg_get_constraintdef(k.oid), '^(PRIMARY|FOREIGN) KEY ', '')) END
			|| CASE WHEN k.convalidated THEN '' ELSE ' not valid' END
		FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
		WHERE c.relnamespace = current_schema()::regnamespace AND k.contype NOT IN ('n', 't')
		ORDER BY c.relname, position(k.contype IN 'pfc'), k.conname`, `
		SELECT 'table ' || c.relname, made FROM pg_class c CROSS JOIN LATERAL (VALUES
			(c.relkind <> 'r', 'no plain table'),
			(c.relpersistence <> 'p', 'not logged'),
			(c.relrowsecurity, 'row security'),
			(EXISTS (SELECT 1 FROM pg_inherits i WHERE c.oid IN (i.inhrelid, i.inhparent)), 'inherits'),
			(EXISTS (SELECT 1 FROM pg_rewrite r WHERE r.ev_class = c.oid), 'rewritten by rules'),
			(EXISTS (SELECT 1 FROM pg_trigger t WHERE t.tgrelid = c.oid AND t.tgisinternal AND t.tgenabled NOT IN ('O', 'A')), 'foreign keys are not enforced')) AS found (so, made)
		WHERE so AND c.relnamespace = current_schema()::regnamespace AND c.relkind NOT IN ('i', 'I', 'S', 'c')`, `
		SELECT 'index ' || x.relname, CASE WHEN i.indisunique THEN 'unique ' ELSE '' END || 'on ' || c.relname || ' '
			|| replace(regexp_replace(pg_get_indexdef(i.indexrelid), '^.* USING (btree )?', ''), ' WHERE ', ' where ')
			|| CASE WHEN i.indisvalid AND i.indisready AND i.indislive THEN '' ELSE ' not valid' END
		FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_class x ON x.oid = i.indexrelid
		WHERE c.relnamespace = current_schema()::regnamespace AND NOT i.indisprimary`, `
		SELECT 'trigger ' || t.tgname, CASE WHEN t.tgtype & 2 > 0 THEN 'before' ELSE 'after' END || CASE WHEN t.tgtype & 4 > 0 THEN ' insert' ELSE '' END
			|| CASE WHEN t.tgtype & 8 > 0 THEN ' delete' ELSE '' END || CASE WHEN t.tgtype & 16 > 0 THEN ' update' ELSE '' END
			|| CASE WHEN t.tgtype & 32 > 0 THEN ' truncate' ELSE '' END || ' on ' || c.relname
			|| CASE WHEN t.tgenabled IN ('O', 'A') AND t.tgqual IS NULL AND t.tgattr = ''
				AND regexp_replace(p.prosrc, '\s+', ' ', 'g') = ' BEGIN RAISE EXCEPTION ''append-only''; END ' THEN ': refuses' ELSE '' END
		FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid
		WHERE c.relnamespace = current_schema()::regnamespace AND NOT t.tgisinternal`,
	} {
		if err := describe(ctx, q, out, part); err != nil {
			return nil, err
		}
	}
	return settled(out), nil
}

// settled brings what an engine tells into the words of all.
func settled(told map[string]string) map[string]string {
	maps.DeleteFunc(told, func(name, _ string) bool {
		return strings.HasPrefix(name, "table goose") || strings.HasPrefix(name, "table sqlite_")
	})
	for name, text := range told {
		var parts, checks []string
		for part := range strings.SplitSeq(text, "; ") {
			if condition, is := strings.CutPrefix(part, "check "); is {
				checks = append(checks, "check "+expression(condition))
				continue
			}
			for _, before := range []string{" default ", " where "} {
				if head, value, is := strings.Cut(part, before); is {
					part = head + before + expression(value)
				}
			}
			parts = append(parts, part)
		}
		slices.Sort(checks)
		told[name] = strings.Join(append(parts, checks...), "; ")
	}
	return told
}

// describe adds what a query tells, of each name in the order of its rows.
func describe(ctx context.Context, q querier, into map[string]string, query string) error {
	rows, err := q.QueryContext(ctx, query)
	if err != nil {
		return fmt.Errorf("read the schema: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var name, text string
		if err := rows.Scan(&name, &text); err != nil {
			return err
		}
		if into[name] != "" {
			text = "; " + text
		}
		into[name] += text
	}
	return rows.Err()
}

var (
	checkPattern = regexp.MustCompile(`CHECK \(((?:[^()]|\([^()]*\))*)\)`)
	tokenPattern = regexp.MustCompile(`'(?:[^']|'')*'|::(?:text|bigint|bytea)(?:\[\])?|\w+|[<>=!]+|[^\s\w]`)
	digitsQuoted = regexp.MustCompile(`^'(\d+)'$`)
)

// expression is a condition or a value as both engines' spellings of it come out: without casts and
// brackets, and with IN for = ANY. The migrations write none that brackets would make another's.
func expression(text string) string {
	var tokens []string
	for _, token := range tokenPattern.FindAllString(text, -1) {
		switch {
		case strings.HasPrefix(token, "::"), strings.Contains("()[];", token):
		case strings.HasPrefix(token, "'"):
			tokens = append(tokens, digitsQuoted.ReplaceAllString(token, "$1"))
		default:
			tokens = append(tokens, strings.ToLower(token))
		}
	}
	return strings.ReplaceAll(strings.Join(tokens, " "), "= any array ", "in ")
}
