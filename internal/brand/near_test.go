package brand

import (
	"brandregistry/internal/access"
	"brandregistry/internal/area"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// areNear reports whether two normalized names are near, as it is defined.
func areNear(a, b string) bool {
	x, y := []rune(a), []rune(b)
	x, y = x[:min(len(x), nearLength)], y[:min(len(y), nearLength)]
	shorter, longer := min(len(x), len(y)), max(len(x), len(y))
	return shorter >= 2 && (strings.Contains(string(x), string(y)) || strings.Contains(string(y), string(x)) || common(x, y) >= longer-leftOut(longer))
}

// common is how many characters are left of both, at the most, for both to be the same.
func common(a, b []rune) int {
	row := make([]int, len(b)+1)
	for _, x := range a {
		diagonal := 0
		for j, y := range b {
			best := max(row[j], row[j+1])
			if x == y {
				best = diagonal + 1
			}
			diagonal, row[j+1] = row[j+1], best
		}
	}
	return row[len(b)]
}

// haveKeyInCommon reports whether the keys of two normalized names say that they are near.
func haveKeyInCommon(a, b string) bool {
	roles := map[string]KeyRole{}
	for _, k := range NearKeys(a) {
		roles[k.Text] = k.Role
	}
	return slices.ContainsFunc(NearKeys(b), func(k NearKey) bool {
		role, both := roles[k.Text]
		return both && role+k.Role <= PartOfName
	})
}

func TestNearNames(t *testing.T) {
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
		// a character moved
		{"红色引擎", "色红引擎", true}, {"红色引擎", "色引擎红", true}, {"红色引擎党建先锋", "党建红色引擎先锋", true},
		// two of eight
		{"湘湖先锋红色港湾", "湘湖先锋金色港口", true}, {"钱塘江畔党旗飘扬", "钱江两畔党旗飘扬", true}, {"湘湖先锋红色港湾", "南湖先行绿色港湾", false},
		// seven or less bear one only
		{"红色先锋港湾区", "绿色先行港湾区", false}, {"红色引擎", "红星引领", false}, {"红色驿站", "蓝色港湾", false}, {"红色引擎", "绿色引力", false},
		// short names
		{"红", "红色", false}, {"红", "红", false}, {"红心", "红星", false}, {"红心", "初心", false}, {"红心", "红心向党", true}, {"红心", "红色之心", false}, {"", "", false}, {"", "红色引擎", false},
		// two of many, too
		{"党建引领共同富裕示范带", "党建引导共同富裕示范区", true}, {"党建引领共同富裕示范带", "党建引导共同致富示范区", false},
		{"湘湖先锋红色港湾", "湘湖先红色港湾", true}, {"湘湖先锋红色港湾", "湘湖红色港湾", true}, {"湘湖先锋红色港湾", "湖红色港湾", false},
		// nothing to do with one another
		{"红色引擎", "金色港湾", false}, {"初心驿站", "先锋领航", false}, {"一核多元", "五彩社区", false}, {"党员楼道长", "红领书记工作室", false}, {"骑手之家", "暖蜂驿站", false},
		{"医心向党", "杏林春暖", false}, {"红色教室", "红烛先锋", false}, {"网格红管家", "云上党支部", false}, {"红色引擎", "引擎红色", false}, {"湘湖先锋", "先锋湘湖", false},
		// what is written otherwise is the same name
		{"红色·引擎", "红色引擎", true}, {"红色引擎1号", "红色引擎2号", true}, {"abc", "abd", true}, {"ab", "ac", false},
	} {
		if got := haveKeyInCommon(NameKey(tt.a), NameKey(tt.b)); got != tt.want {
			t.Errorf("%s, %s: %v", tt.a, tt.b, got)
		}
		if got := haveKeyInCommon(NameKey(tt.b), NameKey(tt.a)); got != tt.want {
			t.Errorf("%s, %s: %v", tt.b, tt.a, got)
		}
	}
}

var fewLetters = rapid.StringOfN(rapid.RuneFrom([]rune("红色引擎")), 0, nearLength+2, -1)

// mangled is a name with a few characters changed, added, left out or moved.
func mangled(t *rapid.T, name string) string {
	r := []rune(name)
	for range rapid.IntRange(1, 3).Draw(t, "changes") {
		i := rapid.IntRange(0, len(r)).Draw(t, "place")
		if rapid.Bool().Draw(t, "leaves out") && i < len(r) {
			r = slices.Delete(r, i, i+1)
		}
		if i = min(i, len(r)); rapid.Bool().Draw(t, "adds") {
			r = slices.Insert(r, i, rapid.SampledFrom([]rune("红色党")).Draw(t, "character"))
		}
	}
	return string(r)
}

func TestKeysInCommonAreTheDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := fewLetters.Draw(t, "a")
		b := rapid.OneOf(fewLetters, rapid.Just(a)).Draw(t, "b")
		if rapid.Bool().Draw(t, "near") {
			b = mangled(t, a)
		}
		if want := areNear(a, b); haveKeyInCommon(a, b) != want || haveKeyInCommon(b, a) != want {
			t.Fatalf("%s, %s: %v, %v, want %v", a, b, haveKeyInCommon(a, b), haveKeyInCommon(b, a), want)
		}
	})
}

// A name costs no more than so many keys, however long it is.
func TestNameHasFewKeys(t *testing.T) {
	for name, most := range map[string]int{
		"": 0, "红": 0, "红色": 1, "红色引擎": 8, "红色引擎站点": 19, "湘湖先锋红色港湾": 59, strings.Repeat("一二三四五六七八九十甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳", 2): 571,
	} {
		if n := len(NearKeys(name)); n > most {
			t.Errorf("%s has %d keys, at most %d", name, n, most)
		}
	}
}

// Of what the actor may not be told the name it learns only that there is one.
func TestOnlyPublicAndOwnNamesAreTold(t *testing.T) {
	clerk := access.Actor{ID: "c", Role: access.Clerk, Area: "330109001"}
	near := func(code area.Code, name string, s State) Named { return Named{"id-" + name, code, name, s} }
	public, recognized := near("330109002", "红色引擎甲", Publicized), near("330109002", "红色引擎乙", Recognized)
	own, submitted := near("330109001", "红色引擎丙", Draft), near("330109002", "红色引擎丁", Submitted)
	for _, tt := range []struct {
		near []Named
		want string
	}{
		{[]Named{own}, "名称“红色引擎”与本区已有的“红色引擎丙”相近。"},
		{[]Named{public, recognized, own}, "名称“红色引擎”与本区已有的“红色引擎丙”“红色引擎乙”“红色引擎甲”相近。"},
		{[]Named{submitted}, "名称“红色引擎”与本区其他单位正在申报的品牌相近。"},
		{[]Named{submitted, submitted}, "名称“红色引擎”与本区其他单位正在申报的品牌相近。"},
		{[]Named{submitted, own}, "名称“红色引擎”与本区已有的“红色引擎丙”以及其他单位正在申报的品牌相近。"},
		{[]Named{submitted, own, public, recognized, near("330109001", "红色引擎戊", Submitted)}, "名称“红色引擎”与本区已有的“红色引擎丙”“红色引擎乙”“红色引擎戊”等 4 个以及其他单位正在申报的品牌相近。"},
		{slices.Repeat([]Named{submitted}, maxNear+1), "名称“红色引擎”与本区许多品牌的名称相近。"},
		{slices.Repeat([]Named{own}, maxNear+1), "名称“红色引擎”与本区许多品牌的名称相近。"},
	} {
		v := similar(clerk, Brand{Content: whole()}, tt.near)
		if len(v) != 1 || v[0].Message.ZH != tt.want || v[0].Key != "name.name_similar" {
			t.Errorf("%+v\n want %s", v, tt.want)
		}
		district := similar(access.Actor{ID: "r", Role: access.Reviewer, Area: "330109"}, Brand{Content: whole()}, tt.near)
		if len(tt.near) <= maxNear && (strings.Contains(district[0].Message.ZH, "其他单位") || district[0].Key != v[0].Key) {
			t.Errorf("the district is told %s", district[0].Message.ZH)
		}
	}
}
