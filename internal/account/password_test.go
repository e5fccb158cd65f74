package account

import (
	"brandregistry/internal/fault"
	"context"
	"crypto/rand"
	"errors"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestPasswordPolicy(t *testing.T) {
	const length = "密码有 %s 个字符，须为 12 至 128 个。"
	for _, c := range []struct{ plain, message string }{
		{"lantern-river", ""},
		{"walnut bridge 72", ""},
		{"春江水暖鸭先知竹外桃花", strings.ReplaceAll(length, "%s", "11")},
		{"春江水暖鸭先知竹外桃花三", ""},
		{"short", strings.ReplaceAll(length, "%s", "5")},
		{strings.Repeat("a1-z", 32), ""},
		{strings.Repeat("a1-z", 32) + "x", strings.ReplaceAll(length, "%s", "129")},
		{"my-Li.Wei-secret", "密码中含有用户名。"},
		{"Password1234", "这个密码太常见，容易被猜中。"},
		{"qwertyuiop123", "这个密码太常见，容易被猜中。"},
		{"aaaaaaaaaaaaaaa", "这个密码太常见，容易被猜中。"},
		{"1qaz2wsx3edc", "这个密码太常见，容易被猜中。"},
		{"Admin@123456", "这个密码太常见，容易被猜中。"},
	} {
		got := ""
		if found := (&Password{plain: c.plain}).violations("li.wei", "/password"); len(found) > 0 {
			got = found[0].Message.ZH
			if found[0].Pointer != "/password" || found[0].Hint.ZH == "" || strings.Contains(got, c.plain) {
				t.Errorf("%q: %+v", c.plain, found[0])
			}
		}
		if got != c.message {
			t.Errorf("%q: %q, want %q", c.plain, got, c.message)
		}
	}
}

var phcForm = regexp.MustCompile(`^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$`)

func TestHashAndVerify(t *testing.T) {
	ctx, h := context.Background(), NewHasher(rand.Reader)
	p, err := h.NewPassword(ctx, "lantern-river-copper")
	if err != nil || !phcForm.MatchString(p.hash) {
		t.Fatalf("hash %q, %v", p.hash, err)
	}
	if !phcForm.MatchString(nobody) {
		t.Error("what an unknown user's password is compared with has another cost")
	}
	again, err := h.NewPassword(ctx, "lantern-river-copper")
	if err != nil || again.hash == p.hash {
		t.Error("two hashes share a salt")
	}
	none := nobody
	for _, c := range []struct {
		name  string
		hash  *string
		plain string
		want  bool
	}{
		{"right", &p.hash, "lantern-river-copper", true},
		{"wrong", &p.hash, "lantern-river-coppeR", false},
		{"empty", &p.hash, "", false},
		{"too long", &p.hash, strings.Repeat("x", 2000), false},
		{"no password", nil, "lantern-river-copper", false},
		{"nobody's", &none, "", false},
	} {
		if got, err := h.Verify(ctx, c.hash, c.plain); err != nil || got != c.want {
			t.Errorf("%s: %v, %v", c.name, got, err)
		}
	}
	for _, bad := range []string{"", "plain", "$argon2i$v=19$m=19456,t=2,p=1$AAAA$AAAA", "$argon2id$v=19$m=99999999,t=2,p=1$AAAA$AAAA", "$argon2id$v=19$m=19456,t=2,p=1$A$AAAA", "$argon2id$v=19$m=19456,t=2,p=1$AAAA$"} {
		if got, err := h.Verify(ctx, &bad, "x"); got || err == nil {
			t.Errorf("a stored hash %q: %v, %v; want an error", bad, got, err)
		}
	}
}

// A caller that waits for others' passwords to be hashed gives up with its context.
func TestHashingIsBounded(t *testing.T) {
	h := NewHasher(rand.Reader)
	var held []func()
	for range maxHashing {
		free, err := h.wait(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		held = append(held, free)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := h.Verify(ctx, nil, "x"); !errors.Is(err, context.Canceled) {
		t.Errorf("a third hash at a time: %v, want to wait", err)
	}
	for _, free := range held {
		free()
	}
	if _, err := h.Verify(context.Background(), nil, "x"); err != nil {
		t.Error(err)
	}
}

// A caller does not wait for ever.
func TestHashingIsNotWaitedForLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := NewHasher(rand.Reader)
		for range maxHashing {
			if _, err := h.wait(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		began := time.Now()
		_, err := h.Verify(t.Context(), nil, "x")
		var f *fault.Error
		if !errors.As(err, &f) || f.Code != fault.Unavailable || f.RetryAfter == 0 || time.Since(began) != maxWait {
			t.Errorf("after %v: %v, want unavailable after %v", time.Since(began), err, maxWait)
		}
	})
}

func TestFingerprint(t *testing.T) {
	ctx, h := context.Background(), NewHasher(rand.Reader)
	var got []string
	for _, c := range [][2]string{{"p", "a"}, {"p", "a"}, {"q", "a"}, {"p", "b"}} {
		f, err := h.Fingerprint(ctx, c[0], c[1])
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, f)
	}
	if got[0] != got[1] || got[0] == got[2] || got[0] == got[3] || !phcForm.MatchString(got[0]) {
		t.Errorf("fingerprints %q", got)
	}
}

func BenchmarkVerify(b *testing.B) {
	ctx, h := context.Background(), NewHasher(rand.Reader)
	for b.Loop() {
		if _, err := h.Verify(ctx, nil, "lantern-river-copper"); err != nil {
			b.Fatal(err)
		}
	}
}
