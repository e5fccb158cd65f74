package account

import (
	"brandregistry/internal/fault"
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
)

// Limits of a password, in characters. It is hashed as it is typed.
const (
	MinPassword = 12
	MaxPassword = 128
)

// The cost of a password's hash: what OWASP recommends for argon2id with 19 MiB.
const (
	argonMemory  = 19456 // KiB
	argonTime    = 2
	argonThreads = 1
	argonKey     = 32
	argonSalt    = 16
)

// How many passwords are hashed at a time, so that the memory it takes stays bounded, and how long one
// more waits for its turn.
const (
	maxHashing = 2
	maxWait    = 5 * time.Second
)

// nobody is the hash that the password of an account without one is compared with, so that it
// takes as long to refuse: no password has it.
const nobody = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

// Hasher hashes passwords, a few at a time. It is slow by intent: never call it in a transaction.
type Hasher struct {
	random io.Reader
	slots  chan struct{}
}

// NewHasher returns a Hasher that draws its salts from random.
func NewHasher(random io.Reader) *Hasher {
	return &Hasher{random: random, slots: make(chan struct{}, maxHashing)}
}

// wait fails with Unavailable when it takes longer than maxWait.
func (h *Hasher) wait(ctx context.Context) (free func(), err error) {
	select {
	case h.slots <- struct{}{}:
		return func() { <-h.slots }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-time.After(maxWait):
		e := fault.New(fault.Unavailable, "同时登录的人太多，请稍后再试。", "Too many people are logging in; try again shortly.")
		e.RetryAfter = maxWait
		return nil, e
	}
}

func (h *Hasher) hash(plain string) (string, error) {
	salt := make([]byte, argonSalt)
	if _, err := io.ReadFull(h.random, salt); err != nil {
		return "", err
	}
	return encode(plain, salt), nil
}

// encode hashes a password and returns it in PHC form.
func encode(plain string, salt []byte) string {
	key := argon2.IDKey([]byte(plain), salt, argonTime, argonMemory, argonThreads, argonKey)
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, argonMemory, argonTime, argonThreads,
		b64.EncodeToString(salt), b64.EncodeToString(key))
}

// Fingerprint stands for a password where one request is told from another: the same for the same
// password and purpose, and as slow to guess as a stored one.
func (h *Hasher) Fingerprint(ctx context.Context, plain, purpose string) (string, error) {
	free, err := h.wait(ctx)
	if err != nil {
		return "", err
	}
	defer free()
	salt := sha256.Sum256([]byte(purpose))
	return encode(plain, salt[:argonSalt]), nil
}

// Verify reports whether plain is the password of the hash, in PHC form. With no hash it is false,
// and takes as long.
func (h *Hasher) Verify(ctx context.Context, hash *string, plain string) (bool, error) {
	phc := nobody
	if hash != nil {
		phc = *hash
	}
	var memory, time uint32
	var threads uint8
	parts := strings.Split(phc, "$")
	if len(parts) != 6 || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return false, fmt.Errorf("password hash: unknown form")
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &memory, &time, &threads); err != nil || memory > 1<<20 || time < 1 || threads < 1 {
		return false, fmt.Errorf("password hash: bad parameters %q", parts[3])
	}
	salt, err := base64.RawStdEncoding.Strict().DecodeString(parts[4])
	if err != nil {
		return false, fmt.Errorf("password hash: bad salt")
	}
	key, err := base64.RawStdEncoding.Strict().DecodeString(parts[5])
	if err != nil || len(key) == 0 {
		return false, fmt.Errorf("password hash: bad key")
	}
	free, err := h.wait(ctx)
	if err != nil {
		return false, err
	}
	defer free()
	if utf8.RuneCountInString(plain) > MaxPassword {
		plain = "" // nobody's, and a long one is not worth the time
	}
	got := argon2.IDKey([]byte(plain), salt, time, memory, threads, uint32(len(key)))
	return subtle.ConstantTimeCompare(got, key) == 1 && hash != nil && plain != "", nil
}

// Password is a new password with its hash, or with what is wrong with it.
type Password struct {
	hash          string // "" when it is refused anyway
	refused       bool
	message, hint fault.Text
}

// NewPassword judges a new password of the username, for who knows the words (WordsOf), and hashes it.
// What is wrong with it is said by the use case that takes it, in its turn.
func (h *Hasher) NewPassword(ctx context.Context, plain, username string, words []string) (*Password, error) {
	n := utf8.RuneCountInString(plain)
	switch {
	case n < MinPassword || n > MaxPassword:
		return &Password{refused: true,
			message: fault.Textf("密码有 %d 个字符，须为 %d 至 %d 个。", "The password has %d characters; it must have %d to %d.", n, MinPassword, MaxPassword),
			hint:    fault.Text{ZH: "建议用几个不相干的词连成一句，便于记忆。", EN: "Several unrelated words in a row are easy to remember."}}, nil
	case username != "" && strings.Contains(strings.ToLower(plain), strings.ToLower(username)):
		return &Password{refused: true,
			message: fault.Text{ZH: "密码中含有用户名。", EN: "The password contains the username."},
			hint:    fault.Text{ZH: "请换一个不含用户名的密码。", EN: "Choose one without it."}}, nil
	}
	free, err := h.wait(ctx)
	if err != nil {
		return nil, err
	}
	defer free()
	if why := weakness(plain, words); why != nil {
		p := &Password{refused: true}
		p.message, p.hint = easy(why)
		return p, nil
	}
	hash, err := h.hash(plain)
	return &Password{hash: hash}, err
}

// violations returns what is wrong with the password.
func (p *Password) violations(pointer string) []fault.Violation {
	if !p.refused {
		return nil
	}
	return []fault.Violation{fault.Mistake("password", pointer, p.message, p.hint)}
}
