package v1

import (
	"brandregistry/internal/fault"
	"context"
	"errors"
	"math"
	"net/http"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// problemKind is how a code is answered.
type problemKind struct {
	status int
	title  fault.Text
}

// problems is the one table from codes to statuses.
var problems = map[fault.Code]problemKind{
	fault.InvalidRequest:       {http.StatusBadRequest, fault.Text{ZH: "请求格式有误", EN: "Invalid request"}},
	fault.Unauthenticated:      {http.StatusUnauthorized, fault.Text{ZH: "未登录或令牌无效", EN: "Not authenticated"}},
	fault.Forbidden:            {http.StatusForbidden, fault.Text{ZH: "没有权限", EN: "Forbidden"}},
	fault.NotFound:             {http.StatusNotFound, fault.Text{ZH: "没有找到", EN: "Not found"}},
	fault.MethodNotAllowed:     {http.StatusMethodNotAllowed, fault.Text{ZH: "不支持该方法", EN: "Method not allowed"}},
	fault.NotAcceptable:        {http.StatusNotAcceptable, fault.Text{ZH: "给不出所接受的类型", EN: "Not acceptable"}},
	fault.WrongState:           {http.StatusConflict, fault.Text{ZH: "当前状态不允许该操作", EN: "Wrong state"}},
	fault.AlreadyExists:        {http.StatusConflict, fault.Text{ZH: "已存在", EN: "Already exists"}},
	fault.PeriodClosed:         {http.StatusConflict, fault.Text{ZH: "不在填报时间内", EN: "Period closed"}},
	fault.Stale:                {http.StatusPreconditionFailed, fault.Text{ZH: "版本已过期", EN: "Stale version"}},
	fault.TooLarge:             {http.StatusRequestEntityTooLarge, fault.Text{ZH: "请求过大", EN: "Request too large"}},
	fault.UnsupportedMediaType: {http.StatusUnsupportedMediaType, fault.Text{ZH: "不支持的内容类型", EN: "Unsupported media type"}},
	fault.RuleViolation:        {http.StatusUnprocessableEntity, fault.Text{ZH: "内容不符合规则", EN: "Rules violated"}},
	fault.IdempotencyMismatch:  {http.StatusUnprocessableEntity, fault.Text{ZH: "幂等键已用于另一请求", EN: "Idempotency key reused"}},
	fault.PreconditionRequired: {http.StatusPreconditionRequired, fault.Text{ZH: "缺少版本条件", EN: "Precondition required"}},
	fault.RateLimited:          {http.StatusTooManyRequests, fault.Text{ZH: "请求过于频繁", EN: "Too many requests"}},
	fault.Internal:             {http.StatusInternalServerError, fault.Text{ZH: "系统内部错误", EN: "Internal error"}},
	fault.Unavailable:          {http.StatusServiceUnavailable, fault.Text{ZH: "暂时不可用", EN: "Unavailable"}},
	fault.StorageFull:          {http.StatusInsufficientStorage, fault.Text{ZH: "存储空间不足", EN: "Storage full"}},
}

// problemType is the stable name of a kind of problem.
func problemType(code fault.Code) string { return "urn:brandregistry:problem:" + string(code) }

// statusCanceled is what the log says of a request whose client went away. It is not sent.
const statusCanceled = 499

// fail answers with a problem: the fault's, or Internal for any other error, which is logged and
// never shown.
func (r *request) fail(err error) {
	var f *fault.Error
	if !errors.As(err, &f) {
		switch {
		case errors.Is(err, context.DeadlineExceeded), errors.Is(r.ctx.Err(), context.DeadlineExceeded):
			f = fault.New(fault.Unavailable, "处理超时，请稍后用同一请求重试。", "The request took too long. Repeat it later.").Because(err)
		case errors.Is(err, context.Canceled), r.ctx.Err() != nil:
			r.gin.Status(statusCanceled)
			return
		default:
			r.api.log.ErrorContext(r.ctx, "internal error", "request_id", r.id, "method", r.gin.Request.Method, "route", r.route.path, "error", safe(err.Error()))
			f = internalFault()
		}
	}
	if cause := errors.Unwrap(f); cause != nil && (f.Code == fault.Unavailable || f.Code == fault.StorageFull) {
		r.api.log.WarnContext(r.ctx, "refused", "request_id", r.id, "method", r.gin.Request.Method, "route", r.route.path, "code", string(f.Code), "error", safe(cause.Error()))
	}
	r.problem(f)
}

func internalFault() *fault.Error {
	return fault.New(fault.Internal, "系统内部错误，请将请求编号告知管理员。", "Internal error. Tell the administrator the request id.")
}

// problem answers with the fault.
func (r *request) problem(f *fault.Error) {
	kind, known := problems[f.Code]
	if !known {
		r.api.log.ErrorContext(r.ctx, "fault of an unknown code", "request_id", r.id, "code", string(f.Code))
		f = internalFault()
		kind = problems[f.Code]
	}
	h := r.gin.Writer.Header()
	switch kind.status {
	case http.StatusUnauthorized:
		h.Set("WWW-Authenticate", "Bearer")
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		h.Set("Retry-After", strconv.Itoa(max(1, int(math.Ceil(f.RetryAfter.Seconds())))))
	case http.StatusMethodNotAllowed:
		h.Set("Allow", strings.Join(f.Allow, ", "))
	case http.StatusPreconditionFailed:
		if f.ETag != "" {
			h.Set("ETag", `"`+f.ETag+`"`)
		}
	}
	body, err := encodeProblem(f, kind, r.id, r.lg)
	if err != nil {
		r.api.log.ErrorContext(r.ctx, "problem not encodable", "request_id", r.id, "error", err)
	}
	r.out = &encoded{status: kind.status, body: body, header: problemHeaders(r.lg)}
	r.out.write(r)
}

func encodeProblem(f *fault.Error, kind problemKind, id, lang string) ([]byte, error) {
	return json.Marshal(Problem{
		Type: problemType(f.Code), Title: kind.title.In(lang), Status: kind.status, Detail: f.Detail.In(lang),
		Code: f.Code, RequestID: id, Violations: violations(f.Violations, lang),
	}, jsontext.AllowInvalidUTF8(true)) // what a client sent may stand in a message
}

func problemHeaders(lang string) map[string]string {
	return map[string]string{"Content-Type": "application/problem+json", "Content-Language": lang, "Cache-Control": "no-store"}
}

// noRoute answers what no route serves.
func noRoute(*request) error {
	return fault.New(fault.NotFound, "没有这个地址。", "There is nothing at this address.")
}

// noMethod answers a path that has routes of other methods; Gin has set Allow.
func noMethod(r *request) error {
	allowed := allowedMethods(r.gin)
	e := fault.New(fault.MethodNotAllowed, "此地址不支持该方法，可用的方法：%s。", "This address does not take the method, but %s.", strings.Join(allowed, ", "))
	e.Allow = allowed
	return e
}
