-- +goose Up

-- The keys by which the names of a district's live brands are compared: the name itself (role 0), what is left
-- of it without a character or two (1), and its parts (2). Two names are near when they have a key in common
-- whose roles add up to no more than 2. shared is 1 when another brand has the key, or had it: the keys that
-- are not need not be looked up.
CREATE TABLE brand_name_keys (
  district TEXT NOT NULL,
  key TEXT NOT NULL,
  shared INTEGER NOT NULL CHECK (shared IN (0, 1)),
  role INTEGER NOT NULL CHECK (role IN (0, 1, 2)),
  number INTEGER NOT NULL,
  PRIMARY KEY (district, key, shared, role, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX brand_name_keys_shared ON brand_name_keys (number) WHERE shared = 1;
DROP INDEX brands_live;

-- What an area is found by: its name, as text.Searchable makes it; an account: its username and its display
-- name, a line each.
ALTER TABLE areas ADD COLUMN text TEXT NOT NULL DEFAULT '';
ALTER TABLE accounts ADD COLUMN text TEXT NOT NULL DEFAULT '';
