package account

import (
	"brandregistry/internal/audit"
	"brandregistry/internal/period"
	"encoding/json"
	"fmt"
)

// Names are what an account has been called, in the order of time.
type Names []Name

// Name is what an account is called from an instant on.
type Name struct {
	Since period.Instant
	Text  string
}

// Before returns what the account was called when it did what bears the stamp: a change of the name
// itself was made under the old one. There must be a name.
func (n Names) Before(stamp period.Instant) string {
	for i := len(n) - 1; i > 0; i-- {
		if n[i].Since < stamp {
			return n[i].Text
		}
	}
	return n[0].Text
}

// NamesOf reads the names from an account's events, given in the order of time.
func NamesOf(events []audit.Event) (Names, error) {
	var out Names
	for _, e := range events {
		var after struct {
			DisplayName *string `json:"display_name"`
		}
		if err := json.Unmarshal([]byte(e.After), &after); err != nil {
			return nil, fmt.Errorf("event %d of %s: %w", e.Sequence, e.Chain, err)
		}
		if after.DisplayName != nil {
			out = append(out, Name{e.At, *after.DisplayName})
		}
	}
	return out, nil
}
