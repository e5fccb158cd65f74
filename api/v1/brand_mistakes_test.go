package v1_test

import (
	"brandregistry/api/apitest"
	v1 "brandregistry/api/v1"
	"brandregistry/internal/brand"
	"brandregistry/internal/fault"
	"brandregistry/internal/media"
	"brandregistry/internal/store"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// mistake is a request that is refused, and what its maker reads.
type mistake struct {
	apitest.Scenario        // As may be a captured token
	detail           string // "": of the one flaw, as faults of its kind put it
	flaws            []flaw // all, in their order
}

// flaw is one violation of a refusal, in Chinese.
type flaw struct{ code, pointer, message, hint string }

// told is the detail in Chinese.
func (m mistake) told() string {
	switch {
	case m.detail != "" || len(m.flaws) != 1:
		return m.detail
	case m.Code == fault.InvalidRequest:
		return "请求格式有误：" + m.flaws[0].message
	}
	return m.flaws[0].message + m.flaws[0].hint
}

// namesInBraces are what was captured, in a text.
var namesInBraces = regexp.MustCompile(`\{\w+\}`)

// TestBrandMistakes makes the likeliest mistakes of a clerk and a reviewer. Each is refused with the whole
// text that tells how to mend it, in English too, and leaves every brand and file as it was.
func TestBrandMistakes(t *testing.T) {
	s := misled(t)
	for _, m := range slices.Concat(clerkMistakes(t), reviewerMistakes) {
		t.Run(m.Name, func(t *testing.T) { m.make(t, s) })
	}
}

// In a registry without publicity there is none to be made by mistake.
func TestMistakenPublicity(t *testing.T) {
	s := apitest.New(t, func(_ *v1.Config, o *store.Options) { o.Brands = brand.Policy{RecheckMonths: 1} })
	s.Run(t, []apitest.Scenario{declared("warm", "clerk001", "330109001", "暖心邻里"), stepped("warm", "clerk001", "submit", "")})
	mistake{Scenario: apitest.Scenario{As: "reviewer", Method: "POST", Path: "/brands/{warm}/publicize", Header: match("warmv"), Body: `{"ends_on":"2026-10-20"}`, Status: 409, Code: fault.WrongState},
		detail: "品牌目前是“已申报，待审核”，不能公示。本系统未设公示期，请直接认定。"}.make(t, s)
}

// make makes the mistake in both languages.
func (m mistake) make(t *testing.T, s *apitest.Server) {
	t.Helper()
	expand := func(text string) string {
		return namesInBraces.ReplaceAllStringFunc(text, func(name string) string { return s.Captured(name[1 : len(name)-1]) })
	}
	if strings.HasPrefix(m.As, "{") {
		m.As = expand(m.As)
	}
	all := func() string {
		r := s.Do(t, apitest.Request{Method: "GET", Path: "/brands?limit=200&count=true", As: "nationreader"}) // every brand with its etag and its files
		if r.Status != 200 {
			t.Fatalf("%d %s", r.Status, r.Body)
		}
		return string(r.Body)
	}
	before := all()
	said := map[string]v1.Problem{}
	for _, lang := range []string{"zh-CN", "en"} {
		q := apitest.Request{Method: m.Method, Path: m.Path, As: m.As, Body: m.Body, Header: map[string]string{"Accept-Language": lang}}
		if q.Method == "" {
			q.Method = "GET"
		}
		maps.Copy(q.Header, m.Header)
		r := s.Do(t, q)
		var p v1.Problem
		if r.Decode(&p); r.Status != m.Status || p.Code != m.Code {
			t.Fatalf("%d, want %d %s: %s", r.Status, m.Status, m.Code, r.Body)
		}
		said[lang] = p
	}
	if after := all(); after != before {
		t.Errorf("it is refused and changes %s\nto %s", before, after)
	}
	zh, en := said["zh-CN"], said["en"]
	if want := expand(m.told()); zh.Detail != want {
		t.Errorf("the detail is  %s\nwant           %s", zh.Detail, want)
	}
	isEnglish(t, zh.Detail, en.Detail)
	if len(zh.Violations) != len(m.flaws) || len(en.Violations) != len(m.flaws) {
		t.Fatalf("%+v\nand %+v, want %d", zh.Violations, en.Violations, len(m.flaws))
	}
	for i, v := range zh.Violations {
		f, e := m.flaws[i], en.Violations[i]
		if got, want := (flaw{v.Code, v.Pointer, v.Message, v.Hint}), (flaw{f.code, f.pointer, expand(f.message), expand(f.hint)}); got != want {
			t.Errorf("said is %q\nwant    %q", got, want)
		}
		if e.Code != v.Code || e.Pointer != v.Pointer || e.Key != v.Key || e.Severity != v.Severity {
			t.Errorf("%+v is another in English: %+v", v, e)
		}
		isEnglish(t, v.Message, e.Message)
		isEnglish(t, v.Hint, e.Hint)
	}
}

// isEnglish holds that a text is there and another than the Chinese one, whose full stop it does not have.
func isEnglish(t *testing.T, zh, en string) {
	t.Helper()
	if en == "" || en == zh || strings.Contains(en, "。") || strings.Contains(en, "%!") {
		t.Errorf("%q is %q in English", zh, en)
	}
}

// mistaken is a mistake's request, of the account and the method and path in one.
func mistaken(name, as, request string, status int, code fault.Code, with ...any) apitest.Scenario {
	c := apitest.Scenario{Name: name, As: as, Status: status, Code: code}
	c.Method, c.Path, _ = strings.Cut(request, " ")
	for _, w := range with {
		switch w := w.(type) {
		case map[string]string:
			c.Header = w
		default:
			c.Body = w
		}
	}
	return c
}

func clerkMistakes(t *testing.T) []mistake {
	edit := func(name, body string) apitest.Scenario {
		return mistaken(name, "clerk001", "PATCH /brands/{pier}", 422, fault.RuleViolation, match("pierv"), body)
	}
	upload := func(what, key string, status int, code fault.Code, name string, content []byte, fields ...string) apitest.Scenario {
		body, header := form(t, name, content, fields...)
		return mistaken(what, "clerk001", "POST /brands/{"+key+"}/evidence", status, code, header, body)
	}
	doc := append([]byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"), make([]byte, 2000)...) // as Word 97 begins
	doc[26], doc[28], doc[29] = 3, 0xFE, 0xFF
	copy(doc[592:], "\x06\x09\x02\x00\x00\x00\x00\x00\xc0\x00\x00\x00\x00\x00\x00\x46")
	unchosen, multi := form(t, "chosen", nil)
	unchosen = strings.Replace(unchosen, `filename="chosen"`, `filename=""`, 1) // as a browser sends a form without a file
	near := flaw{"name_similar", "/name", "名称“红色引擎站”与本区已有的“红色引擎”相近。", "如为同一品牌，请不要重复申报；如确为不同品牌，请说明区别。"}
	nearTold := near.message + near.hint + "提醒须先说明才能申报：说明写在 explanations 中，以该条提醒的 key 为键。"
	const takes = "请上传 pdf、ofd、jpg、png、webp、docx 或 xlsx 文件；其他文件可以先转成 PDF。"
	const license = "请对照营业执照或登记证书逐位核对。"
	const dial = "请填手机号或固定电话，如 0571-82345678。"
	return []mistake{
		{mistaken("submit with gaps", "clerk001", "POST /brands/{gaps}/submit", 422, fault.RuleViolation, match("gapsv")), "有 4 处需要改正或说明，见 violations。首先：“品牌内涵”没有填写。", []flaw{
			{"text_required", "/meaning", "“品牌内涵”没有填写。", "请填写后再申报。"}, {"text_required", "/carrier", "“品牌载体”没有填写。", "请填写后再申报。"},
			{"text_required", "/practices", "“主要做法”没有填写。", "请填写后再申报。"}, {"text_required", "/results", "“工作成效”没有填写。", "请填写后再申报。"}}},
		{mistaken("a name of one's own", "clerk001", "POST /brands", 409, fault.AlreadyExists, brandBody("330109001", "“红色引擎”")), "", []flaw{{"name_taken", "/name", "本区已有名称相同的品牌“红色引擎”（城厢街道，已认定）。", "请换一个名称；如为同一品牌，请不要重复申报。"}}},
		{mistaken("a name of another subdistrict", "clerk001", "POST /brands", 409, fault.AlreadyExists, brandBody("330109001", "金钥匙 管家")), "", []flaw{{"name_taken", "/name", "本区其他单位已有名称相同的品牌（不计全半角、大小写、空格和引号）。", "请换一个名称。"}}},
		{mistaken("a near name unexplained", "clerk001", "POST /brands/{near}/submit", 422, fault.RuleViolation, match("nearv")), nearTold, []flaw{near}},
		{mistaken("explained under another key", "clerk001", "POST /brands/{near}/submit", 422, fault.RuleViolation, match("nearv"), `{"explanations":{"name_similar":"分属不同社区"}}`), nearTold + "所填的“name_similar”不是其中任何一条的 key。", []flaw{near}},
		{edit("a slogan too long", `{"slogan":"`+strings.Repeat("长", 103)+`"}`), "", []flaw{{"text_length", "/slogan", "“品牌口号”写了 103 个字，最多 100 个字。", "请删减 3 个字。"}}},
		{edit("a name of two cells", `{"name":"先锋码头\t330109001"}`), "", []flaw{{"text_characters", "/name", "“品牌名称”中有换行或制表符。", "请写成一行；从表格中粘贴的，请只粘贴一格。"}}},
		{edit("a digit wrong", `{"credit_code":"91350700M000100Y43"}`), "", []flaw{{"credit_code_invalid", "/credit_code", "统一社会信用代码的校验位不对，其中有一位写错了。", license}}},
		{edit("an O for a 0", `{"credit_code":"91350100M0O0100Y43"}`), "", []flaw{{"credit_code_invalid", "/credit_code", "统一社会信用代码第 11 位是“O”，代码中不会有这个字符。", "代码只用数字和大写字母，不用 I、O、S、V、Z，请看是否把 1、0、5、2 错写成了字母。"}}},
		{edit("17 characters", `{"credit_code":"91350100M000100Y4"}`), "", []flaw{{"credit_code_invalid", "/credit_code", "统一社会信用代码应为 18 位，填的是 17 位。", license}}},
		{edit("a mobile number of ten digits", `{"contact_phone":"1380000000"}`), "", []flaw{{"phone_invalid", "/contact_phone", "联系电话“1380000000”不是电话号码。", dial}}},
		{edit("two numbers", `{"contact_phone":"０571-00000000、00000001"}`), "", []flaw{{"phone_invalid", "/contact_phone", "联系电话“0571-00000000、00000001”不是电话号码。", dial}}},
		{edit("a letter in a number", `{"contact_phone":"0571—0000000o"}`), "", []flaw{{"phone_invalid", "/contact_phone", "联系电话“0571-0000000o”不是电话号码。", dial}}},
		{edit("a field by its name", `{"field":"社区"}`), "", []flaw{{"field_unknown", "/field", "所属领域“社区”不是九个领域代码之一。",
			"请从以下领域中选一个，填括号前的代码：community（社区）、village（村）、government_office（机关）、state_enterprise（国有企业）、non_public_enterprise（非公有制企业）、social_organization（社会组织）、school（学校）、hospital（医院）、new_employment（新就业群体）。"}}},
		{mistaken("edit what is submitted", "clerk001", "PATCH /brands/{warm}", 409, fault.WrongState, match("warmv"), `{"slogan":"远亲不如近邻"}`), "品牌目前是“已申报，待审核”，不能修改。请等待审核；如需修改，请先撤回。", nil},
		{mistaken("edit what is recognized", "clerk001", "PATCH /brands/{red}", 409, fault.WrongState, match("redv"), `{"slogan":"远亲不如近邻"}`), "品牌目前是“已认定”，不能修改。已认定的内容不再更改；确需更改的，由审核员撤销后重新申报。", nil},
		{mistaken("submit twice", "clerk001", "POST /brands/{warm}/submit", 409, fault.WrongState, match("warmv")), "品牌目前是“已申报，待审核”，不能再次申报。请等待审核；如需修改，请先撤回。", nil},
		{mistaken("declare for the city", "clerk001", "POST /brands", 404, fault.NotFound, brandBody("3301", "全城先锋")), "区划 3301 不存在，或不在您的管辖范围内。", nil},
		{mistaken("the city's clerk does", "{cityclerk}", "POST /brands", 422, fault.RuleViolation, brandBody("3301", "全城先锋")), "", []flaw{{"area_not_expected", "/area_code", "杭州市不是街道、镇、乡，也不是区、县，不能申报品牌。", "请填街道、镇、乡的代码；区直机关、学校、医院填区的代码。"}}},
		{mistaken("declare for another district", "clerk001", "POST /brands", 404, fault.NotFound, brandBody("330106001", "西湖先锋")), "区划 330106001 不存在，或不在您的管辖范围内。", nil},
		{mistaken("declare for a code that is none", "districtclerk", "POST /brands", 422, fault.RuleViolation, brandBody("330109999", "远方先锋")), "", []flaw{{"area_not_expected", "/area_code", "区划中没有代码 330109999。", "请核对区划代码。"}}},
		{mistaken("declare for what is merged", "clerk003", "POST /brands", 422, fault.RuleViolation, brandBody("330109003", "蜀山星火")), "", []flaw{{"area_not_expected", "/area_code", "蜀山街道今天不存在：尚未设立或已经撤并。", "请由北干街道（330109002）申报。"}}},
		{mistaken("submit for what is merged", "clerk003", "POST /brands/{shu}/submit", 422, fault.RuleViolation, match("shuv")), "", []flaw{{"area_gone", "/area_code", "蜀山街道已经撤并，不能再以它的名义申报品牌。", "请由北干街道（330109002）另行申报；名称相同的，先删除这里的草稿或改掉它的名称。"}}},
		{mistaken("delete what is recognized", "clerk001", "DELETE /brands/{red}", 409, fault.WrongState, match("redv")), "品牌目前是“已认定”，不能删除。它曾得到认定，须保留备查。", nil},
		{mistaken("delete what is cited", "clerk001", "DELETE /evidence/{paper}", 409, fault.WrongState), "“认定文件.pdf”是区级认定的佐证材料，不能删除。如有更正，请另外上传。", nil},
		{upload("an old document", "pier", 422, fault.RuleViolation, "事迹.doc", doc), "", []flaw{{"file_type", "/file", "这是旧版 Office 文件，或加了密码的文件，不能上传。", "请另存为 docx、xlsx 或 PDF（有密码的先取消密码）后再上传。"}}},
		{upload("an empty file", "pier", 422, fault.RuleViolation, "事迹.pdf", nil), "", []flaw{{"file_empty", "/file", "文件是空的。", "请检查文件后重新选择。"}}},
		{upload("a file renamed", "pier", 422, fault.RuleViolation, "事迹.pdf", []byte("二〇二六年先锋码头工作总结")), "", []flaw{{"file_type", "/file", "按内容看，这是 txt 文件，不能上传。改文件名不会改变类型。", takes}}},
		{upload("a file too large", "pier", 413, fault.TooLarge, "事迹.pdf", append([]byte(pdf), make([]byte, media.MaxBytes)...)), "文件超过 10 MiB，请压缩或拆分后再上传。", nil},
		{upload("no file", "pier", 400, fault.InvalidRequest, "", nil, "purpose", "evidence"), "", []flaw{{"invalid_request", "/file", "没有选择文件。", "请选择一个文件后再上传；由程序上传的，放在名为 file 的字段里。"}}},
		{mistaken("no file chosen in a browser's form", "clerk001", "POST /brands/{pier}/evidence", 400, fault.InvalidRequest, multi, unchosen), "", []flaw{{"invalid_request", "/file", "没有选择文件。", "请选择一个文件后再上传；由程序上传的，放在名为 file 的字段里。"}}},
		{upload("the 21st file", "full", 422, fault.RuleViolation, "材料21.pdf", []byte(pdf)), "", []flaw{{"evidence_limit", "/file", "这个品牌已有 20 份材料，最多 20 份。", "请先删除不用的材料，或把几份合并成一个 PDF。"}}},
		{upload("a logo that is no picture", "pier", 422, fault.RuleViolation, "标识.pdf", []byte(pdf), "purpose", "logo"), "", []flaw{{"logo_not_image", "/file", "品牌标识必须是图片。", "请上传 jpg、png 或 webp 图片。"}}},
		{mistaken("an old page", "clerk001", "PATCH /brands/{pier}", 412, fault.Stale, match("pierold"), `{"slogan":"远亲不如近邻"}`), "内容在您读取之后已被改动，请刷新后再改。（由程序调用的，If-Match 须为最新的 etag，加双引号。）", nil},
		{mistaken("no version", "clerk001", "PATCH /brands/{pier}", 428, fault.PreconditionRequired, `{"slogan":"远亲不如近邻"}`), "修改已有内容须带 If-Match 请求头，值为读取时得到的 etag，加双引号。", nil},
		{mistaken("recognize it oneself", "clerk001", "POST /brands/{warm}/recognize", 403, fault.Forbidden, match("warmv"), `{"level":"district","authority":"萧山区委","recognized_on":"2026-10-14"}`), "您的账号没有此项操作的权限。", nil},
	}
}

// misrecognized is a reviewer's mistake in recognizing the brand of a key.
func misrecognized(name, key string, status int, code fault.Code, body string) apitest.Scenario {
	return mistaken(name, "reviewer", "POST /brands/{"+key+"}/recognize", status, code, match(key+"v"), body)
}

var reviewerMistakes = []mistake{
	{misrecognized("before publicity", "warm", 409, fault.WrongState, `{"level":"district","authority":"萧山区委","recognized_on":"2026-10-14"}`), "品牌目前是“已申报，待审核”，不能认定。请先公示，公示期满后再认定。", nil},
	{misrecognized("while publicity runs", "calm", 409, fault.WrongState, `{"level":"district","authority":"萧山区委","recognized_on":"2026-10-14"}`), "品牌目前是“公示中”，不能认定。公示到 2026-10-19 为止，2026-10-20 起可以认定。", nil},
	{mistaken("publicity too short", "reviewer", "POST /brands/{warm}/publicize", 422, fault.RuleViolation, match("warmv"), `{"ends_on":"2026-10-18"}`), "", []flaw{
		{"publicity_days", "/ends_on", "公示截止日期 2026-10-18 不合要求：从今天（2026-10-14）起至少公示 5 天，至多 365 天。", "请填 2026-10-19 至 2027-10-14 之间的日期。"}}},
	{misrecognized("a day to come", "red", 422, fault.RuleViolation, `{"level":"district","authority":"萧山区委","recognized_on":"2026-11-14"}`), "", []flaw{{"recognized_in_future", "/recognized_on", "认定日期 2026-11-14 还没有到，今天是 2026-10-14。", "请填文件上的落款日期，不能晚于今天。"}}},
	{misrecognized("a day as it is written", "red", 400, fault.InvalidRequest, `{"level":"district","authority":"萧山区委","recognized_on":"2026年10月14日"}`), "", []flaw{{"date", "/recognized_on", "“认定日期”不是有效的日期。", "应写成 2026-10-20，且确有这一天。"}}},
	{misrecognized("valid to a day before", "red", 422, fault.RuleViolation, `{"level":"district","authority":"萧山区委","recognized_on":"2026-10-14","valid_to":"2026-01-01"}`), "", []flaw{{"validity_reversed", "/valid_to", "有效期至 2026-01-01，早于认定日期 2026-10-14。", "请核对两个日期；没有期限的不填有效期。"}}},
	{misrecognized("the city without proof", "red", 422, fault.RuleViolation, `{"level":"city","authority":"杭州市委组织部","recognized_on":"2026-10-14"}`), "有 2 处需要改正或说明，见 violations。首先：市级认定没有填写文号。", []flaw{
		{"document_required", "/document_no", "市级认定没有填写文号。", "请填写认定文件的文号。"}, {"evidence_required", "/evidence_ids", "市级认定没有附佐证材料。", "请先上传认定文件或照片，再把它选为佐证材料（evidence_ids）。"}}},
	{misrecognized("another brand's file", "red", 422, fault.RuleViolation, `{"level":"city","authority":"杭州市委组织部","document_no":"示组发〔2026〕2号","recognized_on":"2026-10-14","evidence_ids":["{paper}","{stray}"]}`), "", []flaw{
		{"evidence_unknown", "/evidence_ids/1", "本品牌没有编号为 {stray} 的佐证材料。", "请从本品牌已上传的佐证材料（evidence）中选；别的品牌的材料，请在本品牌重新上传。"}}},
	{misrecognized("a subdistrict as the authority", "red", 422, fault.RuleViolation, `{"level":"district","authority":"中共城厢街道工作委员会","recognized_on":"2026-10-14"}`), "", []flaw{
		{"authority_too_low", "/authority", "命名单位“中共城厢街道工作委员会”属于本区的城厢街道，街道、镇、乡的命名不计入。", "请填写区级及以上的命名单位。"}}},
	{misrecognized("the same level twice", "red", 409, fault.AlreadyExists, `{"level":"district","authority":"萧山区委","recognized_on":"2026-10-14"}`), "", []flaw{
		{"level_taken", "/level", "区级认定已经有了：萧山区委组织部，2026-10-14 起。", "同一级别同一时间只能有一个有效的认定。换发的，请指明替换哪一个（replaces）；登记有误的，请指明更正哪一个（corrects）。这一认定的编号是 {district}。"}}},
	{misrecognized("to replace another level's", "red", 422, fault.RuleViolation, `{"level":"district","authority":"萧山区委","recognized_on":"2026-10-14","replaces":"{city}"}`), "", []flaw{
		{"replaces_unknown", "/replaces", "本品牌没有编号为 {city} 的未撤销的区级认定，不能替换。", "请从本品牌的历次认定（recognitions）中选同一级别、未撤销的一个；不是换发或更正的，不填。"}}},
	{mistaken("what one submitted oneself", "clerk100", "POST /brands/{own}/publicize", 403, fault.Forbidden, match("ownv"), `{"ends_on":"2026-10-19"}`), "这个品牌是您本人申报的，不能由您本人审核。请由其他审核员办理。", nil},
	{mistaken("return without a reason", "reviewer", "POST /brands/{warm}/return", 400, fault.InvalidRequest, match("warmv")), "", []flaw{{"required", "/reason", "请填写退回原因。", "请填写后重新提交。"}}},
	{mistaken("return for blanks", "reviewer", "POST /brands/{warm}/return", 400, fault.InvalidRequest, match("warmv"), `{"reason":"  "}`), "", []flaw{{"words", "/reason", "请填写退回原因。", "请用文字写明，不能只有空格、标点或看不见的字符。"}}},
	{mistaken("revoke before it was recognized", "reviewer", "POST /brands/{red}/revoke", 422, fault.RuleViolation, match("redv"), `{"reason":"停办","revoked_on":"2026-10-01"}`), "", []flaw{
		{"revoked_on_range", "/revoked_on", "撤销日期 2026-10-01 不合要求：不能早于认定日期 2026-10-14，也不能晚于今天 2026-10-14。", "请核对撤销文件的日期；不填即为今天。"}}},
	{mistaken("revoke one again", "reviewer", "POST /brands/{red}/recognitions/{city}/revoke", 409, fault.WrongState, match("redv"), `{"reason":"停办"}`), "这一市级认定已于 2026-10-14 撤销，不能再撤销。请刷新后核对。", nil},
	{mistaken("confirm what is not recognized", "reviewer", "POST /brands/{warm}/confirm", 409, fault.WrongState, match("warmv"), `{"note":"活动正常"}`), "品牌目前是“已申报，待审核”，不能复核。请先审核：公示、退回或不予认定。", nil},
	{mistaken("confirm without a note", "reviewer", "POST /brands/{red}/confirm", 400, fault.InvalidRequest, match("redv")), "", []flaw{{"required", "/note", "请填写复核意见。", "请填写后重新提交。"}}},
	{mistaken("look for punctuation", "reviewer", "GET /brands?q=“——”！", 400, fault.InvalidRequest), "", []flaw{{"invalid_request", "q", "查找的内容里没有文字或数字。", "请填一个或几个词，如“红色 引擎”。"}}},
	{mistaken("look for too many words", "reviewer", "GET /brands?q=一+二+三+四+五+六+七+八+九", 400, fault.InvalidRequest), "", []flaw{{"invalid_request", "q", "查找的词有 9 个，最多 8 个。", "请只留最要紧的几个词。"}}},
	{mistaken("sort by what is none", "reviewer", "GET /brands?sort=level", 400, fault.InvalidRequest), "", []flaw{{"not_allowed", "sort", "“sort”不是可用的值。", "可用的值：area, -area, name, -name, updated_at, -updated_at。"}}},
	{mistaken("a report of tomorrow", "reviewer", "GET /reports/brands?on=2026-10-15", 400, fault.InvalidRequest), "", []flaw{{"invalid_request", "on", "统计日期 2026-10-15 还没有到，还没有报表。", "请填今天（2026-10-14）或以前的日期；不填统计日期（on）的，默认为今天。"}}},
	{mistaken("a report as of long ago", "reviewer", "GET /reports/brands?as_of=2026-01-01T00:00:00Z", 400, fault.InvalidRequest), "", []flaw{
		{"invalid_request", "as_of", "as_of（2026-01-01T00:00:00Z）早于系统的第一条记录，当时还没有任何数据。", "请改用更晚的时刻，或去掉 as_of 查看最新数据。"}}},
}
