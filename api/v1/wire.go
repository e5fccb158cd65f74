package v1

import (
	"brandregistry/internal/area"
	"brandregistry/internal/fault"
	"brandregistry/internal/period"
	"brandregistry/internal/store"
	"time"
)

// AreaRef names an area.
// 区划
type AreaRef struct {
	Code string `json:"code" validate:"area_code" example:"330109001"` // 行政区划代码
	Name string `json:"name" example:"城厢街道"`                           // 名称
}

// AccountRef names an account.
// 账号
type AccountRef struct {
	ID          string `json:"id" example:"01890a5d-ac96-774b-bcce-b302099a8057"` // 账号编号；命令行操作为 operator
	DisplayName string `json:"display_name" example:"城厢街道填报员"`                    // 显示名称，为所述之事发生时的名称
}

// Empty is the body of an action without fields; it may also be left out.
// 空对象
type Empty struct{}

// Violation is one thing wrong, and where.
// 一处问题
type Violation struct {
	Code        string         `json:"code" example:"abnormal_change"`                         // 规则代码
	Key         string         `json:"key" example:"economic.abnormal_change"`                 // 说明时使用的键；只有提醒（warning）可以说明
	Severity    fault.Severity `json:"severity" example:"warning"`                             // 严重程度
	Pointer     string         `json:"pointer" example:"/figures/economic/joint"`              // 位置：请求体或资源内的 JSON 指针，或参数名
	Message     string         `json:"message" example:"新经济组织：与2026年第二季度相比变动过大：联合组建 40 → 75。"` // 问题
	Hint        string         `json:"hint" example:"请核对这几项；属实的，请说明变动的原因。"`                    // 改法
	Explanation *string        `json:"explanation" example:"本季度集中登记一批商户。"`                     // 已作的说明；只有提醒可以说明，尚未说明的为 null
}

// Problem is every refusal (RFC 9457).
// 错误
type Problem struct {
	Type       string      `json:"type" validate:"uri" example:"urn:brandregistry:problem:not_found"` // 类型，不随语言变化
	Title      string      `json:"title" example:"没有找到"`                                              // 标题
	Status     int         `json:"status" minimum:"400" maximum:"599" example:"404"`                  // 状态码
	Detail     string      `json:"detail" example:"该记录不存在，或不在您的管辖范围内。"`                               // 详情
	Code       fault.Code  `json:"code" example:"not_found"`                                          // 错误代码，不随语言变化
	RequestID  string      `json:"request_id" example:"01890a5d-ac96-774b-bcce-b302099a8057"`         // 请求编号
	Violations []Violation `json:"violations,omitzero"`                                               // 逐条问题；没有位置可指的不给出
}

// violations puts violations in a language; nil stays nil.
func violations(list []fault.Violation, lang string) []Violation {
	if list == nil {
		return nil
	}
	out := make([]Violation, len(list))
	for i, v := range list {
		out[i] = Violation{v.Code, v.Key, v.Severity, v.Pointer, v.Message.In(lang), v.Hint.In(lang), v.Explanation}
	}
	return out
}

// instant is a moment as it stands on the wire: RFC 3339 in UTC.
func instant(i period.Instant) time.Time { return i.Time() }

// instantPtr is instant for what may be missing.
func instantPtr(i *period.Instant) *time.Time {
	if i == nil {
		return nil
	}
	t := i.Time()
	return &t
}

// areaRef names an area as it is called now; one that the catalogue does not hold is named by its code.
func (r *request) areaRef(tx *store.Reader, code area.Code) (AreaRef, error) {
	a, err := tx.Area(code)
	switch {
	case fault.Is(err, fault.NotFound):
		return AreaRef{Code: string(code), Name: string(code)}, nil
	case err != nil:
		return AreaRef{}, err
	}
	return AreaRef{Code: string(code), Name: a.Name}, nil
}

// accountRef names an account as it was called when it did what bears the stamp; nil for none.
func (r *request) accountRef(tx *store.Reader, id *string, stamp *period.Instant) (*AccountRef, error) {
	if id == nil || stamp == nil {
		return nil, nil
	}
	names, err := tx.AccountNames(*id)
	switch {
	case fault.Is(err, fault.NotFound):
		return &AccountRef{ID: *id, DisplayName: *id}, nil
	case err != nil:
		return nil, err
	}
	return &AccountRef{ID: *id, DisplayName: names.Before(*stamp)}, nil
}
