package account

import (
	"brandregistry/internal/area"
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

// What is judged of a password is bounded, and Chinese is judged as it is spelled.
func TestJudged(t *testing.T) {
	for plain, want := range map[string]string{
		"abc": "abc", "ＡＢＣ１２": "ABC12", "萧山二〇": "xiaoshan20", strings.Repeat("x", 128): strings.Repeat("x", maxJudged), strings.Repeat("庄", 128): strings.Repeat("zhuang", maxJudged/6),
	} {
		if got := judged(plain); got != want {
			t.Errorf("judged(%q) = %q, want %q", plain, got, want)
		}
	}
	for s, want := range map[string]string{"aaab": "ab", "ababab1": "ab1", "abcabcx": "abcx", "abcdabcd": "abcdabcd", "": "", "copper": "coper"} {
		if got := once(s); got != want {
			t.Errorf("once(%q) = %q, want %q", s, got, want)
		}
	}
}

// xiaoshan is a reader of a registry of 萧山区.
type xiaoshan struct{ Reader }

func (xiaoshan) PlacesAround(area.Code) ([]Place, error) {
	return []Place{{"330109001", "城厢街道"}, {"330109", "萧山区"}, {"3301", "杭州市"}, {"33", "浙江省"}, {"0", "全国"}, {"330109002", "北干街道"}, {"330109100", "楼塔镇"}, {"330109101", "重长乐镇"}}, nil
}

func liWei(t *testing.T) []string {
	t.Helper()
	words, err := WordsOf(xiaoshan{}, "li.wei", "城厢街道填报员李薇", "330109001")
	if err != nil {
		t.Fatal(err)
	}
	return words
}

func TestPasswordPolicy(t *testing.T) {
	const length = "密码有 %s 个字符，须为 12 至 128 个。"
	easy := func(why ...string) string {
		return "这个密码容易被猜中，里面主要是：" + strings.Join(why, "；") + "。"
	}
	const (
		names, common, keys, rows, dates, again = "账号、单位、区划的名称或代码，或本系统常用的词", "常见的密码、单词或姓名", "键盘上相邻的键", "顺着排的字母或数字", "年份或日期", "重复的字符"
	)
	const tooCommon = "这个密码太常见，容易被猜中。"
	h, words := NewHasher(rand.Reader), liWei(t)
	for _, c := range []struct{ plain, message string }{
		{"lantern-river", ""},
		{"walnut bridge 72", ""},
		{"lantern-river-copper-39", ""},
		{"walnut-bridge-autumn-72", ""},
		{"correct horse battery", ""},
		{"k7Q!zt2Lwp9x", ""},
		{"фонарь-у-реки", ""},
		{"🔥🔥🔥🔥🔥🔥🔥🔥🔥🔥🔥🔥", easy(again)},
		{"春江水暖鸭先知竹外桃花", strings.ReplaceAll(length, "%s", "11")},
		{"春江水暖鸭先知竹外桃花三", ""},
		{"short", strings.ReplaceAll(length, "%s", "5")},
		{strings.Repeat("a1-z", 32), ""},
		{strings.Repeat("a1-z", 32) + "x", strings.ReplaceAll(length, "%s", "129")},
		{"my-Li.Wei-secret", "密码中含有用户名。"},
		{"Password1234", tooCommon},
		{"qwertyuiop123", tooCommon},
		{"aaaaaaaaaaaaaaa", easy(common, again)},
		{"1qaz2wsx3edc", easy(names, common)},
		{"1qaz@WSX3edc", easy(names, common)},
		{"!QAZ2wsx#EDC", easy(names, common)},
		{"Admin@123456", easy(names, common)},
		{"abc123456789", tooCommon},
		{"xiaoshan2026", easy(names, dates)},
		{"Xiaoshan@2026", easy(names, dates, again)},
		{"XiaoShanQu2026!", easy(names, dates)},
		{"nahsoaix2026!", easy(names, common)},
		{"hangzhou2026!", easy(names, dates)},
		{"zhejiangsheng", easy(names)},
		{"chengxiangjiedao1", easy(names, common)},
		{"beigan330109002", easy(names)},
		{"chongchangle2026", easy(names, dates)},
		{"zhongchangle2026", easy(names, dates)},
		{"liwei2026liwei", easy(names, dates)},
		{"xs330109xs330109", easy(names)},
		{"brandregistry1", easy(names, common)},
		{"dangjian2026!", easy(names, dates)},
		{"liangxinzuzhi2026", easy(names, dates)},
		{"P@ssw0rd!2026", tooCommon},
		{"萧山萧山萧山萧山萧山萧山", easy(names)},
		{"萧山区城厢街道二〇二六年", easy(names, dates)},
		{"138571048392", easy("数字，没有字母")},
		{"abababababababab", easy(common, again)},
		{"zaq12wsxcde3", easy(names, common)},
		{"iloveyou12345", tooCommon},
		{"woaini1314520", easy(names)},
		{"19900101zhang", easy(common, dates)},
		{"Beijing@2008!", easy(names, dates)},
		{"a1b2c3d4e5f6", easy(names, common)},
		{"zhangwei1990", easy(names, common, dates)},
		{"hangzhou0571!", easy(names, common)},
	} {
		got := ""
		p, err := h.NewPassword(t.Context(), c.plain, "li.wei", words)
		if err != nil {
			t.Fatal(err)
		}
		if found := p.violations("/password"); len(found) > 0 {
			got = found[0].Message.ZH
			if found[0].Pointer != "/password" || found[0].Hint.ZH == "" || strings.Contains(got, c.plain) || p.hash != "" {
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
	p, err := h.NewPassword(ctx, "lantern-river-copper", "li.wei", nil)
	if err != nil || !phcForm.MatchString(p.hash) {
		t.Fatalf("hash %q, %v", p.hash, err)
	}
	if !phcForm.MatchString(nobody) {
		t.Error("what an unknown user's password is compared with has another cost")
	}
	again, err := h.NewPassword(ctx, "lantern-river-copper", "li.wei", nil)
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

// What is judged is bounded, whatever is typed: no password took as long to judge as to hash.
func BenchmarkJudge(b *testing.B) {
	words, err := WordsOf(xiaoshan{}, "li.wei", "城厢街道填报员李薇", "330109001")
	if err != nil {
		b.Fatal(err)
	}
	for name, plain := range map[string]string{"usual": "lantern-river-copper", "leet": strings.Repeat("4a@e3i1!o0s5$7t", 8), "digits": strings.Repeat("19900101", 15) + "x", "Chinese": strings.Repeat("萧山区", 40), "letters": strings.Repeat("qazwsxedcrfvtgb", 8)} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				weakness(plain, words)
			}
		})
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
