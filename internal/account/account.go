// Package account keeps the people and programs that may use the registry, and their tokens.
package account

import (
	"brandregistry/internal/access"
	"brandregistry/internal/area"
	"brandregistry/internal/period"
	"brandregistry/internal/text"
)

// Account is a person or a program. It is the stored row.
type Account struct {
	ID           string `gorm:"primaryKey"` // UUIDv7
	Username     string // ^[a-z][a-z0-9._-]{2,31}$, unique
	DisplayName  string
	Text         string `audit:"-"` // what it is found by, see SearchText
	Role         access.Role
	Area         area.Code // never changes
	PasswordHash *string   `audit:"secret"` // argon2id in PHC form; nil: no password log-in
	Disabled     bool
	CreatedAt    period.Instant `gorm:"autoCreateTime:false"`
	Version      period.Instant `audit:"-"`
}

// SearchText returns what an account is found by: its username and its display name, a line each, as
// text.Searchable makes them.
func (a Account) SearchText() string {
	return text.Searchable(a.Username) + "\n" + text.Searchable(a.DisplayName)
}

// TableName is gorm's.
func (Account) TableName() string { return "accounts" }

// AuditSubject names the row in the audit log.
func (a Account) AuditSubject() (string, area.Code) { return "accounts/" + a.ID, a.Area }

// Actor returns the account as an actor.
func (a Account) Actor() access.Actor { return access.Actor{ID: a.ID, Role: a.Role, Area: a.Area} }

// Token is a bearer token of an account; only its hash is kept. It is the stored row.
type Token struct {
	ID         string `gorm:"primaryKey"` // UUIDv7
	Account    string
	Area       area.Code `gorm:"-" audit:"-"` // the account's, for the audit chain
	Name       string
	Hash       string `audit:"secret"` // SHA-256 of the token in hexadecimal, unique
	ExpiresAt  period.Instant
	RevokedAt  *period.Instant
	LastUsedAt *period.Instant `audit:"-"` // moves at most hourly
	CreatedAt  period.Instant  `gorm:"autoCreateTime:false"`
	Version    period.Instant  `audit:"-"`
}

// TableName is gorm's.
func (Token) TableName() string { return "tokens" }

// AuditSubject names the row in the audit log.
func (t Token) AuditSubject() (string, area.Code) { return "tokens/" + t.ID, t.Area }

// Usable reports whether the token is good at the instant.
func (t Token) Usable(at period.Instant) bool { return t.RevokedAt == nil && at < t.ExpiresAt }
