package brand

import (
	"brandregistry/internal/access"
	"brandregistry/internal/area"
	"brandregistry/internal/fault"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// whole is a content with nothing amiss.
func whole() Content {
	return Content{Name: "红色引擎", Slogan: "党建引领，服务到家", Meaning: "以党组织为引擎。", Carrier: "社区党群服务中心", Practices: "每周一次楼道议事。", Results: "办结诉求三百件。",
		Field: Community, HostOrganization: "示例社区党委", ContactName: "联系人甲", ContactPhone: "0571-00000000"}
}

// with is a content with one text in the place of another.
func (c Content) with(name, text string) Content {
	for _, t := range Texts {
		if t.Name == name {
			*t.of(&c) = text
		}
	}
	return c
}

// textIn is a content's text.
func textIn(c Content, name string) string {
	for _, t := range Texts {
		if t.Name == name {
			return *t.of(&c)
		}
	}
	panic("no text " + name)
}

// keys are the keys of violations.
func keys(all []fault.Violation) []string {
	out := []string{}
	for _, v := range all {
		out = append(out, v.Key)
	}
	return out
}

func wrongWith(name, text string) []string { return keys(misshapen(whole().with(name, text).clean())) }

func TestPhones(t *testing.T) {
	for given, kept := range map[string]string{
		"13800000000": "13800000000", "１３８００００００００": "13800000000", "138 0000 0000": "138 0000 0000", "138-0000-0000": "138-0000-0000", "  19900000000\t": "19900000000",
		"+8613800000000": "+8613800000000", "+86 138 0000 0000": "+86 138 0000 0000", "86-13800000000": "86-13800000000",
		"0571-00000000": "0571-00000000", "057100000000": "057100000000", "0571 00000000": "0571 00000000", "010-00000000": "010-00000000", "0571　0000　0000": "0571 0000 0000",
		"0571—00000000": "0571-00000000", "0571——00000000": "0571-00000000", "0571－00000000": "0571-00000000", "0571–00000000": "0571-00000000",
		"(0571)00000000": "(0571)00000000", "（0571）0000000": "(0571)0000000", "（0571） 00000000": "(0571) 00000000", "+86 0571-00000000": "+86 0571-00000000",
		"00000000": "00000000", "0000000": "0000000", "0571-00000000-801": "0571-00000000-801", "0571-00000000转801": "0571-00000000转801", "0571-00000000 转 801": "0571-00000000 转 801",
		"400-000-0000": "400-000-0000", "4000000000": "4000000000", "400-0000-000": "400-0000-000", "800 000 0000": "800 000 0000", "": "",
	} {
		if c := whole().with("contact_phone", given).clean(); c.ContactPhone != kept || len(misshapen(c)) != 0 {
			t.Errorf("%q is kept as %q: %v", given, c.ContactPhone, keys(misshapen(c)))
		}
	}
	for _, given := range []string{
		"12", "110", "12345", "12345678901", "1380000000", "138000000000", "2380000000a", "23800000000", "138 000 00000", "a13800000000", "13800000000b", "138.0000.0000",
		"无", "待定", "13800000000、13900000000", "13800000000/0571-00000000", "13800000000 联系人甲", "0571-", "-00000000", "0571--00000000", "0571-000000000", "0571-000000",
		"(0571-00000000", "0571)00000000", "0571-00000000转", "0571-00000000-1234567", "0571-00000000转1234567", "+1 212 555 0100", "0086 13800000000", "400-000-000", "700-000-0000",
		"١٣٨٠٠٠٠٠٠٠٠", "一三八零零零零零零零零", "13800000000\n0571-00000000",
	} {
		wrong := misshapen(whole().with("contact_phone", given).clean())
		if !slices.Equal(keys(wrong), []string{"contact_phone.phone_invalid"}) {
			t.Errorf("%q: %v", given, keys(wrong))
		} else if v := wrong[0]; v.Pointer != "/contact_phone" || v.Severity != fault.SeverityError || !strings.Contains(v.Hint.ZH, "0571-82345678") {
			t.Errorf("%q: %+v", given, v)
		}
	}
}

// most are the lengths that the API promises.
var most = map[string]int{"name": 50, "slogan": 100, "meaning": 1000, "carrier": 500, "practices": 3000, "results": 3000, "host_organization": 100,
	"credit_code": 18, "contact_name": 50, "contact_phone": 50}

func TestLengths(t *testing.T) {
	for _, text := range Texts {
		name, n := text.Name, most[text.Name]
		if name == "field" {
			continue
		}
		if text.Most != n {
			t.Errorf("%s has at most %d characters, want %d", name, text.Most, n)
		}
		if name == "credit_code" {
			continue // of another length it is no code, see TestCreditCodes
		}
		for _, character := range []string{"长", "𠮷", "x", "e\u0301"} { // of three, four, one and, as NFC, two bytes
			given := strings.Repeat(character, n)
			if wrong := wrongWith(name, given); slices.Contains(wrong, name+".text_length") || (len(wrong) > 0 && name != "credit_code" && name != "contact_phone") {
				t.Errorf("%s of %d %s: %v", name, n, character, wrong)
			}
			if wrong := wrongWith(name, "\n 　"+given+"\u00a0\t"); slices.Contains(wrong, name+".text_length") {
				t.Errorf("%s of %d %s in spaces: %v", name, n, character, wrong)
			}
			wrong := misshapen(whole().with(name, given+character).clean())
			if !slices.Equal(keys(wrong), []string{name + ".text_length"}) {
				t.Errorf("%s of %d %s: %v", name, n+1, character, keys(wrong))
			} else if v := wrong[0]; v.Pointer != "/"+name || !strings.Contains(v.Message.ZH, "写了 "+strconv.Itoa(n+1)+" 个字，最多 "+strconv.Itoa(n)+" 个字") || v.Hint.ZH != "请删减 1 个字。" {
				t.Errorf("%s: %+v", name, v)
			}
		}
	}
}

func TestCharacters(t *testing.T) {
	const hidden = "\u0000\u0007\u001b\u007f\u009f\u00ad\u034f\u061c\u115f\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202e\u2060\u2066\u2069\u206f\u2028\u2029\u3164\ufeff\ufff9\ufffd\U000e0001\U000e0041\U0001d173"
	for _, text := range Texts {
		one := slices.Contains([]string{"name", "slogan", "host_organization", "contact_name"}, text.Name)
		if text.Name == "field" || text.Name == "credit_code" || text.Name == "contact_phone" {
			continue // their own forms hold less
		}
		bad := []string{text.Name + ".text_characters"}
		for _, r := range hidden {
			for _, given := range []string{"红" + string(r) + "色", string(r) + "红色", "红色" + string(r)} {
				if wrong := wrongWith(text.Name, given); !slices.Equal(wrong, bad) && strings.TrimSpace(given) == given {
					t.Errorf("%s %q: %v", text.Name, given, wrong)
				}
			}
		}
		for _, given := range []string{"红\n色", "红\r\n色", "红\r色", "红\t色"} {
			if wrong := wrongWith(text.Name, given); one != slices.Equal(wrong, bad) || (!one && len(wrong) > 0) {
				t.Errorf("%s %q: %v", text.Name, given, wrong)
			}
		}
		for given, kept := range map[string]string{
			" 　红色\u00a0\n": "红色", "红　色": "红　色", "caf\u0065\u0301": "café", "A股，ｂ！": "A股，ｂ！", "①红色㈱": "①红色㈱", "❤\ufe0f红色": "❤\ufe0f红色", "𠮷\U000e0100祥": "𠮷\U000e0100祥",
			"红·色—“引擎”": "红·色—“引擎”", "\u2028红色": "红色", "\r\n红色": "红色",
		} {
			c := whole().with(text.Name, given).clean()
			if got := textIn(c, text.Name); got != kept || len(misshapen(c)) != 0 {
				t.Errorf("%s %q is kept as %q: %v", text.Name, given, got, keys(misshapen(c)))
			}
		}
	}
	if got := whole().with("practices", "一\r\n二\r三\n\n四").clean().Practices; got != "一\n二\n三\n\n四" {
		t.Errorf("line breaks are kept as %q", got)
	}
	for _, name := range []string{"“”", "《 》", "！", "——", "·", "🚩"} {
		if wrong := wrongWith("name", name); !slices.Equal(wrong, []string{"name.text_characters"}) {
			t.Errorf("name %q: %v", name, wrong)
		}
	}
	for _, name := range []string{"", "1+1", "红", "ß", "“红”"} {
		if wrong := wrongWith("name", name); len(wrong) != 0 {
			t.Errorf("name %q: %v", name, wrong)
		}
	}
}

func TestFields(t *testing.T) {
	for _, f := range Fields {
		if wrong := wrongWith("field", string(f)); len(wrong) != 0 || f.Title() == (fault.Text{}) || f.Title().EN == string(f) && f != Community && f != Village && f != School && f != Hospital {
			t.Errorf("%s, %s: %v", f, f.Title(), wrong)
		}
	}
	for _, f := range []string{"Community", "社区", "church", strings.Repeat("x", 60), "community village"} {
		wrong := misshapen(whole().with("field", f).clean())
		if !slices.Equal(keys(wrong), []string{"field.field_unknown"}) || wrong[0].Pointer != "/field" || !strings.Contains(wrong[0].Hint.ZH, "state_enterprise（国有企业）") || len([]rune(wrong[0].Message.ZH)) > 40 {
			t.Errorf("%s: %+v", f, wrong)
		}
	}
	if wrong := wrongWith("field", " "); len(wrong) != 0 {
		t.Errorf("no field: %v", wrong)
	}
}

func TestAllThatIsMisshapenIsTold(t *testing.T) {
	c := Content{Name: "红\n色", Slogan: strings.Repeat("长", 101), Meaning: "a\u200bb", Field: "church", CreditCode: "1", ContactPhone: "2"}.clean()
	want := []string{"name.text_characters", "slogan.text_length", "meaning.text_characters", "field.field_unknown", "credit_code.credit_code_invalid", "contact_phone.phone_invalid"}
	if got := keys(misshapen(c)); !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	for _, v := range misshapen(c) {
		if v.Message.ZH == "" || v.Message.EN == "" || v.Hint.ZH == "" || v.Hint.EN == "" || v.Severity != fault.SeverityError {
			t.Errorf("%+v", v)
		}
	}
	if got := misshapen(Content{}.clean()); len(got) != 0 {
		t.Errorf("nothing is misshapen: %v", keys(got))
	}
}

func TestJudge(t *testing.T) {
	gaps := []string{"name.text_required", "slogan.text_required", "meaning.text_required", "carrier.text_required", "practices.text_required", "results.text_required",
		"field.text_required", "host_organization.text_required", "contact_name.text_required", "contact_phone.text_required"}
	near := []Named{{ID: "a", Name: "红色引擎站"}, {ID: "b", Name: "“红色”引力"}}
	who := access.Actor{ID: "r", Role: access.Reviewer, Area: area.Nation}
	city, province := Recognition{Level: Levels[1], RecognizedOn: "2026-01-01"}, Recognition{Level: Levels[2], RecognizedOn: "2026-01-01"}
	day := today
	district := Recognition{Level: Levels[0], RecognizedOn: "2026-01-01", RevokedOn: &day}
	for _, tt := range []struct {
		name   string
		state  State
		c      Content
		all    []Recognition
		others []Named
		want   []string
	}{
		{"empty draft", Draft, Content{}, nil, nil, gaps},
		{"empty returned", Returned, Content{}, nil, nil, gaps},
		{"whole draft", Draft, whole(), nil, nil, nil},
		{"near draft", Draft, whole(), nil, near, []string{"name.name_similar"}},
		{"near returned with a gap", Returned, whole().with("results", ""), nil, near, []string{"results.text_required", "name.name_similar"}},
		{"near submitted", Submitted, whole(), nil, near, []string{"name.name_similar"}},
		{"near publicized", Publicized, whole(), nil, near, []string{"name.name_similar"}},
		{"near recognized", Recognized, whole(), []Recognition{district}, near, nil},
		{"near rejected", Rejected, whole(), nil, near, nil},
		{"near revoked", Revoked, whole(), []Recognition{province}, near, nil},
		{"city first", Recognized, whole(), []Recognition{city}, nil, []string{"city.level_skipped"}},
		{"district once, then city", Recognized, whole(), []Recognition{district, city}, nil, nil},
		{"city twice", Recognized, whole(), []Recognition{city, city}, nil, []string{"city.level_skipped"}},
		{"province without city", Recognized, whole(), []Recognition{district, province}, nil, []string{"province.level_skipped"}},
		{"province and city without district", Recognized, whole(), []Recognition{province, city}, nil, []string{"city.level_skipped"}},
		{"all but revoked", Recognized, whole(), []Recognition{{Level: Levels[3], RevokedOn: &day}}, nil, nil},
	} {
		b := Brand{ID: "me", State: tt.state, Content: tt.c, NameKey: NameKey(tt.c.Name)}
		got := judge(who, b, tt.all, tt.others)
		if !slices.Equal(keys(got), tt.want) || got == nil {
			t.Errorf("%s: %v, want %v", tt.name, keys(got), tt.want)
		}
	}
	b := Brand{ID: "me", State: Draft, Content: whole(), NameKey: "红色引擎"}
	v := judge(who, b, nil, near)[0]
	if v.Message.ZH != "名称“红色引擎”与本区已有的““红色”引力”“红色引擎站”相近。" || v.Pointer != "/name" || v.Severity != fault.SeverityWarning || v.Explanation != nil {
		t.Errorf("%+v", v)
	}
	b.Explanations = map[string]string{"name.name_similar": "分属两个社区"}
	if v := judge(who, b, nil, near)[0]; v.Explanation == nil || *v.Explanation != "分属两个社区" {
		t.Errorf("%+v", v)
	}
	many := []Named{{ID: "4", Name: "红色引擎丁"}, {ID: "1", Name: "红色引擎甲"}, {ID: "2", Name: "红色引擎乙"}, {ID: "3", Name: "红色引擎丙"}}
	if v := judge(who, b, nil, many)[0]; v.Message.ZH != "名称“红色引擎”与本区已有的“红色引擎丁”“红色引擎丙”“红色引擎乙”等 4 个相近。" {
		t.Errorf("%+v", v.Message)
	}
	if v := judge(who, Brand{State: Recognized}, []Recognition{district, province}, nil)[0]; v.Pointer != "/recognitions/1/level" || v.Message.ZH != "已有省级认定，却没有市级认定的记录。" {
		t.Errorf("%+v", v)
	}
}
