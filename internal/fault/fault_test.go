package fault

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
)

func TestTexts(t *testing.T) {
	street := Text{ZH: "城厢街道", EN: "Chengxiang"}
	got := Textf("%s还差 %d 家", "%s lacks %d", street, 3)
	if got.In("zh-CN") != "城厢街道还差 3 家" || got.In("en") != "Chengxiang lacks 3" || got.In("fr") != got.ZH {
		t.Errorf("%+v", got)
	}
	if plain := Textf("100%", "100%"); plain.ZH != "100%" || plain.EN != "100%" {
		t.Errorf("without arguments a text is taken as it stands: %+v", plain)
	}
}

func TestErrors(t *testing.T) {
	e := Rules([]Violation{{Code: "figure_range", Pointer: "/figures/economic/joint", Message: Text{ZH: "超出", EN: "out of range"}}}).Because(io.ErrUnexpectedEOF)
	wrapped := fmt.Errorf("approve: %w", e)
	if !Is(wrapped, RuleViolation) || Is(wrapped, NotFound) || Is(io.EOF, RuleViolation) {
		t.Error("a fault is not known by its code")
	}
	if !errors.Is(wrapped, io.ErrUnexpectedEOF) {
		t.Error("the cause is lost")
	}
	for _, part := range []string{"rule_violation", "/figures/economic/joint", "out of range", io.ErrUnexpectedEOF.Error()} {
		if !strings.Contains(wrapped.Error(), part) {
			t.Errorf("the log line %q does not say %q", wrapped.Error(), part)
		}
	}
	if strings.Contains(e.Detail.ZH+e.Detail.EN, io.ErrUnexpectedEOF.Error()) {
		t.Error("the cause is shown to users")
	}
	v := Invalid("/name", Text{ZH: "太长", EN: "too long"}, Text{ZH: "请删减", EN: "shorten it"}).Violations
	if len(v) != 1 || v[0].Pointer != "/name" || v[0].Severity != SeverityError || v[0].Hint.ZH != "请删减" {
		t.Errorf("%+v", v)
	}
}
