// Package column holds the types of columns that several nouns store as JSON text.
package column

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
)

// Explanations are a clerk's explanations of warnings, by violation key. They are stored as a JSON
// object.
type Explanations map[string]string

// Value is database/sql's.
func (e Explanations) Value() (driver.Value, error) {
	if len(e) == 0 {
		return "{}", nil
	}
	b, err := json.Marshal(map[string]string(e)) // keys are sorted
	return string(b), err
}

// Scan is database/sql's.
func (e *Explanations) Scan(v any) error { return scanJSON(v, (*map[string]string)(e)) }

// Strings is a list of strings, stored as a JSON array.
type Strings []string

// Value is database/sql's.
func (s Strings) Value() (driver.Value, error) {
	if len(s) == 0 {
		return "[]", nil
	}
	b, err := json.Marshal([]string(s))
	return string(b), err
}

// Scan is database/sql's.
func (s *Strings) Scan(v any) error { return scanJSON(v, (*[]string)(s)) }

func scanJSON(v any, into any) error {
	s, ok := v.(string)
	if !ok {
		return fmt.Errorf("column: unexpected %T in a JSON column", v)
	}
	return json.Unmarshal([]byte(s), into)
}
