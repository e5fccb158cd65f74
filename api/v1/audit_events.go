package v1

import (
	"brandregistry/internal/access"
	"brandregistry/internal/area"
	"brandregistry/internal/audit"
	"brandregistry/internal/coverage"
	"brandregistry/internal/fault"
	"brandregistry/internal/period"
	"brandregistry/internal/store"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
)

// AuditEvent is one changed row, chained by hash to the event before it.
// 审计事件
type AuditEvent struct {
	Chain        string        `json:"chain" validate:"area_code" example:"330109"`                                                              // 所在的链：区县代码，或更高层级的代码
	Sequence     int64         `json:"sequence" minimum:"1" example:"57"`                                                                        // 在链中的序号，从 1 起连续
	At           time.Time     `json:"at" example:"2026-10-08T02:00:00Z"`                                                                        // 时刻
	Actor        AccountRef    `json:"actor"`                                                                                                    // 操作人
	Action       string        `json:"action" example:"coverage.submit"`                                                                         // 操作：种类.动作，如 coverage.submit、token.create
	AreaCode     string        `json:"area_code" validate:"area_code" example:"330109001"`                                                       // 所属区划代码
	Subject      string        `json:"subject" example:"coverage/2026-Q3/330109001/1"`                                                           // 对象：种类与编号，如 coverage/报告期/街道/版次、accounts/编号、windows/报告期/区划
	Changes      []AuditChange `json:"changes"`                                                                                                  // 逐项变动
	Reason       *string       `json:"reason" example:"联合组建数与附表不符。"`                                                                             // 原因
	RequestID    string        `json:"request_id" example:"01890a5d-ac96-774b-bcce-b302099a8057"`                                                // 请求编号
	PreviousHash string        `json:"previous_hash" pattern:"^([0-9a-f]{64})?$" example:""`                                                     // 前一条的 hash，首条为空
	Hash         string        `json:"hash" pattern:"^[0-9a-f]{64}$" example:"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"` // 本条的 hash
}

// AuditChange is one changed field. Secrets are shown by their hash only.
// 一项变动
type AuditChange struct {
	Pointer string  `json:"pointer" validate:"pointer" example:"/figures/economic/joint"` // 位置
	Before  *string `json:"before" example:"30"`                                          // 变动前；时刻写作 RFC 3339
	After   *string `json:"after" example:"31"`                                           // 变动后；时刻写作 RFC 3339
}

type auditEventListQuery struct {
	Area    string `form:"area" validate:"omitempty,area_code" example:"330109001"`                          // 该区划及以下的事件，默认为本账号的区划
	Actor   string `form:"actor" validate:"omitempty,max=36" example:"01890a5d-ac96-774b-bcce-b302099a8057"` // 操作人的账号编号；命令行操作为 operator
	Subject string `form:"subject" validate:"omitempty,max=200" example:"coverage/2026-Q3/330109001/1"`      // 只列这个对象的事件，写法同事件的 subject
	Since   string `form:"since" validate:"omitempty,stamp" example:"2026-10-01T00:00:00Z"`                  // 此刻（含）以后
	Until   string `form:"until" validate:"omitempty,stamp" example:"2026-11-01T00:00:00Z"`                  // 此刻（不含）以前
	Sort    string `form:"sort" validate:"oneof=at -at" default:"-at" example:"at"`                          // 次序：at 由早到晚，-at 由晚到早
	pageQuery
}

// listAuditEvents 查询审计日志
//
//	@Summary		查询审计日志
//	@Description	审计员查询本辖区内的变动记录。每一行数据的每次变动都有一条事件，同一区县的事件以 hash 相连，只增不改。
//	@Tags			audit_events
//	@ID				listAuditEvents
//	@Param			query	query		auditEventListQuery	false	"查询"
//	@Success		200		{object}	Page[AuditEvent]
//	@Failure		403,404	{object}	Problem
//	@Router			/audit-events [get]
func listAuditEvents(r *request) error {
	var in auditEventListQuery
	if err := r.query(&in); err != nil {
		return err
	}
	after, err := r.after(in.pageQuery)
	if err != nil {
		return err
	}
	f := store.AuditFilter{
		Within: r.atArea(in.Area), Account: in.Actor, Subject: in.Subject, Ascending: in.Sort == "at", Limit: in.Limit + 1,
		Since: asOf(in.Since), Until: asOf(in.Until),
	}
	if f.After, err = auditPlace(after); err != nil {
		return err
	}
	return r.view(func(tx *store.Reader) (answer, error) {
		if err := access.CheckList(tx, access.ReadAudit, f.Within); err != nil {
			return answer{}, err
		}
		rows, err := tx.AuditEvents(f)
		if err != nil {
			return answer{}, err
		}
		out, err := page(r, in.pageQuery, rows, auditKey, func(e audit.Event) (AuditEvent, error) { return r.auditEvent(tx, e) })
		if err == nil && in.Count {
			out.Total, err = total(tx.CountAuditEvents(f))
		}
		return plain(out), err
	})
}

func auditKey(e audit.Event) []string {
	return []string{strconv.FormatInt(int64(e.At), 10), string(e.Chain), strconv.FormatInt(e.Sequence, 10)}
}

// auditPlace reads back what auditKey gave. It fails with InvalidRequest.
func auditPlace(key []string) (*store.AuditPlace, error) {
	if key == nil {
		return nil, nil
	}
	if len(key) == 3 {
		at, errAt := strconv.ParseInt(key[0], 10, 64)
		sequence, errSequence := strconv.ParseInt(key[2], 10, 64)
		if errAt == nil && errSequence == nil {
			return &store.AuditPlace{At: period.Instant(at), Chain: area.Code(key[1]), Sequence: sequence}, nil
		}
	}
	return nil, fault.Invalid("cursor",
		fault.Text{ZH: "游标无效。", EN: "The cursor is invalid."},
		fault.Text{ZH: "请去掉 cursor，从第一页重新读取。", EN: "Drop cursor and read from the first page again."})
}

// operatorName is what whoever runs the program's subcommands is called.
var operatorName = fault.Text{ZH: "运维人员（命令行）", EN: "Operator (command line)"}

func (r *request) auditEvent(tx *store.Reader, e audit.Event) (AuditEvent, error) {
	who := &AccountRef{ID: e.Account, DisplayName: r.text(operatorName)}
	if e.Account != access.Operator.ID {
		var err error
		if who, err = r.accountRef(tx, &e.Account, &e.At); err != nil {
			return AuditEvent{}, err
		}
	}
	changes, err := auditChanges(e)
	return AuditEvent{
		Chain: string(e.Chain), Sequence: e.Sequence, At: instant(e.At), Actor: *who, Action: e.Action, AreaCode: string(e.Area),
		Subject: e.Subject, Changes: changes, Reason: e.Reason, RequestID: e.RequestID, PreviousHash: e.PreviousHash, Hash: e.Hash,
	}, err
}

// auditChanges lists an event's changed columns by name, a figure by its place in the record.
func auditChanges(e audit.Event) ([]AuditChange, error) {
	var before, after map[string]*string
	if err := errors.Join(json.Unmarshal([]byte(e.Before), &before), json.Unmarshal([]byte(e.After), &after)); err != nil {
		return nil, fmt.Errorf("event %d of %s: %w", e.Sequence, e.Chain, err)
	}
	out := make([]AuditChange, 0, len(after))
	for _, column := range slices.Sorted(maps.Keys(after)) {
		if bookkeeping[column] {
			continue
		}
		c := AuditChange{pointerOf(column), before[column], after[column]}
		if isInstant(column) {
			if c.Before, c.After = instantText(c.Before), instantText(c.After); c.Before == nil && c.After == nil {
				continue // an end that stays open
			}
		}
		out = append(out, c)
	}
	return out, nil
}

// bookkeeping are the columns that only the program has a use for.
var bookkeeping = map[string]bool{"latest": true, "digits": true}

// isInstant reports whether a column holds a stamp, as the name of each such column tells.
func isInstant(column string) bool {
	return column == "since" || column == "until" || strings.HasSuffix(column, "_at")
}

// instantText is a stored stamp as the API writes instants; nil when there is none, or an open end.
func instantText(stored *string) *string {
	if stored == nil {
		return nil
	}
	n, err := strconv.ParseInt(*stored, 10, 64)
	if err != nil {
		return stored // not the program's: check tells
	}
	if period.Instant(n) == period.Never {
		return nil
	}
	return new(instant(period.Instant(n)).Format(time.RFC3339Nano))
}

// pointerOf returns where a stored column stands in its resource.
func pointerOf(column string) string {
	switch column { // of a revision, the only rows whose events tell it
	case "since", "until":
		return "/official_" + column
	}
	for _, k := range coverage.Kinds {
		for i, name := range coverage.FigureNames {
			if column == string(k)+"_"+name {
				return coverage.FigurePointer(k, i)
			}
		}
	}
	return "/" + column
}
