package text

import (
	"brandregistry/internal/area"
	"brandregistry/internal/fault"
	"brandregistry/internal/period"
	"regexp"
	"time"
)

// Rule is a rule of form of one text. The pattern and the format say all of it, and are published as they
// are: what keeps to them is never malformed, what does not is never taken.
type Rule struct {
	Pattern string // read alike by RE2 and by ECMA-262 in Unicode mode; "": any text
	Format  string // of JSON Schema, beside the pattern; "": none
	Message fault.Text
	Hint    fault.Text

	form   *regexp.Regexp
	exists func(string) bool // what the format says and the pattern cannot; nil: nothing
}

// Holds reports whether a text keeps to the rule.
func (r Rule) Holds(s string) bool {
	return (r.form == nil || r.form.MatchString(s)) && (r.exists == nil || r.exists(s))
}

// Parts of patterns. Years are 1900 … 9998, as everywhere in the registry.
const (
	years = `(19[0-9]{2}|[2-8][0-9]{3}|9[0-8][0-9]{2}|99[0-8][0-9]|999[0-8])`
	days  = years + `-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])`
	hours = `([01][0-9]|2[0-3]):[0-5][0-9]`
)

// Rules are the rules of form, by the name that a field's validate tag gives them.
var Rules = map[string]Rule{
	"area_code": rule(`^(0|[1-9][0-9]|[1-9][0-9]{3}|[1-9][0-9]{5}|[1-9][0-9]{8})$`, "", func(s string) bool { _, err := area.Parse(s); return err == nil },
		fault.Text{ZH: "不是有效的行政区划代码。", EN: "It is no area code."}, fault.Text{ZH: "应为 0（全国）或 2、4、6、9 位数字，首位不为 0，如 330109001。", EN: "It is 0 (the nation) or 2, 4, 6 or 9 digits that do not begin with 0, such as 330109001."}),
	"subdistrict": rule(`^[1-9][0-9]{8}$`, "", nil,
		fault.Text{ZH: "不是有效的街道（乡镇）代码。", EN: "It is no subdistrict code."}, fault.Text{ZH: "应为 9 位数字，首位不为 0，如 330109001。", EN: "It is 9 digits that do not begin with 0, such as 330109001."}),
	"period": rule(`^`+years+`(-Q[1-4]|-M(0[1-9]|1[0-2]))?$`, "", func(s string) bool { _, err := period.Parse(s); return err == nil },
		fault.Text{ZH: "不是有效的报告期。", EN: "It is no period."}, fault.Text{ZH: "应写成 2026、2026-Q3 或 2026-M09。", EN: "Write it like 2026, 2026-Q3 or 2026-M09."}),
	"year": rule(`^`+years+`$`, "", nil,
		fault.Text{ZH: "应为四位数的年份。", EN: "It must be a year of four digits."}, fault.Text{ZH: "请写成 2026 这样的年份，1900 至 9998 之间。", EN: "Write a year such as 2026, from 1900 to 9998."}),
	"date": rule(`^`+days+`$`, "date", func(s string) bool { _, err := period.ParseDate(s); return err == nil },
		fault.Text{ZH: "不是有效的日期。", EN: "It is no date."}, fault.Text{ZH: "应写成 2026-10-20，且确有这一天。", EN: "Write an existing day like 2026-10-20."}),
	"stamp": rule(`^`+days+`T`+hours+`:[0-5][0-9](\.[0-9]{1,9})?(Z|[+-]`+hours+`)$`, "date-time", func(s string) bool { _, err := time.Parse(time.RFC3339Nano, s); return err == nil },
		fault.Text{ZH: "不是有效的时刻。", EN: "It is no instant."}, fault.Text{ZH: "应写成 2026-10-08T02:00:00Z（RFC 3339）。", EN: "Write it like 2026-10-08T02:00:00Z (RFC 3339)."}),
	"username": rule(`^[a-z][a-z0-9._-]{2,31}$`, "", nil,
		fault.Text{ZH: "不是有效的用户名。", EN: "It is no username."}, fault.Text{ZH: "以小写字母开头，3 至 32 个小写字母、数字、点、下划线或连字符。", EN: "Begin with a lower-case letter; 3 to 32 lower-case letters, digits, dots, underscores or hyphens."}),
	"pointer": rule(`^(/([^~/]|~[01])*)*$`, "json-pointer", nil,
		fault.Text{ZH: "不是有效的 JSON 指针。", EN: "It is no JSON pointer."}, fault.Text{ZH: "应写成 /figures/economic/joint。", EN: "Write it like /figures/economic/joint."}),
	"figure_pointer": rule(`^/figures/(economic|social)/(registered|excluded|standalone|joint|joint_eligible|unmet|work_covered|members|party_organizations|standardized|weak|rectified|instructors)$`, "", nil,
		fault.Text{ZH: "不是某一项数字的位置。", EN: "It is not the place of a figure."}, fault.Text{ZH: "请写成 /figures/economic/joint 这样的位置。", EN: "Write it like /figures/economic/joint."}),
	"uuid": rule(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`, "uuid", nil,
		fault.Text{ZH: "不是有效的编号。", EN: "It is no id."}, fault.Text{ZH: "请使用系统给出的编号（小写 UUID）。", EN: "Use an id that the registry gave: a lower-case UUID."}),
	"credit_code": rule(`^[\p{Zs}\t]*(([0-9A-Za-z０-９Ａ-Ｚａ-ｚ][\p{Zs}\t]*){18})?$`, "", nil,
		fault.Text{ZH: "不是 18 位的统一社会信用代码。", EN: "It is no unified social credit code of 18 characters."}, fault.Text{ZH: "请对照营业执照或登记证书逐位核对。", EN: "Compare it with the licence, character by character."}),
	"phone": rule(`^[0-9０-９+＋()（）转\-－‐‑–—−\p{Zs}\t]*$`, "", nil,
		fault.Text{ZH: "不是电话号码。", EN: "It is no phone number."}, fault.Text{ZH: "请填手机号或固定电话，如 0571-82345678。", EN: "Give a mobile number or a landline, such as 0571-82345678."}),
	"words": rule(`[\p{L}\p{N}]`, "", nil,
		fault.Text{ZH: "里没有文字。", EN: "It holds neither letter nor digit."}, fault.Text{ZH: "请用文字写明，不能只有空格、标点或看不见的字符。", EN: "Say it in words: blanks, punctuation and invisible characters do not count."}),
}

func rule(pattern, format string, exists func(string) bool, message, hint fault.Text) Rule {
	return Rule{Pattern: pattern, Format: format, Message: message, Hint: hint, form: regexp.MustCompile(pattern), exists: exists}
}
