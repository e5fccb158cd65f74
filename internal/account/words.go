package account

import (
	"brandregistry/internal/area"
	"brandregistry/internal/fault"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"github.com/mozillazg/go-pinyin"
)

// Place is an area by its name.
type Place struct {
	Code area.Code
	Name string
}

// tradeWords are what whoever guesses passwords of this registry tries besides the names in it.
var tradeWords = strings.Fields(`
	dangjian pinpai dangyuan dangzhibu dangzuzhi dangwei dangzongzhi zhibu zuzhi zuzhibu zuzhichu liangxin liangxinzuzhi fugai jiceng dengji xitong
	shuji shujichu gongzuo bangong bangongshi jiedao shequ cun zhen xiang qu shi sheng guanliyuan shenheyuan tianbaoyuan chayueyuan shenjiyuan
	nian yue ri hao mima zhanghao denglu woaini zhongguo zhonghua gongchandang renmin weirenmin xinxi zhongxin shiyong ceshi
	brand registry brandregistry admin administrator clerk reviewer reader auditor operator system default change welcome login user office
	beijing shanghai tianjin chongqing zhejiang jiangsu guangdong shandong hangzhou guangzhou shenzhen nanjing suzhou ningbo wenzhou wuhan chengdu xian
	a1b2 c3d4 e5f6 g7h8 p0o9 i8u7 y6t5
	1qaz 2wsx 3edc 4rfv 5tgb 6yhn 7ujm 8ik 9ol zaq1 xsw2 cde3 vfr4 bgt5 nhy6 mju7 qaz wsx edc rfv tgb yhn ujm qazwsx 1q2w 3e4r 5t6y 7u8i q1w2 e3r4
	520 1314 5201314 888 666 168 666888 518 asd zxc qwe abc abcd 123 321 1234`)

// WordsOf lists what the password of an account may be guessed from: its names, and those of the
// area, of all above it and of its neighbors, in Latin letters, and their codes; the nearest first.
func WordsOf(tx Reader, username, displayName string, at area.Code) ([]string, error) {
	places, err := tx.PlacesAround(at)
	if err != nil {
		return nil, err
	}
	words := append([]string{username}, strings.FieldsFunc(username, func(r rune) bool { return strings.ContainsRune("._-", r) })...)
	words = append(words, spell(displayName)...)
	for _, p := range places {
		words = append(words, spell(p.Name)...)
		words = append(words, string(p.Code))
	}
	words = append(words, tradeWords...)
	for year := 1950; year < 2050; year++ {
		words = append(words, strconv.Itoa(year))
	}
	return distinct(words), nil
}

// distinct drops what is a word twice, or of one character.
func distinct(words []string) []string {
	seen, out := map[string]bool{}, words[:0]
	for _, w := range words {
		if w = strings.ToLower(w); len(w) > 1 && !seen[w] {
			seen[w] = true
			out = append(out, w)
		}
	}
	return out
}

// kinds are what names of areas end in.
var kinds = regexp.MustCompile("(自治区|自治州|自治县|省|市|区|县|旗|街道|镇|乡|填报员|审核员|管理员|查阅员|审计员)+$")

// most bounds the ways in which one name is spelled.
const most = 8

// spell returns a name in Latin letters, with and without the kind of area it ends in: whole, and by
// the initials of its characters.
func spell(name string) (out []string) {
	for _, n := range []string{name, kinds.ReplaceAllString(name, "")} {
		whole, initials := []string{""}, ""
		for _, r := range n {
			ways := spellingsOf(r)
			if len(ways) == 0 && (r >= 0x80 || !unicode.IsLetter(r) && !unicode.IsDigit(r)) {
				continue
			}
			if len(ways) == 0 {
				ways = []string{string(unicode.ToLower(r))}
			}
			initials += ways[0][:1]
			var next []string
			for _, w := range whole {
				for _, way := range ways {
					next = append(next, w+way)
				}
			}
			whole = next[:min(len(next), most)]
		}
		out = append(append(out, whole...), initials)
	}
	return out
}

var inLatin = pinyin.Args{Style: pinyin.Normal, Heteronym: true}

// spellingsOf returns the ways in which a Chinese character is spelled, the most usual first.
func spellingsOf(r rune) []string {
	if !unicode.Is(unicode.Han, r) {
		return nil
	}
	return pinyin.SinglePinyin(r, inLatin)
}

// easy says of a password that it is easy to guess, why, and what to do.
func easy(why []fault.Text) (message, hint fault.Text) {
	var zh, en []string
	for _, w := range why {
		zh, en = append(zh, w.ZH), append(en, w.EN)
	}
	message = fault.Textf("这个密码容易被猜中，里面主要是：%s。", "This password is easy to guess. It is mostly %s.", fault.Text{ZH: strings.Join(zh, "；"), EN: strings.Join(en, "; ")})
	if len(why) == 1 && why[0] == inLists {
		message = fault.Text{ZH: "这个密码太常见，容易被猜中。", EN: "This password is too common and easily guessed."}
	}
	return message, fault.Text{ZH: "请换一个，建议用三四个不相干的词连成一句，避开单位和地名、姓名、年份和键盘上相邻的键。", EN: "Choose another: three or four unrelated words, no names of places or people, no years, no neighbors on the keyboard."}
}
