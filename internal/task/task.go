// Package task is what an actor has to do, whatever noun it is about.
package task

import (
	"brandregistry/internal/area"
	"brandregistry/internal/fault"
	"brandregistry/internal/period"
	"fmt"
	"slices"
)

// Kind says what is to be done.
// 待办类型
type Kind string

// The kinds, most urgent first.
const (
	Review         Kind = "review"          // 待审核
	PublicityEnded Kind = "publicity_ended" // 公示期满，待认定
	Returned       Kind = "returned"        // 被退回，待修改
	Overdue        Kind = "overdue"         // 已逾期
	DueSoon        Kind = "due_soon"        // 即将到期（三天内）
	Recheck        Kind = "recheck"         // 品牌到期复核
	FillIn         Kind = "fill_in"         // 待填报
)

// Kinds lists them, most urgent first.
var Kinds = []Kind{Review, PublicityEnded, Returned, Overdue, DueSoon, Recheck, FillIn}

// Most bounds a to-do list: it holds the most urgent ones.
const Most = 200

// Task is one thing for an actor to do.
type Task struct {
	Kind     Kind
	Area     area.Code
	AreaName string
	Period   period.ID // "": it is about none
	Brand    string    // the brand's id; "": it is about none
	Title    fault.Text
	DueOn    *period.Date   // the last day to do it on; nil: none
	Since    period.Instant // from when it has been to be done, as this kind
}

// Place is what tasks are ordered by, and told from each other: the most urgent kind first, then what
// is due first, then what has waited longest.
func (t Task) Place() [6]string {
	last := period.Date("9999")
	if t.DueOn != nil {
		last = *t.DueOn
	}
	return [6]string{fmt.Sprintf("%02d", slices.Index(Kinds, t.Kind)), string(last), fmt.Sprintf("%020d", t.Since), string(t.Period), string(t.Area), t.Brand}
}

// Merge orders lists of tasks into one of at most Most.
func Merge(lists ...[]Task) []Task {
	all := slices.Concat(lists...)
	slices.SortFunc(all, func(a, b Task) int {
		x, y := a.Place(), b.Place()
		return slices.Compare(x[:], y[:])
	})
	return all[:min(len(all), Most)]
}
