// Package catalog keeps the administrative areas, with their history.
package catalog

import (
	"brandregistry/internal/area"
	"brandregistry/internal/period"
	"database/sql/driver"
	"encoding/json"
	"fmt"
)

// Area is one administrative area as it was known during [Since, Until). It is the stored row.
type Area struct {
	Code       area.Code      `gorm:"primaryKey"`
	Since      period.Instant `gorm:"primaryKey;autoIncrement:false" audit:"-"`
	Until      period.Instant `audit:"-"`
	Digits     int            // of the code, 0 for the nation: the level
	Name       string
	Reports    bool           // expected to report; only subdistricts do
	ValidFrom  *period.Date   // first day of existence; nil is unbounded
	ValidTo    *period.Date   // last day of existence; nil is unbounded
	Successors Codes          // the areas it merged into or was split into
	Version    period.Instant `audit:"-"`
	Text       string         `audit:"-"` // what the name is found by
}

// TableName is gorm's.
func (Area) TableName() string { return "areas" }

// AuditSubject names the row in the audit log.
func (a Area) AuditSubject() (string, area.Code) { return "areas/" + string(a.Code), a.Code }

// ValidOn reports whether the area exists on d.
func (a Area) ValidOn(d period.Date) bool {
	return (a.ValidFrom == nil || *a.ValidFrom <= d) && (a.ValidTo == nil || d <= *a.ValidTo)
}

// ExpectedOn reports whether the area is expected to report for a period that ends on d.
func (a Area) ExpectedOn(d period.Date) bool { return a.Reports && a.ValidOn(d) }

// Codes is a list of codes, stored as a JSON array.
type Codes []area.Code

// Value is database/sql's.
func (c Codes) Value() (driver.Value, error) {
	if len(c) == 0 {
		return "[]", nil
	}
	b, err := json.Marshal([]area.Code(c))
	return string(b), err
}

// Scan is database/sql's.
func (c *Codes) Scan(v any) error {
	s, ok := v.(string)
	if !ok {
		return fmt.Errorf("catalog: codes: unexpected %T", v)
	}
	return json.Unmarshal([]byte(s), (*[]area.Code)(c))
}
