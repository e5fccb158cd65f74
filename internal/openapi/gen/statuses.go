package main

import (
	"net/http"
	"strconv"
	"strings"
)

// A status is an answer of refusal: its name among the components, its Chinese description, and the values of "code".
type status struct {
	component   string
	description string
	codes       []string
	headers     []string
}

// The table of DESIGN.md, section 5.
var statuses = map[int]status{
	http.StatusBadRequest:            {"BadRequest", "请求无法理解：语法、字段、类型或查询参数有误。", []string{"invalid_request"}, nil},
	http.StatusUnauthorized:          {"Unauthorized", "没有令牌，或令牌无效、过期、已撤销。", []string{"unauthenticated"}, []string{"WWW-Authenticate"}},
	http.StatusForbidden:             {"Forbidden", "看得到，但无权这样做。", []string{"forbidden"}, nil},
	http.StatusNotFound:              {"NotFound", "不存在，或不在可见范围内。", []string{"not_found"}, nil},
	http.StatusMethodNotAllowed:      {"MethodNotAllowed", "此地址不支持该方法。", []string{"method_not_allowed"}, []string{"Allow"}},
	http.StatusNotAcceptable:         {"NotAcceptable", "请求的 Accept 不接受此处能给出的类型。", []string{"not_acceptable"}, nil},
	http.StatusConflict:              {"Conflict", "与当前状态冲突。", []string{"wrong_state", "already_exists", "period_closed"}, nil},
	http.StatusPreconditionFailed:    {"PreconditionFailed", "资源已被他人更改，请重新读取后再试。", []string{"stale"}, []string{"ETag"}},
	http.StatusRequestEntityTooLarge: {"TooLarge", "请求体过大。", []string{"too_large"}, nil},
	http.StatusUnsupportedMediaType:  {"UnsupportedMediaType", "不支持请求体的媒体类型。", []string{"unsupported_media_type"}, nil},
	http.StatusUnprocessableEntity:   {"Unprocessable", "内容不符合业务规则，或幂等键已用于另一请求。", []string{"rule_violation", "idempotency_mismatch"}, nil},
	http.StatusPreconditionRequired:  {"PreconditionRequired", "更改已有资源必须带 If-Match。", []string{"precondition_required"}, nil},
	http.StatusTooManyRequests:       {"RateLimited", "请求过于频繁。", []string{"rate_limited"}, []string{"Retry-After"}},
	http.StatusInternalServerError:   {"Internal", "服务器内部错误，请凭请求编号联系管理员。", []string{"internal"}, nil},
	http.StatusServiceUnavailable:    {"Unavailable", "暂时不可用，请稍后重试；写操作请用同一幂等键重试。", []string{"unavailable"}, []string{"Retry-After"}},
	http.StatusInsufficientStorage:   {"StorageFull", "存储空间已满，未作任何更改。", []string{"storage_full"}, nil},
}

func (s status) text() string {
	return s.description + "`code`：`" + strings.Join(s.codes, "`、`") + "`。"
}

// Headers of answers, by the names of their components.
var answerHeaders = map[string]*object{
	"X-Request-ID":         header("请求编号，与答复中的 request_id 相同，日志与审计事件中可按此查找。请求自带 X-Request-ID（8 至 64 个字母、数字、点、下划线或连字符）时沿用它。", "string", "01890a5d-ac96-774b-bcce-b302099a8057"),
	"ETag":                 header("资源的当前版本，带双引号；修改时原样放入 If-Match。", "string", `"1760000000000000"`),
	"ReportETag":           header("报表内容的摘要，带双引号；再次查询时放入 If-None-Match，内容未变则答 304。", "string", exampleDigest),
	"FileETag":             header("文件内容的 SHA-256，带双引号；再次下载时放入 If-None-Match，内容未变则答 304。", "string", `"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"`),
	"Location":             header("新建资源的地址。", "string", "/"),
	"Content-Disposition":  header("文件名：`filename*` 是原名（UTF-8），`filename` 以下划线代替其中不是 ASCII 的字符。可在浏览器中显示的为 `inline`，只供下载的为 `attachment`。", "string", `inline; filename="____.pdf"; filename*=UTF-8''%E8%AE%A4%E5%AE%9A%E6%96%87%E4%BB%B6.pdf`),
	"Retry-After":          header("至少多少秒之后再试。", "integer", 5),
	"WWW-Authenticate":     header("认证方式，总是 `Bearer`：请求须带 `Authorization: Bearer 令牌`。", "string", "Bearer"),
	"Allow":                header("此地址支持的方法。", "string", "GET, PUT"),
	"Idempotency-Replayed": newObject("description", "`true`：这是首次的答复，请求没有再次执行；首次执行时没有这一头。", "required", false, "schema", newObject("type", "string", "pattern", "^true$"), "example", "true"),
	currentETag:            newObject("description", "资源现在的版本，带双引号；资源不存在，或一次通过多份填报时没有这一头。", "required", false, "schema", newObject("type", "string"), "example", `"1760000000000000"`),
}

// currentETag is the component of the ETag of 412, which not every 412 has.
const currentETag = "CurrentETag"

// exampleDigest is an ETag as reports have it.
const exampleDigest = `"n4bQgYhMfWWaL-qgxVrQFaO_"`

// digests are the components of an ETag that is no version, by what an annotation says of it.
var digests = map[string]string{"报表字节的摘要": "ReportETag", "内容的 SHA-256": "FileETag"}

func header(description, kind string, example any) *object {
	schema := newObject("type", kind)
	if kind == "integer" {
		schema.set("minimum", 1)
	}
	return newObject("description", description, "required", true, "schema", schema, "example", example)
}

// implied are the statuses of refusal that an operation has without naming them.
func implied(method string, public, body, answered bool, headers map[string]bool) []int {
	found := []int{http.StatusBadRequest, http.StatusTooManyRequests, http.StatusInternalServerError, http.StatusServiceUnavailable}
	if !public {
		found = append(found, http.StatusUnauthorized)
	}
	if method != http.MethodGet && method != http.MethodHead {
		found = append(found, http.StatusInsufficientStorage)
	}
	if answered {
		found = append(found, http.StatusNotAcceptable)
	}
	if body {
		found = append(found, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType)
	}
	if headers["If-Match"] {
		found = append(found, http.StatusPreconditionFailed, http.StatusPreconditionRequired)
	}
	if headers["If-None-Match"] && method != http.MethodGet {
		found = append(found, http.StatusPreconditionFailed)
	}
	if headers["Idempotency-Key"] {
		found = append(found, http.StatusUnprocessableEntity)
	}
	return found
}

// statusOf reads a key of "responses"; 0 when it is no status.
func statusOf(key string) int {
	code, err := strconv.Atoi(key)
	if err != nil || code < 100 || code > 599 {
		return 0
	}
	return code
}
