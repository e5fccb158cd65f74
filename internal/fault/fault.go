// Package fault is the domain error: a code that never changes, a text in Chinese and in English,
// and the violations found.
package fault

import (
	"errors"
	"fmt"
	"time"
)

// Code classifies an error for programs. The API maps each to one HTTP status.
// 错误代码（不随语言变化）
type Code string

// The codes of the API contract.
const (
	InvalidRequest       Code = "invalid_request"        // 请求格式有误
	Unauthenticated      Code = "unauthenticated"        // 未登录或令牌无效
	Forbidden            Code = "forbidden"              // 没有权限
	NotFound             Code = "not_found"              // 不存在或不在管辖范围
	MethodNotAllowed     Code = "method_not_allowed"     // 不支持该方法
	NotAcceptable        Code = "not_acceptable"         // 给不出请求所接受的类型
	WrongState           Code = "wrong_state"            // 当前状态不允许该操作
	AlreadyExists        Code = "already_exists"         // 已存在
	PeriodClosed         Code = "period_closed"          // 不在填报时间内
	Stale                Code = "stale"                  // 版本已过期
	TooLarge             Code = "too_large"              // 请求过大
	UnsupportedMediaType Code = "unsupported_media_type" // 不支持的内容类型
	RuleViolation        Code = "rule_violation"         // 不符合勾稽关系
	IdempotencyMismatch  Code = "idempotency_mismatch"   // 幂等键已用于另一请求
	PreconditionRequired Code = "precondition_required"  // 缺少版本条件
	RateLimited          Code = "rate_limited"           // 请求过于频繁
	Internal             Code = "internal"               // 内部错误
	Unavailable          Code = "unavailable"            // 暂时不可用
	StorageFull          Code = "storage_full"           // 存储空间不足
)

// Text is one message in both languages.
type Text struct{ ZH, EN string }

// Textf formats a message. An argument that is itself a Text is rendered in the language of its side.
func Textf(zh, en string, args ...any) Text {
	side := func(pick func(Text) string) []any {
		out := make([]any, len(args))
		for i, a := range args {
			if t, ok := a.(Text); ok {
				a = pick(t)
			}
			out[i] = a
		}
		return out
	}
	if len(args) == 0 {
		return Text{zh, en}
	}
	return Text{
		ZH: fmt.Sprintf(zh, side(func(t Text) string { return t.ZH })...),
		EN: fmt.Sprintf(en, side(func(t Text) string { return t.EN })...),
	}
}

// In returns the text in the language "en", else in Chinese.
func (t Text) In(lang string) string {
	if lang == "en" {
		return t.EN
	}
	return t.ZH
}

// Severity says whether a violation blocks.
// 严重程度
type Severity string

// The two severities.
const (
	SeverityError   Severity = "error"   // 错误：必须改正
	SeverityWarning Severity = "warning" // 提醒：说明原因后可提交
)

// Violation is one thing wrong with an input, and where.
type Violation struct {
	Code        string   // the rule, e.g. "covered_within_operating"
	Key         string   // under which it is explained, e.g. "economic.abnormal_change"
	Severity    Severity // error blocks; warning passes with an explanation
	Pointer     string   // RFC 6901, into the request or the resource: "/figures/economic/joint"
	Message     Text     // what is wrong, with the figures
	Hint        Text     // how to mend it
	Explanation *string  // the clerk's explanation of a warning
}

// Mistake is a violation that blocks, known by its own code.
func Mistake(code, pointer string, message, hint Text) Violation {
	return Violation{Code: code, Key: code, Severity: SeverityError, Pointer: pointer, Message: message, Hint: hint}
}

// Error is the only error that users see. Anything else is an internal error.
type Error struct {
	Code       Code
	Detail     Text
	Violations []Violation
	RetryAfter time.Duration // for RateLimited and Unavailable
	Allow      []string      // for MethodNotAllowed
	ETag       string        // for Stale: the version that there is, without quotes; "" when there is none
	cause      error
}

// New returns an error of the code. The format and its arguments are those of Textf.
func New(code Code, zh, en string, args ...any) *Error {
	return &Error{Code: code, Detail: Textf(zh, en, args...)}
}

// Because records the cause, for the log and errors.Is; it is never shown.
func (e *Error) Because(cause error) *Error {
	e.cause = cause
	return e
}

func (e *Error) Error() string {
	s := string(e.Code) + ": " + e.Detail.EN
	for _, v := range e.Violations {
		s += fmt.Sprintf("; %s %s: %s", v.Pointer, v.Code, v.Message.EN)
	}
	if e.cause != nil {
		s += ": " + e.cause.Error()
	}
	return s
}

func (e *Error) Unwrap() error { return e.cause }

// Is reports whether err is a fault of the code.
func Is(err error, code Code) bool {
	var f *Error
	return errors.As(err, &f) && f.Code == code
}

// Missing says that a thing does not exist or is out of the actor's sight.
func Missing(what Text) *Error {
	return New(NotFound, "%s不存在，或不在您的管辖范围内。", "%s does not exist or is outside your area.", what)
}

// Rules refuses an input for its violations; the detail says the first at once.
func Rules(violations []Violation) *Error {
	first := violations[0]
	e := &Error{Code: RuleViolation, Detail: Textf("%s%s", "%s %s", first.Message, first.Hint), Violations: violations}
	if n := len(violations); n > 1 {
		e.Detail = Textf("有 %d 处需要改正或说明，见 violations。首先：%s", "%d places need to be corrected or explained, see violations. First: %s", n, first.Message)
	}
	return e
}

// Invalid refuses the form of a request, naming the place (an RFC 6901 pointer into the body,
// or the name of a parameter) and the mend.
func Invalid(pointer string, message, hint Text) *Error {
	return Malformed([]Violation{{Code: string(InvalidRequest), Key: pointer, Severity: SeverityError, Pointer: pointer, Message: message, Hint: hint}})
}

// Malformed refuses the form of a request for all that is wrong with it; the detail says the first
// at once. A message names its place in words: pointers are for programs, and stay in the violations.
func Malformed(wrong []Violation) *Error {
	first := wrong[0].Message
	e := New(InvalidRequest, "请求格式有误：%s", "The request is malformed: %s", first)
	if n := len(wrong); n > 1 {
		e = New(InvalidRequest, "请求有 %d 处格式有误，见 violations。首先：%s", "The request is malformed in %d places, see violations. First: %s", n, first)
	}
	e.Violations = wrong
	return e
}
