package account

import (
	"brandregistry/internal/access"
	"brandregistry/internal/fault"
	"brandregistry/internal/period"
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

var tokenForm = regexp.MustCompile(`^br_[A-Za-z0-9_-]{49}$`)

func TestSecretRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		bits := rapid.SliceOfN(rapid.Byte(), tokenBytes, tokenBytes).Draw(t, "bits")
		text, hash, err := NewSecret(bytes.NewReader(bits))
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256([]byte(text))
		if !tokenForm.MatchString(text) || hash != hex.EncodeToString(sum[:]) {
			t.Fatalf("NewSecret = %q, %q", text, hash)
		}
		if got, err := ParseToken(text); err != nil || got != hash {
			t.Fatalf("ParseToken(%q) = %q, %v; want %q", text, got, err, hash)
		}
	})
}

func TestNewSecretNeedsAllItsBits(t *testing.T) {
	if _, _, err := NewSecret(bytes.NewReader(make([]byte, tokenBytes-1))); err == nil {
		t.Error("a short source of randomness made a token")
	}
}

// Every change of one character is caught, without a look-up.
func TestChecksumCatchesEveryWrongCharacter(t *testing.T) {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_ =é"
	text, _, err := NewSecret(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for i := range text {
		for _, c := range alphabet {
			wrong := text[:i] + string(c) + text[i+1:]
			if wrong == text {
				continue
			}
			if _, err := ParseToken(wrong); !fault.Is(err, fault.Unauthenticated) {
				t.Fatalf("ParseToken(%q) with %q at %d: %v, want unauthenticated", wrong, c, i, err)
			}
		}
	}
	for i := range len(text) - 1 {
		swapped := []byte(text)
		swapped[i], swapped[i+1] = swapped[i+1], swapped[i]
		if _, err := ParseToken(string(swapped)); string(swapped) != text && err == nil {
			t.Errorf("two characters swapped at %d were not caught", i)
		}
	}
}

func FuzzParseToken(f *testing.F) {
	text, _, err := NewSecret(strings.NewReader(strings.Repeat("k", tokenBytes)))
	if err != nil {
		f.Fatal(err)
	}
	for _, s := range []string{"", text, text[:len(text)-1], text + "A", strings.ToUpper(text), "br_", "Bearer " + text, text + "\n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		hash, err := ParseToken(s)
		if err != nil {
			if hash != "" || !fault.Is(err, fault.Unauthenticated) {
				t.Errorf("ParseToken(%q) = %q, %v", s, hash, err)
			}
			return
		}
		if !tokenForm.MatchString(s) || len(hash) != 64 {
			t.Errorf("ParseToken(%q) took what is no token", s)
		}
	})
}

// shelf is a reader that holds one token.
type shelf struct {
	token Token
	owner Account
	now   period.Instant
}

func (s shelf) Now() period.Instant { return s.now }
func (s shelf) TokenByHash(hash string) (Token, Account, error) {
	if hash != s.token.Hash {
		return Token{}, Account{}, fault.Missing(fault.Text{})
	}
	return s.token, s.owner, nil
}

func TestAuthenticate(t *testing.T) {
	const hour = 60 * minute
	earlier := period.Instant(9 * hour)
	good := shelf{Token{ID: "t", Hash: "h", ExpiresAt: 12 * hour}, Account{ID: "a", Role: access.Clerk}, 10 * hour}
	for _, c := range []struct {
		name   string
		change func(s *shelf) (hash string)
		ok     bool
	}{
		{"good", func(s *shelf) string { return "h" }, true},
		{"unknown", func(s *shelf) string { return "x" }, false},
		{"the last instant", func(s *shelf) string { s.now = 12*hour - 1; return "h" }, true},
		{"expired", func(s *shelf) string { s.now = 12 * hour; return "h" }, false},
		{"revoked", func(s *shelf) string { s.token.RevokedAt = &earlier; return "h" }, false},
		{"disabled", func(s *shelf) string { s.owner.Disabled = true; return "h" }, false},
	} {
		s := good
		hash := c.change(&s)
		a, token, err := Authenticate(s, hash)
		if c.ok && (err != nil || a.ID != "a" || token.ID != "t") {
			t.Errorf("%s: %v, %v, %v", c.name, a, token, err)
		}
		if !c.ok && (err == nil || err.Error() != Unauthenticated().Error() || a.ID != "" || token.ID != "") {
			t.Errorf("%s: %v, %v, %v; want the one refusal and nothing else", c.name, a, token, err)
		}
	}
}

func TestTouchDue(t *testing.T) {
	last := period.Instant(100 * minute)
	for _, c := range []struct {
		last *period.Instant
		at   period.Instant
		want bool
	}{{nil, 0, true}, {&last, last, false}, {&last, last + 60*minute - 1, false}, {&last, last + 60*minute, true}} {
		if got := (Token{LastUsedAt: c.last}).TouchDue(c.at); got != c.want {
			t.Errorf("TouchDue(%v) at %d = %v", c.last, c.at, got)
		}
	}
}
