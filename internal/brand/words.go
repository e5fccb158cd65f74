package brand

import (
	"brandregistry/internal/fault"
	"brandregistry/internal/text"
)

// What people write of a step.
var (
	reasonNeed      = text.Need{Title: fault.Text{ZH: "原因", EN: "reason"}, Most: MaxReason, Lines: true}
	noteNeed        = text.Need{Title: fault.Text{ZH: "复核意见", EN: "note"}, Most: MaxReason, Lines: true}
	explanationNeed = text.Need{Title: fault.Text{ZH: "说明", EN: "explanation"}, Most: MaxReason, Letters: text.MinExplanation, Lines: true}
	authorityNeed   = text.Need{Title: fault.Text{ZH: "命名单位", EN: "authority"}, Most: 100}
	documentNeed    = text.Need{Title: fault.Text{ZH: "文号", EN: "document number"}, Most: 100}
)

// given returns a reason that may be left out, tidied; nil when it is blank. It fails with RuleViolation
// when it says nothing, or too much.
func given(s *string) (*string, error) {
	if s == nil {
		return nil, nil
	}
	kept, wrong := reasonNeed.Read("/reason", *s)
	switch {
	case len(wrong) > 0:
		return nil, fault.Rules(wrong)
	case kept == "":
		return nil, nil
	}
	return &kept, nil
}

// reasonOf returns a reason, tidied. It fails with RuleViolation when there is none, or too much.
func reasonOf(s string) (string, error) { return written(reasonNeed, "/reason", s) }

// written returns a text that is needed, tidied. It fails with RuleViolation when it is none.
func written(need text.Need, pointer, s string) (string, error) {
	kept, wrong := need.Write(pointer, s)
	if len(wrong) > 0 {
		return "", fault.Rules(wrong)
	}
	return kept, nil
}
