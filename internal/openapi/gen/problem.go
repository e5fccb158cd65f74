package main

// said is what the first code of a status answers: who builds a client on the examples alone, as against a mock, meets the
// status, the code and the texts that belong together.
var said = map[string]struct{ title, detail string }{
	"invalid_request":        {"请求格式有误", "请求格式有误：新经济组织的“联合组建”填的是“40家”，请只填数字。"},
	"unauthenticated":        {"未登录或令牌无效", "尚未登录，或令牌无效、已过期、已被撤销。请重新登录，或向管理员申请新的令牌。"},
	"forbidden":              {"没有权限", "您的账号没有此项操作的权限。"},
	"not_found":              {"没有找到", "所请求的内容不存在，或不在您的管辖范围内。"},
	"method_not_allowed":     {"不支持该方法", "此地址不支持该方法，可用的方法：GET, PUT。"},
	"not_acceptable":         {"给不出所接受的类型", "此处只能给出 application/json，而请求只接受“text/csv”。请把 Accept 改为 application/json，或去掉 Accept。"},
	"wrong_state":            {"当前状态不允许该操作", "记录目前是“已提交，待审核”，不能修改。如需修改，请先撤回。"},
	"stale":                  {"版本已过期", "内容在您读取之后已被改动，请刷新后再改。（由程序调用的，If-Match 须为最新的 etag，加双引号。）"},
	"too_large":              {"请求过大", "请求体超过 1 MiB，请减小后重试。"},
	"unsupported_media_type": {"不支持的内容类型", "请求体须为 application/json（UTF-8），并在 Content-Type 中注明。"},
	"rule_violation":         {"内容不符合规则", "新经济组织：联合组建中三名以上正式党员的 50 家，超过了联合组建 40 家。请核对这两项：前者是后者中的一部分。"},
	"precondition_required":  {"缺少版本条件", "修改已有内容须带 If-Match 请求头，值为读取时得到的 etag，加双引号。"},
	"rate_limited":           {"请求过于频繁", "密码输错次数过多，请 10 分钟后再试。忘记密码请联系管理员重设。"},
	"internal":               {"系统内部错误", "系统内部错误，请将请求编号告知管理员。"},
	"unavailable":            {"暂时不可用", "处理超时，请稍后用同一请求重试。"},
	"storage_full":           {"存储空间不足", "存储空间不足，未保存。请联系信息中心清理磁盘后重试。"},
}

// shown are the violations of the problems that have some.
var shown = map[string]*object{
	"invalid_request": violation("invalid_request", "/figures/economic/joint", "/figures/economic/joint",
		"新经济组织的“联合组建”填的是“40家”，请只填数字。", "应写成整数 40：不加引号，不带单位、逗号和空格。"),
	"rule_violation": violation("joint_eligible_within_joint", "economic.joint_eligible_within_joint", "/figures/economic/joint_eligible",
		"新经济组织：联合组建中三名以上正式党员的 50 家，超过了联合组建 40 家。", "请核对这两项：前者是后者中的一部分。"),
}

func violation(code, key, pointer, message, hint string) *object {
	return newObject("code", code, "key", key, "severity", "error", "pointer", pointer, "message", message, "hint", hint, "explanation", nil)
}

// example is a problem of the status, with the members that its schema has.
func (s status) example(code int, schema *object) *object {
	name := s.codes[0]
	whole := newObject("type", "urn:brandregistry:problem:"+name, "title", said[name].title, "status", code,
		"detail", said[name].detail, "code", name, "request_id", "01890a5d-ac96-774b-bcce-b302099a8057")
	if v := shown[name]; v != nil {
		whole.set("violations", []any{v})
	}
	made := newObject()
	for _, key := range whole.keys {
		if schema.member("properties").has(key) {
			made.set(key, whole.get(key))
		}
	}
	return made
}
