-- +goose Up

-- One row is one brand. district, name_key and text are made of area and of what was written: the
-- name as it must be unique among a district's live brands, and what is searched. number rises by
-- creation.
CREATE TABLE brands (
  id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  number BIGINT NOT NULL,
  area TEXT COLLATE "C" NOT NULL,
  district TEXT COLLATE "C" NOT NULL,
  name_key TEXT COLLATE "C" NOT NULL,
  version BIGINT NOT NULL,
  state TEXT COLLATE "C" NOT NULL CHECK (state IN ('draft', 'submitted', 'returned', 'rejected', 'publicized', 'recognized', 'revoked')),
  field TEXT COLLATE "C" NOT NULL CHECK (field IN ('', 'community', 'village', 'government_office', 'state_enterprise', 'non_public_enterprise', 'social_organization', 'school', 'hospital', 'new_employment')),
  name TEXT COLLATE "C" NOT NULL,
  slogan TEXT COLLATE "C" NOT NULL,
  meaning TEXT COLLATE "C" NOT NULL,
  carrier TEXT COLLATE "C" NOT NULL,
  practices TEXT COLLATE "C" NOT NULL,
  results TEXT COLLATE "C" NOT NULL,
  host_organization TEXT COLLATE "C" NOT NULL,
  credit_code TEXT COLLATE "C" NOT NULL,
  contact_name TEXT COLLATE "C" NOT NULL,
  contact_phone TEXT COLLATE "C" NOT NULL,
  explanations TEXT COLLATE "C" NOT NULL,
  return_reason TEXT COLLATE "C",
  publicized_on TEXT COLLATE "C",
  publicity_ends_on TEXT COLLATE "C",
  checked_on TEXT COLLATE "C",
  recheck_on TEXT COLLATE "C",
  submitted_at BIGINT,
  submitted_by TEXT COLLATE "C",
  decided_at BIGINT,
  decided_by TEXT COLLATE "C",
  created_at BIGINT NOT NULL,
  text TEXT COLLATE "C" NOT NULL,
  CHECK (district = substr(area, 1, 6))
);
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
  brand TEXT COLLATE "C" NOT NULL REFERENCES brands (id),
  id TEXT COLLATE "C" NOT NULL,
  area TEXT COLLATE "C" NOT NULL,
  level TEXT COLLATE "C" NOT NULL CHECK (level IN ('district', 'city', 'province', 'national')),
  authority TEXT COLLATE "C" NOT NULL,
  document_no TEXT COLLATE "C",
  recognized_on TEXT COLLATE "C" NOT NULL,
  valid_to TEXT COLLATE "C",
  revoked_on TEXT COLLATE "C",
  reason TEXT COLLATE "C",
  replaced_by TEXT COLLATE "C",
  evidence TEXT COLLATE "C" NOT NULL,
  created_at BIGINT NOT NULL,
  created_by TEXT COLLATE "C" NOT NULL,
  version BIGINT NOT NULL,
  PRIMARY KEY (brand, id)
);
CREATE INDEX brand_recognitions_by_area ON brand_recognitions (area, brand, id);

CREATE TABLE brand_evidence (
  brand TEXT COLLATE "C" NOT NULL REFERENCES brands (id),
  id TEXT COLLATE "C" NOT NULL,
  area TEXT COLLATE "C" NOT NULL,
  purpose TEXT COLLATE "C" NOT NULL CHECK (purpose IN ('evidence', 'logo')),
  file_name TEXT COLLATE "C" NOT NULL,
  media_type TEXT COLLATE "C" NOT NULL,
  size_bytes BIGINT NOT NULL,
  sha256 TEXT COLLATE "C" NOT NULL,
  created_at BIGINT NOT NULL,
  created_by TEXT COLLATE "C" NOT NULL,
  version BIGINT NOT NULL,
  PRIMARY KEY (brand, id)
);
CREATE UNIQUE INDEX brand_evidence_id ON brand_evidence (id);
CREATE INDEX brand_evidence_by_area ON brand_evidence (area, brand, id);

-- What the files hold, in parts that are read one by one.
CREATE TABLE evidence_parts (
  evidence TEXT COLLATE "C" NOT NULL REFERENCES brand_evidence (id),
  part BIGINT NOT NULL,
  content BYTEA NOT NULL,
  PRIMARY KEY (evidence, part)
);

-- The single characters and pairs of neighboring characters of each brand's text.
CREATE TABLE brand_grams (
  gram TEXT COLLATE "C" NOT NULL,
  area TEXT COLLATE "C" NOT NULL,
  number BIGINT NOT NULL,
  PRIMARY KEY (gram, area, number)
);

-- What each brand counts as on the days [from_day, to_day), as it was known during [since, until).
CREATE TABLE brand_standings (
  area TEXT COLLATE "C" NOT NULL,
  brand TEXT COLLATE "C" NOT NULL,
  number BIGINT NOT NULL,
  since BIGINT NOT NULL,
  from_day TEXT COLLATE "C" NOT NULL,
  until BIGINT NOT NULL,
  to_day TEXT COLLATE "C" NOT NULL,
  state TEXT COLLATE "C" NOT NULL,
  field TEXT COLLATE "C" NOT NULL,
  level TEXT COLLATE "C" NOT NULL,
  due BIGINT NOT NULL CHECK (due IN (0, 1)),
  PRIMARY KEY (area, brand, since, from_day),
  CHECK (since < until),
  CHECK (from_day < to_day)
);
CREATE INDEX brand_standings_level ON brand_standings (level, area, number, from_day, to_day) WHERE until = 9223372036854775807 AND level <> '';

-- How many brands an area of 6, 4, 2 or 0 digits has, kept by the transactions that change standings:
-- by state, and, from a day until that of the next row, by level and field. counts is a JSON object of
-- numbers. changed is the stamp of the last change of a standing in the area: a report as of an earlier
-- instant counts the standings instead.
CREATE TABLE brand_totals (
  digits BIGINT NOT NULL CHECK (digits IN (0, 2, 4, 6)),
  area TEXT COLLATE "C" NOT NULL,
  changed BIGINT NOT NULL,
  counts TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (digits, area)
);
CREATE TABLE brand_day_totals (
  digits BIGINT NOT NULL CHECK (digits IN (0, 2, 4, 6)),
  area TEXT COLLATE "C" NOT NULL,
  day TEXT COLLATE "C" NOT NULL,
  counts TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (digits, area, day)
);
