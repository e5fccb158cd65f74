package v1

import (
	"brandregistry/internal/coverage"
	"brandregistry/internal/store"
	"time"
)

// Task is one thing for the actor to do.
// 一项待办
type Task struct {
	Kind    coverage.TaskKind `json:"kind" example:"returned"`                                                           // 类型
	Area    AreaRef           `json:"area"`                                                                              // 区划
	Period  *string           `json:"period" validate:"omitempty,period" example:"2026-Q3"`                              // 报告期；与报告期无关的为 null
	BrandID *string           `json:"brand_id" validate:"omitempty,uuid" example:"01890a5d-ac96-774b-bcce-b302099a8057"` // 品牌编号；与品牌无关的为 null
	Title   string            `json:"title" example:"2026年第三季度的记录被退回：联合组建数与上期相差过大"`                                      // 要做的事，退回的写明原因
	DueOn   *string           `json:"due_on" validate:"omitempty,date" example:"2026-10-11"`                             // 最晚哪一天做；没有期限则为 null
	Since   time.Time         `json:"since" example:"2026-10-04T01:00:00Z"`                                              // 从何时起待办
}

// listTasks 列出本人的待办
//
//	@Summary		本人的待办
//	@Description	填报员：待填报、被退回、即将到期（三天内）、已逾期；审核员：待审核、辖区内已逾期的街道。其他角色没有待办。最急的在前，最多 200 项，没有下一页。
//	@Tags			tasks
//	@ID				listTasks
//	@Success		200	{object}	Page[Task]	"待办"
//	@Router			/tasks [get]
func listTasks(r *request) error {
	return r.view(func(tx *store.Reader) (answer, error) {
		list, err := coverage.Tasks(tx)
		if err != nil {
			return answer{}, err
		}
		out := Page[Task]{Items: make([]Task, len(list))}
		for i, t := range list {
			out.Items[i] = Task{
				Kind: t.Kind, Area: AreaRef{string(t.Key.Area), t.AreaName}, Period: (*string)(&t.Key.Period),
				Title: r.text(t.Title), DueOn: (*string)(t.DueOn), Since: instant(t.Since),
			}
		}
		return plain(out), nil
	})
}
