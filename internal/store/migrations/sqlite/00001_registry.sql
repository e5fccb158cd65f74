-- +goose Up

-- The one clock row. Every write transaction begins by moving it: at rises in commit order.
-- accounts_at and plan_at are the stamps of the last change of accounts and tokens, and of areas,
-- windows, extensions and goals: what a process has cached of these is good while they stand.
CREATE TABLE clock (
  one INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
  at INTEGER NOT NULL,
  accounts_at INTEGER NOT NULL,
  plan_at INTEGER NOT NULL
) STRICT;
INSERT INTO clock (one, at, accounts_at, plan_at) VALUES (1, 0, 0, 0);

CREATE TABLE areas (
  code TEXT NOT NULL,
  since INTEGER NOT NULL,
  until INTEGER NOT NULL,
  digits INTEGER NOT NULL CHECK (digits IN (0, 2, 4, 6, 9)),
  name TEXT NOT NULL,
  reports INTEGER NOT NULL CHECK (reports IN (0, 1)),
  valid_from TEXT,
  valid_to TEXT,
  successors TEXT NOT NULL,
  version INTEGER NOT NULL,
  PRIMARY KEY (code, since),
  CHECK (since < until)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX areas_in_force ON areas (code) WHERE until = 9223372036854775807;
CREATE INDEX areas_by_level ON areas (digits, code, since, until, reports, valid_from, valid_to);

CREATE TABLE accounts (
  id TEXT NOT NULL PRIMARY KEY,
  username TEXT NOT NULL,
  display_name TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('clerk', 'reviewer', 'reader', 'auditor', 'admin')),
  area TEXT NOT NULL,
  password_hash TEXT,
  disabled INTEGER NOT NULL CHECK (disabled IN (0, 1)),
  created_at INTEGER NOT NULL,
  version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX accounts_username ON accounts (username);
CREATE INDEX accounts_area ON accounts (area, id);

CREATE TABLE tokens (
  id TEXT NOT NULL PRIMARY KEY,
  account TEXT NOT NULL REFERENCES accounts (id),
  name TEXT NOT NULL,
  hash TEXT NOT NULL,
  expires_at INTEGER NOT NULL,
  revoked_at INTEGER,
  last_used_at INTEGER,
  created_at INTEGER NOT NULL,
  version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX tokens_hash ON tokens (hash);
CREATE INDEX tokens_account ON tokens (account, id);

CREATE TABLE windows (
  period TEXT NOT NULL,
  area TEXT NOT NULL,
  since INTEGER NOT NULL,
  until INTEGER NOT NULL,
  opens_on TEXT NOT NULL,
  due_on TEXT NOT NULL,
  closes_on TEXT NOT NULL,
  version INTEGER NOT NULL,
  PRIMARY KEY (period, area, since),
  CHECK (since < until)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX windows_in_force ON windows (area, period) WHERE until = 9223372036854775807;

CREATE TABLE extensions (
  period TEXT NOT NULL,
  area TEXT NOT NULL,
  since INTEGER NOT NULL,
  until INTEGER NOT NULL,
  allowed_until TEXT NOT NULL,
  reason TEXT NOT NULL,
  version INTEGER NOT NULL,
  PRIMARY KEY (period, area, since),
  CHECK (since < until)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX extensions_in_force ON extensions (period, area) WHERE until = 9223372036854775807;

CREATE TABLE goals (
  area TEXT NOT NULL,
  year INTEGER NOT NULL,
  since INTEGER NOT NULL,
  until INTEGER NOT NULL,
  brand_target INTEGER,
  brand_level TEXT NOT NULL CHECK (brand_level IN ('district', 'city', 'province', 'national')),
  indicator TEXT NOT NULL,
  target_bp INTEGER NOT NULL CHECK (target_bp >= 0 AND target_bp <= 10000),
  version INTEGER NOT NULL,
  PRIMARY KEY (area, year, since),
  CHECK (since < until)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX goals_in_force ON goals (area, year) WHERE until = 9223372036854775807;

-- One row is one revision of one subdistrict's record of one period. latest marks the newest
-- revision; [since, until) is when the revision was the official one.
CREATE TABLE coverage_revisions (
  period TEXT NOT NULL,
  area TEXT NOT NULL,
  revision INTEGER NOT NULL,
  since INTEGER NOT NULL DEFAULT 9223372036854775807,
  until INTEGER NOT NULL DEFAULT 9223372036854775807,
  state TEXT NOT NULL CHECK (state IN ('draft', 'submitted', 'returned', 'approved')),
  latest INTEGER NOT NULL CHECK (latest IN (0, 1)),
  version INTEGER NOT NULL,
  economic_registered INTEGER,
  economic_excluded INTEGER,
  economic_standalone INTEGER,
  economic_joint INTEGER,
  economic_joint_eligible INTEGER,
  economic_unmet INTEGER,
  economic_work_covered INTEGER,
  economic_members INTEGER,
  economic_party_organizations INTEGER,
  economic_standardized INTEGER,
  economic_weak INTEGER,
  economic_rectified INTEGER,
  economic_instructors INTEGER,
  social_registered INTEGER,
  social_excluded INTEGER,
  social_standalone INTEGER,
  social_joint INTEGER,
  social_joint_eligible INTEGER,
  social_unmet INTEGER,
  social_work_covered INTEGER,
  social_members INTEGER,
  social_party_organizations INTEGER,
  social_standardized INTEGER,
  social_weak INTEGER,
  social_rectified INTEGER,
  social_instructors INTEGER,
  explanations TEXT NOT NULL,
  return_reason TEXT,
  return_pointers TEXT NOT NULL,
  allowed_until TEXT,
  prepared_by TEXT,
  signed_by TEXT,
  phone TEXT,
  returns INTEGER NOT NULL,
  first_submitted_at INTEGER,
  submitted_at INTEGER,
  submitted_by TEXT,
  decided_at INTEGER,
  decided_by TEXT,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (period, area, revision),
  CHECK (since <= until)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX coverage_latest ON coverage_revisions (area, period) WHERE latest = 1;
CREATE UNIQUE INDEX coverage_in_force ON coverage_revisions (area, period) WHERE since < 9223372036854775807 AND until = 9223372036854775807;
CREATE INDEX coverage_open ON coverage_revisions (area, period, state) WHERE state <> 'approved';
CREATE INDEX coverage_by_area ON coverage_revisions (area, period, since);

-- Sums of the official figures, kept by the transaction that approves. changed is the stamp of the
-- last recomputation: a report as of an earlier instant sums the revisions instead.
CREATE TABLE coverage_totals (
  period TEXT NOT NULL,
  digits INTEGER NOT NULL CHECK (digits IN (0, 2, 4, 6)),
  area TEXT NOT NULL,
  reported INTEGER NOT NULL,
  changed INTEGER NOT NULL,
  economic_registered INTEGER NOT NULL,
  economic_excluded INTEGER NOT NULL,
  economic_standalone INTEGER NOT NULL,
  economic_joint INTEGER NOT NULL,
  economic_joint_eligible INTEGER NOT NULL,
  economic_unmet INTEGER NOT NULL,
  economic_work_covered INTEGER NOT NULL,
  economic_members INTEGER NOT NULL,
  economic_party_organizations INTEGER NOT NULL,
  economic_standardized INTEGER NOT NULL,
  economic_weak INTEGER NOT NULL,
  economic_rectified INTEGER NOT NULL,
  economic_instructors INTEGER NOT NULL,
  social_registered INTEGER NOT NULL,
  social_excluded INTEGER NOT NULL,
  social_standalone INTEGER NOT NULL,
  social_joint INTEGER NOT NULL,
  social_joint_eligible INTEGER NOT NULL,
  social_unmet INTEGER NOT NULL,
  social_work_covered INTEGER NOT NULL,
  social_members INTEGER NOT NULL,
  social_party_organizations INTEGER NOT NULL,
  social_standardized INTEGER NOT NULL,
  social_weak INTEGER NOT NULL,
  social_rectified INTEGER NOT NULL,
  social_instructors INTEGER NOT NULL,
  PRIMARY KEY (period, digits, area)
) STRICT, WITHOUT ROWID;

-- What was changed by whom: before and after are JSON objects of the changed columns, as text.
CREATE TABLE audit_events (
  chain TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  at INTEGER NOT NULL,
  account TEXT NOT NULL,
  action TEXT NOT NULL,
  area TEXT NOT NULL,
  subject TEXT NOT NULL,
  before TEXT NOT NULL,
  after TEXT NOT NULL,
  reason TEXT,
  request_id TEXT NOT NULL,
  previous_hash TEXT NOT NULL,
  hash TEXT NOT NULL,
  PRIMARY KEY (chain, sequence)
) STRICT, WITHOUT ROWID;
CREATE INDEX audit_events_at ON audit_events (at, chain, sequence);
CREATE INDEX audit_events_subject ON audit_events (subject, at);
CREATE INDEX audit_events_account ON audit_events (account, at);
-- +goose StatementBegin
CREATE TRIGGER audit_events_no_update BEFORE UPDATE ON audit_events BEGIN
  SELECT RAISE(ABORT, 'append-only');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_events_no_delete BEFORE DELETE ON audit_events BEGIN
  SELECT RAISE(ABORT, 'append-only');
END;
-- +goose StatementEnd

CREATE TABLE idempotency_keys (
  account TEXT NOT NULL,
  key TEXT NOT NULL,
  request TEXT NOT NULL,
  status INTEGER NOT NULL,
  headers TEXT NOT NULL,
  body BLOB NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (account, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_keys_at ON idempotency_keys (at);
