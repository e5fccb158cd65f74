package brand

import (
	"brandregistry/internal/access"
	"brandregistry/internal/fault"
	"brandregistry/internal/plan"
	"brandregistry/internal/text"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/width"
)

// Text is one field that a clerk writes.
type Text struct {
	Name     string // in the API
	Title    fault.Text
	Most     int  // characters
	Required bool // for submission
	of       func(*Content) *string
}

// maxCode is how long a credit code may be as it is sent, with spaces.
const maxCode = 50

// fits reports whether a text is, as it was sent, what the document allows.
func (t Text) fits(s string) bool {
	n := utf8.RuneCountInString(s)
	switch t.Name {
	case "credit_code":
		return n <= maxCode && text.Rules["credit_code"].Holds(s)
	case "contact_phone":
		return n <= t.Most && text.Rules["phone"].Holds(s)
	}
	return n <= t.Most
}

// tooLong says that a text of so many characters cannot be kept.
func (t Text) tooLong(n int) fault.Violation {
	return fault.Violation{Code: "text_length", Key: t.Name + ".text_length", Severity: fault.SeverityError, Pointer: t.Pointer(),
		Message: fault.Textf("“%s”连同空格写了 %d 个字，最多 %d 个字。", "%s has %d characters with its spaces, %d at most.", t.Title, n, t.Most),
		Hint:    fault.Text{ZH: "请删去多余的空格和换行。", EN: "Drop needless spaces and line breaks."}}
}

// Pointer returns the field's JSON pointer.
func (t Text) Pointer() string { return "/" + t.Name }

// Texts are the fields that a clerk writes, in the order of the form.
var Texts = []Text{
	{"name", fault.Text{ZH: "品牌名称", EN: "name"}, 50, true, func(c *Content) *string { return &c.Name }},
	{"slogan", fault.Text{ZH: "品牌口号", EN: "slogan"}, 100, true, func(c *Content) *string { return &c.Slogan }},
	{"meaning", fault.Text{ZH: "品牌内涵", EN: "meaning"}, 1000, true, func(c *Content) *string { return &c.Meaning }},
	{"carrier", fault.Text{ZH: "品牌载体", EN: "carrier"}, 500, true, func(c *Content) *string { return &c.Carrier }},
	{"practices", fault.Text{ZH: "主要做法", EN: "practices"}, 3000, true, func(c *Content) *string { return &c.Practices }},
	{"results", fault.Text{ZH: "工作成效", EN: "results"}, 3000, true, func(c *Content) *string { return &c.Results }},
	{"field", fault.Text{ZH: "所属领域", EN: "field"}, 50, true, func(c *Content) *string { return (*string)(&c.Field) }},
	{"host_organization", fault.Text{ZH: "创建单位", EN: "host organization"}, 100, true, func(c *Content) *string { return &c.HostOrganization }},
	{"credit_code", fault.Text{ZH: "统一社会信用代码", EN: "unified social credit code"}, creditLength, false, func(c *Content) *string { return &c.CreditCode }},
	{"contact_name", fault.Text{ZH: "联系人", EN: "contact name"}, 50, true, func(c *Content) *string { return &c.ContactName }},
	{"contact_phone", fault.Text{ZH: "联系电话", EN: "contact phone"}, 50, true, func(c *Content) *string { return &c.ContactPhone }},
}

// oneLine are the texts that hold neither line breaks nor tabs.
var oneLine = []string{"name", "slogan", "host_organization", "credit_code", "contact_name", "contact_phone"}

// clean trims the texts, makes them NFC with line feeds as line breaks, and writes code and phone in half
// width, the code without spaces.
func (c Content) clean() Content {
	for _, t := range Texts {
		s := t.of(&c)
		*s = text.Trim(*s)
	}
	c.CreditCode = strings.ToUpper(strings.Join(strings.Fields(width.Fold.String(c.CreditCode)), ""))
	c.ContactPhone = text.TidyPhone(c.ContactPhone)
	return c
}

// misshapen lists what is wrong with the form of a clean content: what cannot be kept, not even in a
// draft.
func misshapen(c Content) []fault.Violation {
	var out []fault.Violation
	add := func(code string, t Text, message, hint fault.Text) {
		out = append(out, fault.Violation{Code: code, Key: t.Name + "." + code, Severity: fault.SeverityError, Pointer: t.Pointer(), Message: message, Hint: hint})
	}
	for _, t := range Texts {
		s := *t.of(&c)
		one := slices.Contains(oneLine, t.Name)
		switch n := utf8.RuneCountInString(s); {
		case s == "":
		case t.Name == "field":
			if !slices.Contains(Fields, c.Field) {
				add("field_unknown", t, fault.Textf("所属领域“%s”不是九个领域代码之一。", "The field “%s” is none of the nine fields' codes.", cut(s)),
					fault.Textf("请从以下领域中选一个，填括号前的代码：%s。", "Choose one of: %s.", fieldList()))
			}
		case t.Name == "credit_code":
			if message, hint := creditFault(s); message != (fault.Text{}) {
				add("credit_code_invalid", t, message, hint)
			}
		case n > t.Most:
			add("text_length", t, fault.Textf("“%s”写了 %d 个字，最多 %d 个字。", "%s has %d characters, %d at most.", t.Title, n, t.Most),
				fault.Textf("请删减 %d 个字。", "Drop %d characters.", n-t.Most))
		case one && strings.ContainsAny(s, "\n\t"):
			add("text_characters", t, fault.Textf("“%s”中有换行或制表符。", "%s holds line breaks or tabs.", t.Title),
				fault.Text{ZH: "请写成一行；从表格中粘贴的，请只粘贴一格。", EN: "Write it on one line; of a sheet, paste one cell only."})
		case strings.ContainsFunc(s, text.Damaged):
			add("text_characters", t, fault.Textf("“%s”中有看不见的字符。", "%s holds invisible characters.", t.Title),
				fault.Text{ZH: "请删去后重新填写；从别处粘贴的，请先粘贴为纯文本。", EN: "Remove them; paste as plain text."})
		case t.Name == "name" && !text.HasWords(s):
			add("text_characters", t, fault.Textf("品牌名称“%s”中没有文字。", "The name “%s” holds neither letter nor digit.", s),
				fault.Text{ZH: "请填写品牌的名称，如“红色引擎”。", EN: "Give the brand's name in words."})
		case !text.HasWords(s):
			add("text_characters", t, fault.Textf("“%s”里没有文字：“%s”。", "%s holds neither letter nor digit: “%s”.", t.Title, cut(s)),
				fault.Text{ZH: "请用文字写明；还没有的，先空着。", EN: "Say it in words, or leave it out for now."})
		case t.Name == "contact_phone" && !text.IsPhone(s):
			add("phone_invalid", t, fault.Textf("联系电话“%s”不是电话号码。", "“%s” is no phone number.", s), text.Rules["phone"].Hint)
		}
	}
	return out
}

func cut(s string) string {
	if r := []rune(s); len(r) > 20 {
		return string(r[:20]) + "…"
	}
	return s
}

func creditFault(s string) (message, hint fault.Text) {
	hint = fault.Text{ZH: "请对照营业执照或登记证书逐位核对。", EN: "Compare it with the licence, character by character."}
	if n := utf8.RuneCountInString(s); n != creditLength {
		return fault.Textf("统一社会信用代码应为 18 位，填的是 %d 位。", "A unified social credit code has 18 characters, not %d.", n), hint
	}
	for i, r := range []rune(s) {
		if !strings.ContainsRune(creditAlphabet, r) {
			return fault.Textf("统一社会信用代码第 %d 位是“%s”，代码中不会有这个字符。", "Character %d of the credit code is “%s”, which none has.", i+1, string(r)),
				fault.Text{ZH: "代码只用数字和大写字母，不用 I、O、S、V、Z，请看是否把 1、0、5、2 错写成了字母。", EN: "It is made of digits and capitals but I, O, S, V and Z: look for a 1, 0, 5 or 2 written as a letter."}
		}
	}
	if want, _ := CreditCheck(s); want != s[creditLength-1] {
		return fault.Text{ZH: "统一社会信用代码的校验位不对，其中有一位写错了。", EN: "The credit code's check character does not fit: one character is wrong."}, hint
	}
	return fault.Text{}, fault.Text{}
}

// Title returns the field's name.
func (f Field) Title() fault.Text {
	titles := []fault.Text{{ZH: "社区", EN: "community"}, {ZH: "村", EN: "village"}, {ZH: "机关", EN: "government office"}, {ZH: "国有企业", EN: "state enterprise"},
		{ZH: "非公有制企业", EN: "non-public enterprise"}, {ZH: "社会组织", EN: "social organization"}, {ZH: "学校", EN: "school"}, {ZH: "医院", EN: "hospital"}, {ZH: "新就业群体", EN: "new employment"}}
	if i := slices.Index(Fields, f); i >= 0 {
		return titles[i]
	}
	return fault.Text{ZH: string(f), EN: string(f)}
}

func fieldList() fault.Text {
	var zh, en []string
	for _, f := range Fields {
		zh, en = append(zh, string(f)+"（"+f.Title().ZH+"）"), append(en, string(f))
	}
	return fault.Text{ZH: strings.Join(zh, "、"), EN: strings.Join(en, ", ")}
}

// levelTitles are the names of the levels in the order of Levels.
var levelTitles = []fault.Text{{ZH: "区级", EN: "district"}, {ZH: "市级", EN: "city"}, {ZH: "省级", EN: "province"}, {ZH: "国家级", EN: "national"}}

// LevelTitle returns a level's name.
func LevelTitle(l plan.BrandLevel) fault.Text { return levelTitles[rank(l)] }

// judge lists what stands against a brand's submission, or is remarkable of one that is recognized.
// near are the brands with names near its own that the actor may know of.
func judge(who access.Actor, b Brand, all []Recognition, near []Named) []fault.Violation {
	out := []fault.Violation{}
	switch {
	case b.State == Draft || b.State == Returned:
		for _, t := range Texts {
			if t.Required && *t.of(&b.Content) == "" {
				out = append(out, fault.Violation{Code: "text_required", Key: t.Name + ".text_required", Severity: fault.SeverityError, Pointer: t.Pointer(),
					Message: fault.Textf("“%s”没有填写。", "%s is not given.", t.Title), Hint: fault.Text{ZH: "请填写后再申报。", EN: "Give it, then submit."}})
			}
		}
		out = append(out, similar(who, b, near)...)
	case b.State == Submitted || b.State == Publicized:
		out = append(out, similar(who, b, near)...)
	case b.State == Recognized:
		out = append(out, skipped(all)...)
		out = append(out, early(b, all)...)
	}
	return out
}

// skipped warns of a level not revoked below which none was ever recognized.
func skipped(all []Recognition) []fault.Violation {
	var out []fault.Violation
	known, warned := map[plan.BrandLevel]bool{}, map[plan.BrandLevel]bool{}
	for _, r := range all {
		known[r.Level] = true
	}
	for i, r := range all {
		if r.RevokedOn != nil || r.Level == plan.BrandDistrict || known[Levels[rank(r.Level)-1]] || warned[r.Level] {
			continue
		}
		warned[r.Level] = true
		below := levelTitles[rank(r.Level)-1]
		out = append(out, fault.Violation{Code: "level_skipped", Key: string(r.Level) + ".level_skipped", Severity: fault.SeverityWarning, Pointer: "/recognitions/" + strconv.Itoa(i) + "/level",
			Message: fault.Textf("已有%s认定，却没有%s认定的记录。", "It is recognized at %s level, but there is no recognition at %s level.", LevelTitle(r.Level), below),
			Hint:    fault.Textf("确有%s认定的，请补录；没有的不必处理。", "If there is one at %s level, record it; else nothing needs to be done.", below)})
	}
	return out
}

// early warns of a day of recognition by the district that lies before its publicity had ended.
func early(b Brand, all []Recognition) (out []fault.Violation) {
	for i, r := range all {
		if b.PublicityEndsOn != nil && r.Level == plan.BrandDistrict && r.RevokedOn == nil && r.RecognizedOn <= *b.PublicityEndsOn {
			out = append(out, fault.Violation{Code: "recognized_before_publicity", Key: r.ID + ".recognized_before_publicity", Severity: fault.SeverityWarning, Pointer: "/recognitions/" + strconv.Itoa(i) + "/recognized_on",
				Message: fault.Textf("区级认定日期 %s 不晚于公示截止日期 %s。", "It was recognized by the district on %s, before the publicity ended on %s.", string(r.RecognizedOn), string(*b.PublicityEndsOn)),
				Hint:    fault.Text{ZH: "补录以前的命名不必处理；日期填错的，请更正这一认定（corrects）。", EN: "Nothing needs to be done when an old recognition was entered; else correct it."}})
		}
	}
	return out
}
