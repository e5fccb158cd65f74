package audit

import (
	"brandregistry/internal/area"
	"brandregistry/internal/period"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Finding is one contradiction within the registry. Its String is one line for the operator.
type Finding struct {
	Table  string
	Key    string // the row's primary key, its columns joined by "/"; "" for the table as a whole
	Column string // "" for the row as a whole
	Detail string // what is wrong, in Chinese
}

func (f Finding) String() string {
	where := strings.TrimSuffix(f.Table+" "+f.Key, " ")
	if f.Column != "" {
		where += " " + f.Column
	}
	return where + "：" + f.Detail
}

// State is a row as the events tell it: column → text. A column that is NULL has no entry, so a row
// that does not exist is empty.
type State map[string]string

// Version is a row as it stood during [Since, Until).
type Version struct {
	Since, Until period.Instant
	State        State
}

// Folded is what a subject's events add up to.
type Folded struct {
	Area     area.Code
	Versions []Version // of a row with history, every one that is stored; of any other, at most one
}

// Verifier reads one chain from its first event to its head, finds what contradicts it, and folds
// the changes of each subject.
type Verifier struct {
	Chain    area.Code
	Subjects map[string]*Folded // by the subject's name

	history  func(subject string) bool
	noted    []Head // still to be met, by sequence
	sequence int64
	at       period.Instant
	hash     string
}

// NewVerifier starts a chain. history says of a subject whether its table keeps every version;
// noted are the heads of this chain that were noted earlier.
func NewVerifier(chain area.Code, history func(subject string) bool, noted []Head) *Verifier {
	noted = slices.Clone(noted)
	slices.SortFunc(noted, func(a, b Head) int { return int(a.Sequence - b.Sequence) })
	return &Verifier{Chain: chain, Subjects: map[string]*Folded{}, history: history, noted: noted}
}

// Head returns the last event's place and hash; its Sequence is 0 when there was none.
func (v *Verifier) Head() Head { return Head{v.Chain, v.sequence, v.hash} }

// Add takes the next event and calls report for whatever is wrong with it. It goes on from the event
// as it is stored, so that one bad event is not reported of all that follow.
func (v *Verifier) Add(e Event, report func(Finding)) {
	bad := func(column, format string, args ...any) {
		report(Finding{"audit_events", fmt.Sprintf("%s/%d", e.Chain, e.Sequence), column, fmt.Sprintf(format, args...)})
	}
	switch {
	case e.Sequence != v.sequence+1:
		bad("sequence", "前一条是第 %d 条，中间缺少事件", v.sequence)
	case e.PreviousHash != v.hash:
		bad("previous_hash", "与前一条的 hash 不一致，链条在此断开")
	}
	if e.Hash != e.Digest() {
		bad("hash", "与内容不符，该事件被改动过")
	}
	if e.At < v.at {
		bad("at", "早于前一条的时刻")
	}
	if e.Area.District() != v.Chain {
		bad("area", "区划 %s 不属于这条链", e.Area)
	}
	for len(v.noted) > 0 && v.noted[0].Sequence <= e.Sequence {
		if n := v.noted[0]; n.Sequence == e.Sequence && n.Hash != e.Hash {
			bad("hash", "与留存的链头不同：这条链在留存之后被整体改写过")
		} else if n.Sequence < e.Sequence {
			v.lost(n, report)
		}
		v.noted = v.noted[1:]
	}
	v.fold(e, bad)
	v.sequence, v.at, v.hash = e.Sequence, e.At, e.Hash
}

// End reports the noted heads that the chain does not reach.
func (v *Verifier) End(report func(Finding)) {
	for _, n := range v.noted {
		v.lost(n, report)
	}
	v.noted = nil
}

func (v *Verifier) lost(n Head, report func(Finding)) {
	report(Finding{"audit_events", fmt.Sprintf("%s/%d", v.Chain, n.Sequence), "", "留存的链头已不在链中，链尾被截去或事件被删除"})
}

func (v *Verifier) fold(e Event, bad func(column, format string, args ...any)) {
	before, err := decodeColumns(e.Before)
	if err != nil {
		bad("before", "不是列名到文本的 JSON 对象")
		return
	}
	after, err := decodeColumns(e.After)
	if err != nil {
		bad("after", "不是列名到文本的 JSON 对象")
		return
	}
	s := v.Subjects[e.Subject]
	if s == nil {
		s = &Folded{Area: e.Area}
		v.Subjects[e.Subject] = s
	}
	if s.Area != e.Area {
		bad("area", "与同一对象此前的区划 %s 不同", s.Area)
	}
	var state State
	last := len(s.Versions) - 1
	open := last >= 0 && s.Versions[last].Until == period.Never
	if open {
		state = s.Versions[last].State
	}
	for _, column := range slices.Sorted(maps.Keys(before)) {
		was, known := state[column]
		switch text := before[column]; {
		case (text != nil) != known, known && *text != was:
			bad("before", "%s 应为 %s，记为 %s", column, quote(state.of(column)), quote(text))
		}
		if _, both := after[column]; !both {
			bad("after", "缺少 %s", column)
		}
	}
	if len(after) > len(before) {
		bad("before", "所记的列少于 after")
	}
	keep := v.history(e.Subject)
	if keep || state == nil {
		state = maps.Clone(state)
	}
	if state == nil {
		state = State{}
	}
	for column, text := range after {
		if text == nil {
			delete(state, column)
		} else {
			state[column] = *text
		}
	}
	switch {
	case open && (!keep || s.Versions[last].Since == e.At): // replaced: it was never in force, or only the last counts
		s.Versions = s.Versions[:last]
	case open:
		s.Versions[last].Until = e.At
	}
	if len(state) > 0 {
		s.Versions = append(s.Versions, Version{e.At, period.Never, state})
	}
}

func (s State) of(column string) *string {
	if text, ok := s[column]; ok {
		return &text
	}
	return nil
}

// Compare calls report for every column of columns whose text in the stored row differs from the
// state's. text returns nil for NULL.
func (s State) Compare(columns []string, text func(i int) *string, report func(column, detail string)) {
	for i, column := range columns {
		want, have := s.of(column), text(i)
		if (want == nil) != (have == nil) || (want != nil && *want != *have) {
			report(column, fmt.Sprintf("库中为 %s，按审计日志应为 %s", quote(have), quote(want)))
		}
	}
}

func quote(s *string) string {
	switch {
	case s == nil:
		return "空"
	case len(*s) > 200:
		return fmt.Sprintf("%q…", strings.ToValidUTF8((*s)[:200], ""))
	}
	return fmt.Sprintf("%q", *s)
}

func decodeColumns(s string) (map[string]*string, error) {
	if out, ok := decodePlain(s); ok {
		return out, nil
	}
	var out map[string]*string
	err := json.Unmarshal([]byte(s), &out)
	return out, err
}

// decodePlain reads the form nearly every event has: no space, no escape. It reports false for any
// other, valid or not.
func decodePlain(s string) (map[string]*string, bool) {
	if len(s) < 2 || s[0] != '{' || s[len(s)-1] != '}' || strings.IndexByte(s, '\\') >= 0 {
		return nil, false
	}
	out := make(map[string]*string, strings.Count(s, `":`))
	for s = s[1:]; s != "}"; {
		name, rest, ok := cutString(s)
		if !ok || !strings.HasPrefix(rest, ":") {
			return nil, false
		}
		if _, twice := out[name]; twice {
			return nil, false
		}
		if null, found := strings.CutPrefix(rest, ":null"); found {
			out[name], s = nil, null
		} else {
			text, after, ok := cutString(rest[1:])
			if !ok {
				return nil, false
			}
			out[name], s = &text, after
		}
		if next, found := strings.CutPrefix(s, ","); found && next != "}" {
			s = next
		} else if s != "}" {
			return nil, false
		}
	}
	return out, true
}

func cutString(s string) (text, rest string, ok bool) {
	if s == "" || s[0] != '"' {
		return "", "", false
	}
	return strings.Cut(s[1:], `"`)
}
