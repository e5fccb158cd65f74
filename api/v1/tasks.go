package v1

import (
	"brandregistry/internal/brand"
	"brandregistry/internal/coverage"
	"brandregistry/internal/store"
	"brandregistry/internal/task"
	"slices"
	"time"
)

// Task is one thing for the actor to do.
// 一项待办
type Task struct {
	Kind    task.Kind `json:"kind" example:"returned"`                                                           // 类型
	Area    AreaRef   `json:"area"`                                                                              // 区划
	Period  *string   `json:"period" validate:"omitempty,period" example:"2026-Q3"`                              // 报告期；与报告期无关的为 null
	BrandID *string   `json:"brand_id" validate:"omitempty,uuid" example:"01890a5d-ac96-774b-bcce-b302099a8057"` // 品牌编号；与品牌无关的为 null
	Title   string    `json:"title" example:"2026年第三季度“两新”组织覆盖情况表被退回：联合组建数与上期相差过大"`                              // 要做的事，退回的写明原因
	DueOn   *string   `json:"due_on" validate:"omitempty,date" example:"2026-10-11"`                             // 最晚哪一天做；没有期限则为 null
	Since   time.Time `json:"since" example:"2026-10-04T01:00:00Z"`                                              // 从何时起待办
}

type taskListQuery struct{ pageQuery }

// listTasks 列出本人的待办
//
//	@Summary		本人的待办
//	@Description	填报员：待填报、被退回、即将到期（三天内）、已逾期；审核员：待审核、公示期满、品牌到期复核、辖区内已逾期的街道。其他角色没有待办。最急的在前，只列最急的 200 项。
//	@Tags			tasks
//	@ID				listTasks
//	@Param			query	query		taskListQuery	false	"查询"
//	@Success		200		{object}	Page[Task]		"一页待办"
//	@Router			/tasks [get]
func listTasks(r *request) error {
	var q taskListQuery
	if err := r.query(&q); err != nil {
		return err
	}
	after, err := r.after(q.pageQuery)
	if err != nil {
		return err
	}
	return r.view(func(tx *store.Reader) (answer, error) {
		figures, err := coverage.Tasks(tx)
		if err != nil {
			return answer{}, err
		}
		brands, err := brand.Tasks(tx)
		if err != nil {
			return answer{}, err
		}
		list := task.Merge(figures, brands)
		all := int64(len(list))
		if after != nil {
			list = slices.DeleteFunc(list, func(t task.Task) bool { return before(t, after) })
		}
		out, err := page(r, q.pageQuery, list, func(t task.Task) []string { p := t.Place(); return p[:] }, r.wireTask)
		if q.Count {
			out.Total = &all
		}
		return plain(out), err
	})
}

func (r *request) wireTask(t task.Task) (Task, error) {
	return Task{
		Kind: t.Kind, Area: AreaRef{string(t.Area), t.AreaName}, Period: filled(string(t.Period)), BrandID: filled(t.Brand),
		Title: r.text(t.Title), DueOn: (*string)(t.DueOn), Since: instant(t.Since),
	}, nil
}

// before reports whether a task stands at a place or before it.
func before(t task.Task, place []string) bool {
	p := t.Place()
	return slices.Compare(p[:], place) <= 0
}
