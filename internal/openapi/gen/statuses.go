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

// A header of an answer, shared by all answers that carry it.
var answerHeaders = map[string]*object{
	"X-Request-ID":         header("请求编号，日志与审计事件中可按此查找。", "string", "01890a5d-ac96-774b-bcce-b302099a8057"),
	"ETag":                 header("资源的当前版本，更改时放入 If-Match。", "string", `"1760000000000000"`),
	"Location":             header("新建资源的地址。", "string", "/api/v1/brands/01890a5d-ac96-774b-bcce-b302099a8057"),
	"Content-Disposition":  header("下载时的文件名。", "string", `attachment; filename="report.xlsx"`),
	"Retry-After":          header("多少秒之后再试。", "integer", 5),
	"WWW-Authenticate":     header("认证方式。", "string", "Bearer"),
	"Allow":                header("此地址支持的方法。", "string", "GET, PUT"),
	"Idempotency-Replayed": newObject("description", "`true`：这是首次的答复，请求没有再次执行；首次执行时没有这一头。", "required", false, "schema", newObject("type", "string", "pattern", "^true$"), "example", "true"),
	currentETag:            newObject("description", "资源现在的版本；资源不存在，或一次提交多份时没有这一头。", "required", false, "schema", newObject("type", "string"), "example", `"1760000000000000"`),
	"Vary":                 header("答复随哪些请求头变化。", "string", "Accept, Accept-Language"),
}

// currentETag is the component of the ETag of 412, which not every 412 has.
const currentETag = "CurrentETag"

func header(description, kind string, example any) *object {
	schema := newObject("type", kind)
	if kind == "integer" {
		schema.set("minimum", 0)
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
