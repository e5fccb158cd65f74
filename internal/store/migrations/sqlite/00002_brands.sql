-- +goose Up

-- One row is one brand. district, name_key and text are made of area and of what was written: the
-- name as it must be unique among a district's live brands, and what is searched. number rises by
-- creation.
CREATE TABLE brands (
  id TEXT NOT NULL PRIMARY KEY,
  number INTEGER NOT NULL,
  area TEXT NOT NULL,
  district TEXT NOT NULL,
  name_key TEXT NOT NULL,
  version INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('draft', 'submitted', 'returned', 'rejected', 'publicized', 'recognized', 'revoked')),
  field TEXT NOT NULL CHECK (field IN ('', 'community', 'village', 'government_office', 'state_enterprise', 'non_public_enterprise', 'social_organization', 'school', 'hospital', 'new_employment')),
  name TEXT NOT NULL,
  slogan TEXT NOT NULL,
  meaning TEXT NOT NULL,
  carrier TEXT NOT NULL,
  practices TEXT NOT NULL,
  results TEXT NOT NULL,
  host_organization TEXT NOT NULL,
  credit_code TEXT NOT NULL,
  contact_name TEXT NOT NULL,
  contact_phone TEXT NOT NULL,
  explanations TEXT NOT NULL,
  return_reason TEXT,
  publicized_on TEXT,
  publicity_ends_on TEXT,
  checked_on TEXT,
  recheck_on TEXT,
  submitted_at INTEGER,
  submitted_by TEXT,
  decided_at INTEGER,
  decided_by TEXT,
  created_at INTEGER NOT NULL,
  text TEXT NOT NULL,
  CHECK (district = substr(area, 1, 6))
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX brands_number ON brands (number);
CREATE UNIQUE INDEX brands_names ON brands (district, name_key) WHERE name_key <> '' AND state <> 'rejected' AND state <> 'revoked';
CREATE INDEX brands_live ON brands (district, name_key, area, state, name) WHERE name_key <> '' AND state <> 'rejected' AND state <> 'revoked';
CREATE INDEX brands_listed ON brands (number, area, state, field, version, name_key);
CREATE INDEX brands_by_area ON brands (area, number);
CREATE INDEX brands_by_state ON brands (state, area, number);
CREATE INDEX brands_by_field ON brands (field, area, number);
CREATE INDEX brands_by_version ON brands (version, number, area);
CREATE INDEX brands_by_name ON brands (name_key, number, area);
CREATE INDEX brands_recheck ON brands (area, recheck_on, number) WHERE state = 'recognized';

CREATE TABLE brand_recognitions (
  brand TEXT NOT NULL REFERENCES brands (id),
  id TEXT NOT NULL,
  area TEXT NOT NULL,
  level TEXT NOT NULL CHECK (level IN ('district', 'city', 'province', 'national')),
  authority TEXT NOT NULL,
  document_no TEXT,
  recognized_on TEXT NOT NULL,
  valid_to TEXT,
  revoked_on TEXT,
  reason TEXT,
  replaced_by TEXT,
  evidence TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  version INTEGER NOT NULL,
  PRIMARY KEY (brand, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX brand_recognitions_by_area ON brand_recognitions (area, brand, id);

CREATE TABLE brand_evidence (
  brand TEXT NOT NULL REFERENCES brands (id),
  id TEXT NOT NULL,
  area TEXT NOT NULL,
  purpose TEXT NOT NULL CHECK (purpose IN ('evidence', 'logo')),
  file_name TEXT NOT NULL,
  media_type TEXT NOT NULL,
  size_bytes INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  version INTEGER NOT NULL,
  PRIMARY KEY (brand, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX brand_evidence_id ON brand_evidence (id);
CREATE INDEX brand_evidence_by_area ON brand_evidence (area, brand, id);

-- What the files hold, in parts that are read one by one.
CREATE TABLE evidence_parts (
  evidence TEXT NOT NULL REFERENCES brand_evidence (id),
  part INTEGER NOT NULL,
  content BLOB NOT NULL,
  PRIMARY KEY (evidence, part)
) STRICT, WITHOUT ROWID;

-- The single characters and pairs of neighboring characters of each brand's text.
CREATE TABLE brand_grams (
  gram TEXT NOT NULL,
  area TEXT NOT NULL,
  number INTEGER NOT NULL,
  PRIMARY KEY (gram, area, number)
) STRICT, WITHOUT ROWID;

-- What each brand counts as on the days [from_day, to_day), as it was known during [since, until).
CREATE TABLE brand_standings (
  area TEXT NOT NULL,
  brand TEXT NOT NULL,
  number INTEGER NOT NULL,
  since INTEGER NOT NULL,
  from_day TEXT NOT NULL,
  until INTEGER NOT NULL,
  to_day TEXT NOT NULL,
  state TEXT NOT NULL,
  field TEXT NOT NULL,
  level TEXT NOT NULL,
  due INTEGER NOT NULL CHECK (due IN (0, 1)),
  PRIMARY KEY (area, brand, since, from_day),
  CHECK (since < until),
  CHECK (from_day < to_day)
) STRICT, WITHOUT ROWID;
CREATE INDEX brand_standings_level ON brand_standings (level, area, number, from_day, to_day) WHERE until = 9223372036854775807 AND level <> '';

-- How many brands an area of 6, 4, 2 or 0 digits has, kept by the transactions that change standings:
-- by state, and, from a day until that of the next row, by level and field. counts is a JSON object of
-- numbers. changed is the stamp of the last change of a standing in the area: a report as of an earlier
-- instant counts the standings instead.
CREATE TABLE brand_totals (
  digits INTEGER NOT NULL CHECK (digits IN (0, 2, 4, 6)),
  area TEXT NOT NULL,
  changed INTEGER NOT NULL,
  counts TEXT NOT NULL,
  PRIMARY KEY (digits, area)
) STRICT, WITHOUT ROWID;
CREATE TABLE brand_day_totals (
  digits INTEGER NOT NULL CHECK (digits IN (0, 2, 4, 6)),
  area TEXT NOT NULL,
  day TEXT NOT NULL,
  counts TEXT NOT NULL,
  PRIMARY KEY (digits, area, day)
) STRICT, WITHOUT ROWID;
