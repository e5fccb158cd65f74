package v1

import (
	"brandregistry/docs"
	"brandregistry/internal/fault"
	"testing"

	"github.com/go-json-experiment/json"
)

// The document's example of a refusal is one that its status could be answered with: a mock made
// from the document answers as the registry does.
func TestExamplesOfProblems(t *testing.T) {
	var document struct {
		Components struct {
			Responses map[string]struct {
				Content map[string]struct{ Example Problem }
			}
		}
	}
	if err := json.Unmarshal(docs.OpenAPIJSON, &document, json.MatchCaseInsensitiveNames(true)); err != nil {
		t.Fatal(err)
	}
	if len(document.Components.Responses) == 0 {
		t.Fatal("no responses")
	}
	for name, answer := range document.Components.Responses {
		p := answer.Content["application/problem+json"].Example
		kind, known := problems[p.Code]
		if !known || kind.status != p.Status || kind.title.ZH != p.Title || problemType(p.Code) != p.Type {
			t.Errorf("%s: %+v, want %d %s", name, p, kind.status, kind.title.ZH)
		}
		if named := p.Code == fault.InvalidRequest || p.Code == fault.RuleViolation; p.Detail == "" || p.RequestID == "" || (len(p.Violations) > 0) != named {
			t.Errorf("%s: %+v", name, p)
		}
	}
}
