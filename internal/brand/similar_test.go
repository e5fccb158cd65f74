package brand

import (
	"testing"

	"pgregory.net/rapid"
)

func TestSimilar(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want bool
	}{
		// one lies within the other
		{"红色引擎", "红色引擎站", true}, {"红色引擎", "城厢红色引擎", true}, {"红色引擎", "社区红色引擎工程", true}, {"先锋", "先锋驿站", true}, {"邻里", "北干邻里中心", true},
		{"红引擎", "小红引擎", true}, {"党建", "党建引领共同富裕示范带", true},
		// a character changed, added or left out
		{"红色引擎", "红色引挚", true}, {"红色引擎", "红色引力", true}, {"红色管家", "红色老管家", true}, {"初心如磐", "初心如盘", true}, {"红管家", "红当家", true}, {"五星红旗", "五星红旅", true},
		{"潮涌萧山先锋", "潮涌湘山先锋", true}, {"邻里红", "邻居红", true},
		// two of eight
		{"湘湖先锋红色港湾", "湘湖先锋金色港口", true}, {"钱塘江畔党旗飘扬", "钱江两畔党旗飘扬", true}, {"湘湖先锋红色港湾", "南湖先行绿色港湾", false},
		// seven or less bear one only
		{"红色先锋港湾区", "绿色先行港湾区", false}, {"红色引擎", "红星引领", false}, {"红色驿站", "蓝色港湾", false}, {"红色引擎", "绿色引力", false},
		// short names
		{"红", "红色", false}, {"红", "红", false}, {"红心", "红星", false}, {"红心", "初心", false}, {"红心", "红心向党", true}, {"红心", "红色之心", false}, {"", "", false}, {"", "红色引擎", false},
		// nothing to do with one another
		{"红色引擎", "金色港湾", false}, {"初心驿站", "先锋领航", false}, {"一核多元", "五彩社区", false}, {"党员楼道长", "红领书记工作室", false}, {"骑手之家", "暖蜂驿站", false},
		{"医心向党", "杏林春暖", false}, {"红色教室", "红烛先锋", false}, {"网格红管家", "云上党支部", false}, {"红色引擎", "引擎红色", false}, {"湘湖先锋", "先锋湘湖", false},
		// what is written otherwise is the same name
		{"红色·引擎", "红色引擎", true}, {"红色引擎1号", "红色引擎2号", true}, {"abc", "abd", true}, {"ab", "ac", false},
	} {
		if got := Similar(NameKey(tt.a), NameKey(tt.b)); got != tt.want {
			t.Errorf("%s, %s: %v", tt.a, tt.b, got)
		}
		if got := Similar(NameKey(tt.b), NameKey(tt.a)); got != tt.want {
			t.Errorf("%s, %s: %v", tt.b, tt.a, got)
		}
	}
}

var fewLetters = rapid.StringOfN(rapid.RuneFrom([]rune("红色引擎")), 0, 9, -1)

func TestSimilarIsItsDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := fewLetters.Draw(t, "a"), fewLetters.Draw(t, "b")
		if rapid.Bool().Draw(t, "near") { // a with a character in another's place
			r := []rune(a + "红")
			r[rapid.IntRange(0, len(r)-1).Draw(t, "place")] = '擎'
			b = string(r)
		}
		x, y := []rune(a), []rune(b)
		shorter, longer := min(len(x), len(y)), max(len(x), len(y))
		apart := longer / 4
		if longer == 3 {
			apart = 1
		}
		want := shorter >= 2 && (within(x, y) || within(y, x) || naive(x, y) <= apart)
		if Similar(a, b) != want || Similar(b, a) != want {
			t.Fatalf("%s, %s: %v, %v, want %v", a, b, Similar(a, b), Similar(b, a), want)
		}
		if got, want := distance(x, y), naive(x, y); got != want {
			t.Fatalf("%s, %s: %d apart, want %d", a, b, got, want)
		}
	})
}

// A brand is never said to be like itself, nor like one of its very name: that is refused.
func TestSimilarIsNotAskedOfItself(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := Brand{ID: "me", State: Draft, Content: whole()}
		b.Name = fewLetters.Draw(t, "name")
		b.NameKey = NameKey(b.Name)
		others := []Named{{ID: "me", Name: b.Name, NameKey: b.NameKey}, {ID: "another", Name: "“" + b.Name + "”", NameKey: b.NameKey}}
		if got := similar(b, others); len(got) != 0 {
			t.Fatalf("%s: %s", b.Name, got[0].Message.ZH)
		}
	})
}

// within reports whether a lies within b.
func within(a, b []rune) bool {
	for i := 0; i+len(a) <= len(b); i++ {
		if string(b[i:i+len(a)]) == string(a) {
			return true
		}
	}
	return false
}

// naive is the distance as it is defined.
func naive(a, b []rune) int {
	known := map[[2]int]int{}
	var of func(i, j int) int
	of = func(i, j int) int {
		if i == 0 || j == 0 {
			return i + j
		}
		d, ok := known[[2]int{i, j}]
		if !ok {
			d = min(of(i-1, j)+1, of(i, j-1)+1)
			if a[i-1] == b[j-1] {
				d = min(d, of(i-1, j-1))
			} else {
				d = min(d, of(i-1, j-1)+1)
			}
			known[[2]int{i, j}] = d
		}
		return d
	}
	return of(len(a), len(b))
}
