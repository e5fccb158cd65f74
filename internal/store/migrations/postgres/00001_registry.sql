-- +goose Up

-- The one clock row. Every write transaction begins by moving it: at rises in commit order.
-- accounts_at and plan_at are the stamps of the last change of accounts and tokens, and of areas,
-- windows, extensions and goals: what a process has cached of these is good while they stand.
CREATE TABLE clock (
  one BIGINT NOT NULL PRIMARY KEY CHECK (one = 1),
  at BIGINT NOT NULL,
  accounts_at BIGINT NOT NULL,
  plan_at BIGINT NOT NULL
);
INSERT INTO clock (one, at, accounts_at, plan_at) VALUES (1, 0, 0, 0);

CREATE TABLE areas (
  code TEXT COLLATE "C" NOT NULL,
  since BIGINT NOT NULL,
  until BIGINT NOT NULL,
  digits BIGINT NOT NULL CHECK (digits IN (0, 2, 4, 6, 9)),
  name TEXT COLLATE "C" NOT NULL,
  reports BIGINT NOT NULL CHECK (reports IN (0, 1)),
  valid_from TEXT COLLATE "C",
  valid_to TEXT COLLATE "C",
  successors TEXT COLLATE "C" NOT NULL,
  version BIGINT NOT NULL,
  PRIMARY KEY (code, since),
  CHECK (since < until)
);
CREATE UNIQUE INDEX areas_in_force ON areas (code) WHERE until = 9223372036854775807;
CREATE INDEX areas_by_level ON areas (digits, code, since, until, reports, valid_from, valid_to);

CREATE TABLE accounts (
  id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  username TEXT COLLATE "C" NOT NULL,
  display_name TEXT COLLATE "C" NOT NULL,
  role TEXT COLLATE "C" NOT NULL CHECK (role IN ('clerk', 'reviewer', 'reader', 'auditor', 'admin')),
  area TEXT COLLATE "C" NOT NULL,
  password_hash TEXT COLLATE "C",
  disabled BIGINT NOT NULL CHECK (disabled IN (0, 1)),
  created_at BIGINT NOT NULL,
  version BIGINT NOT NULL
);
CREATE UNIQUE INDEX accounts_username ON accounts (username);
CREATE INDEX accounts_area ON accounts (area, id);

CREATE TABLE tokens (
  id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  account TEXT COLLATE "C" NOT NULL REFERENCES accounts (id),
  name TEXT COLLATE "C" NOT NULL,
  hash TEXT COLLATE "C" NOT NULL,
  expires_at BIGINT NOT NULL,
  revoked_at BIGINT,
  last_used_at BIGINT,
  created_at BIGINT NOT NULL,
  version BIGINT NOT NULL
);
CREATE UNIQUE INDEX tokens_hash ON tokens (hash);
CREATE INDEX tokens_account ON tokens (account, id);

CREATE TABLE windows (
  period TEXT COLLATE "C" NOT NULL,
  area TEXT COLLATE "C" NOT NULL,
  since BIGINT NOT NULL,
  until BIGINT NOT NULL,
  opens_on TEXT COLLATE "C" NOT NULL,
  due_on TEXT COLLATE "C" NOT NULL,
  closes_on TEXT COLLATE "C" NOT NULL,
  version BIGINT NOT NULL,
  PRIMARY KEY (period, area, since),
  CHECK (since < until)
);
CREATE UNIQUE INDEX windows_in_force ON windows (area, period) WHERE until = 9223372036854775807;

CREATE TABLE extensions (
  period TEXT COLLATE "C" NOT NULL,
  area TEXT COLLATE "C" NOT NULL,
  since BIGINT NOT NULL,
  until BIGINT NOT NULL,
  allowed_until TEXT COLLATE "C" NOT NULL,
  reason TEXT COLLATE "C" NOT NULL,
  version BIGINT NOT NULL,
  PRIMARY KEY (period, area, since),
  CHECK (since < until)
);
CREATE UNIQUE INDEX extensions_in_force ON extensions (period, area) WHERE until = 9223372036854775807;

CREATE TABLE goals (
  area TEXT COLLATE "C" NOT NULL,
  year BIGINT NOT NULL,
  since BIGINT NOT NULL,
  until BIGINT NOT NULL,
  brand_target BIGINT,
  brand_level TEXT COLLATE "C" NOT NULL CHECK (brand_level IN ('district', 'city', 'province', 'national')),
  indicator TEXT COLLATE "C" NOT NULL,
  target_bp BIGINT NOT NULL CHECK (target_bp >= 0 AND target_bp <= 10000),
  version BIGINT NOT NULL,
  PRIMARY KEY (area, year, since),
  CHECK (since < until)
);
CREATE UNIQUE INDEX goals_in_force ON goals (area, year) WHERE until = 9223372036854775807;

-- One row is one revision of one subdistrict's record of one period. latest marks the newest
-- revision; [since, until) is when the revision was the official one.
CREATE TABLE coverage_revisions (
  period TEXT COLLATE "C" NOT NULL,
  area TEXT COLLATE "C" NOT NULL,
  revision BIGINT NOT NULL,
  since BIGINT NOT NULL DEFAULT 9223372036854775807,
  until BIGINT NOT NULL DEFAULT 9223372036854775807,
  state TEXT COLLATE "C" NOT NULL CHECK (state IN ('draft', 'submitted', 'returned', 'approved')),
  latest BIGINT NOT NULL CHECK (latest IN (0, 1)),
  version BIGINT NOT NULL,
  economic_registered BIGINT,
  economic_excluded BIGINT,
  economic_standalone BIGINT,
  economic_joint BIGINT,
  economic_joint_eligible BIGINT,
  economic_unmet BIGINT,
  economic_work_covered BIGINT,
  economic_members BIGINT,
  economic_party_organizations BIGINT,
  economic_standardized BIGINT,
  economic_weak BIGINT,
  economic_rectified BIGINT,
  economic_instructors BIGINT,
  social_registered BIGINT,
  social_excluded BIGINT,
  social_standalone BIGINT,
  social_joint BIGINT,
  social_joint_eligible BIGINT,
  social_unmet BIGINT,
  social_work_covered BIGINT,
  social_members BIGINT,
  social_party_organizations BIGINT,
  social_standardized BIGINT,
  social_weak BIGINT,
  social_rectified BIGINT,
  social_instructors BIGINT,
  explanations TEXT COLLATE "C" NOT NULL,
  return_reason TEXT COLLATE "C",
  return_pointers TEXT COLLATE "C" NOT NULL,
  allowed_until TEXT COLLATE "C",
  prepared_by TEXT COLLATE "C",
  signed_by TEXT COLLATE "C",
  phone TEXT COLLATE "C",
  returns BIGINT NOT NULL,
  first_submitted_at BIGINT,
  submitted_at BIGINT,
  submitted_by TEXT COLLATE "C",
  decided_at BIGINT,
  decided_by TEXT COLLATE "C",
  created_at BIGINT NOT NULL,
  PRIMARY KEY (period, area, revision),
  CHECK (since <= until)
);
CREATE UNIQUE INDEX coverage_latest ON coverage_revisions (area, period) WHERE latest = 1;
CREATE UNIQUE INDEX coverage_in_force ON coverage_revisions (area, period) WHERE since < 9223372036854775807 AND until = 9223372036854775807;
CREATE INDEX coverage_open ON coverage_revisions (area, period, state) WHERE state <> 'approved';
CREATE INDEX coverage_by_area ON coverage_revisions (area, period, since);

-- Sums of the official figures, kept by the transaction that approves. changed is the stamp of the
-- last recomputation: a report as of an earlier instant sums the revisions instead.
CREATE TABLE coverage_totals (
  period TEXT COLLATE "C" NOT NULL,
  digits BIGINT NOT NULL CHECK (digits IN (0, 2, 4, 6)),
  area TEXT COLLATE "C" NOT NULL,
  reported BIGINT NOT NULL,
  changed BIGINT NOT NULL,
  economic_registered BIGINT NOT NULL,
  economic_excluded BIGINT NOT NULL,
  economic_standalone BIGINT NOT NULL,
  economic_joint BIGINT NOT NULL,
  economic_joint_eligible BIGINT NOT NULL,
  economic_unmet BIGINT NOT NULL,
  economic_work_covered BIGINT NOT NULL,
  economic_members BIGINT NOT NULL,
  economic_party_organizations BIGINT NOT NULL,
  economic_standardized BIGINT NOT NULL,
  economic_weak BIGINT NOT NULL,
  economic_rectified BIGINT NOT NULL,
  economic_instructors BIGINT NOT NULL,
  social_registered BIGINT NOT NULL,
  social_excluded BIGINT NOT NULL,
  social_standalone BIGINT NOT NULL,
  social_joint BIGINT NOT NULL,
  social_joint_eligible BIGINT NOT NULL,
  social_unmet BIGINT NOT NULL,
  social_work_covered BIGINT NOT NULL,
  social_members BIGINT NOT NULL,
  social_party_organizations BIGINT NOT NULL,
  social_standardized BIGINT NOT NULL,
  social_weak BIGINT NOT NULL,
  social_rectified BIGINT NOT NULL,
  social_instructors BIGINT NOT NULL,
  PRIMARY KEY (period, digits, area)
);

-- What was changed by whom: before and after are JSON objects of the changed columns, as text.
CREATE TABLE audit_events (
  chain TEXT COLLATE "C" NOT NULL,
  sequence BIGINT NOT NULL,
  at BIGINT NOT NULL,
  account TEXT COLLATE "C" NOT NULL,
  action TEXT COLLATE "C" NOT NULL,
  area TEXT COLLATE "C" NOT NULL,
  subject TEXT COLLATE "C" NOT NULL,
  before TEXT COLLATE "C" NOT NULL,
  after TEXT COLLATE "C" NOT NULL,
  reason TEXT COLLATE "C",
  request_id TEXT COLLATE "C" NOT NULL,
  previous_hash TEXT COLLATE "C" NOT NULL,
  hash TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (chain, sequence)
);
CREATE INDEX audit_events_at ON audit_events (at, chain, sequence);
CREATE INDEX audit_events_subject ON audit_events (subject, at);
CREATE INDEX audit_events_account ON audit_events (account, at);
-- +goose StatementBegin
CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'append-only';
END
$$;
-- +goose StatementEnd
CREATE TRIGGER audit_events_no_update BEFORE UPDATE ON audit_events FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER audit_events_no_delete BEFORE DELETE ON audit_events FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER audit_events_no_truncate BEFORE TRUNCATE ON audit_events FOR EACH STATEMENT EXECUTE FUNCTION append_only();

CREATE TABLE idempotency_keys (
  account TEXT COLLATE "C" NOT NULL,
  key TEXT COLLATE "C" NOT NULL,
  request TEXT COLLATE "C" NOT NULL,
  status BIGINT NOT NULL,
  headers TEXT COLLATE "C" NOT NULL,
  body BYTEA NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (account, key)
);
CREATE INDEX idempotency_keys_at ON idempotency_keys (at);
