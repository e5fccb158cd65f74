package account

import (
	"brandregistry/internal/fault"
	"brandregistry/internal/period"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"hash/crc32"
	"io"
	"strings"
	"time"
)

// A token is written br_ + 43 characters of 256 random bits + 6 characters of checksum, both in
// base64url. The checksum is the CRC-32 (IEEE) of all that stands before it: it catches any one
// wrong character without asking the database, and tells secret scanners a token from noise.
const (
	tokenPrefix   = "br_"
	tokenBytes    = 32
	tokenBody     = len(tokenPrefix) + 43
	tokenLength   = tokenBody + 6
	touchInterval = period.Instant(time.Hour / time.Microsecond)
)

// NewSecret draws a token's text and the hash under which it is stored. The text is shown once.
func NewSecret(random io.Reader) (text, hash string, err error) {
	var bits [tokenBytes]byte
	if _, err := io.ReadFull(random, bits[:]); err != nil {
		return "", "", err
	}
	body := tokenPrefix + base64.RawURLEncoding.EncodeToString(bits[:])
	text = body + checksum(body)
	return text, hashOf(text), nil
}

// ParseToken checks the form and the checksum of a presented token and returns the hash to look it
// up by. It fails with Unauthenticated.
func ParseToken(s string) (hash string, err error) {
	if len(s) != tokenLength || !strings.HasPrefix(s, tokenPrefix) || s[tokenBody:] != checksum(s[:tokenBody]) {
		return "", Unauthenticated()
	}
	if _, err := base64.RawURLEncoding.Strict().DecodeString(s[len(tokenPrefix):tokenBody]); err != nil {
		return "", Unauthenticated()
	}
	return hashOf(s), nil
}

func checksum(body string) string {
	sum := crc32.ChecksumIEEE([]byte(body))
	return base64.RawURLEncoding.EncodeToString([]byte{byte(sum >> 24), byte(sum >> 16), byte(sum >> 8), byte(sum)})
}

func hashOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// Unauthenticated is the one refusal of a request without a good token: it does not say whether
// the token is malformed, unknown, expired or revoked, or its account disabled.
func Unauthenticated() error {
	return fault.New(fault.Unauthenticated,
		"尚未登录，或令牌无效、已过期、已被撤销。请重新登录，或向管理员申请新的令牌。",
		"Not logged in, or the token is invalid, expired or revoked. Log in again or ask an administrator for a new token.")
}

// Authenticate returns the account and token of a hash that ParseToken gave. A revocation, a
// disabling or a change of role by any process holds from the next transaction on.
// It fails with Unauthenticated.
func Authenticate(tx interface {
	TokenByHash(hash string) (Token, Account, error)
	Now() period.Instant
}, hash string) (Account, Token, error) {
	t, a, err := tx.TokenByHash(hash)
	switch {
	case fault.Is(err, fault.NotFound):
		return Account{}, Token{}, Unauthenticated()
	case err != nil:
		return Account{}, Token{}, err
	case !t.Usable(tx.Now()), a.Disabled:
		return Account{}, Token{}, Unauthenticated()
	}
	return a, t, nil
}

// TouchDue reports whether the token's last use is to be noted again: it moves at most hourly, or
// every GET would write.
func (t Token) TouchDue(at period.Instant) bool {
	return t.LastUsedAt == nil || at-*t.LastUsedAt >= touchInterval
}
