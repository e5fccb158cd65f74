package v1_test

import (
	"brandregistry/api/apitest"
	v1 "brandregistry/api/v1"
	"brandregistry/internal/brand"
	"brandregistry/internal/period"
	"brandregistry/internal/store"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"testing"
	"time"
)

// gone is the state of a brand that is deleted.
const gone brand.State = "gone"

// brandLife is the life of a brand as the contract draws it, in a registry with so many days of publicity.
func brandLife(days int) map[brand.State]map[brand.Action]brand.State {
	life := map[brand.State]map[brand.Action]brand.State{
		"draft":      {"edit": "draft", "delete": gone, "submit": "submitted", "attach": "draft"},
		"submitted":  {"withdraw": "draft", "return": "returned", "reject": "rejected", "publicize": "publicized", "attach": "submitted"},
		"returned":   {"edit": "returned", "submit": "submitted", "reject": "rejected", "attach": "returned"},
		"publicized": {"recognize": "recognized", "return": "returned", "reject": "rejected", "attach": "publicized"},
		"recognized": {"recognize": "recognized", "confirm": "recognized", "revoke": "revoked", "attach": "recognized"},
		"rejected":   {"reopen": "draft"},
		"revoked":    {"reopen": "draft"},
	}
	if days == 0 {
		delete(life["submitted"], "publicize")
		life["submitted"]["recognize"] = "recognized"
	}
	return life
}

// brandDoers are who does what, by the account of the seeds.
var brandDoers = map[brand.Action][]string{
	"edit": {"clerk001"}, "delete": {"clerk001"}, "submit": {"clerk001"}, "withdraw": {"clerk001"}, "attach": {"clerk001"},
	"return": {"reviewer"}, "reject": {"reviewer"}, "publicize": {"reviewer"}, "recognize": {"reviewer"}, "confirm": {"reviewer"}, "revoke": {"reviewer"},
	"reopen": {"clerk001", "reviewer"},
}

// situation is a state of a brand with how it was reached; "wait" lets six days pass, "last day" five.
type situation struct {
	name  string
	state brand.State
	by    []brand.Action
	not   brand.Action // what the table allows in the state, and this situation does not
}

func situations(days int) []situation {
	if days == 0 {
		return []situation{
			{"draft", "draft", nil, ""},
			{"submitted", "submitted", []brand.Action{"submit"}, ""},
			{"returned", "returned", []brand.Action{"submit", "return"}, ""},
			{"rejected", "rejected", []brand.Action{"submit", "reject"}, ""},
			{"recognized", "recognized", []brand.Action{"submit", "recognize"}, ""},
			{"revoked", "revoked", []brand.Action{"submit", "recognize", "revoke"}, ""},
			{"draft again", "draft", []brand.Action{"submit", "recognize", "revoke", "reopen"}, "delete"},
		}
	}
	return []situation{
		{"draft", "draft", nil, ""},
		{"submitted", "submitted", []brand.Action{"submit"}, ""},
		{"returned", "returned", []brand.Action{"submit", "publicize", "return"}, ""},
		{"rejected", "rejected", []brand.Action{"submit", "publicize", "reject"}, ""},
		{"a rejected draft", "draft", []brand.Action{"submit", "reject", "reopen"}, "delete"},
		{"a withdrawn draft", "draft", []brand.Action{"submit", "withdraw"}, "delete"},
		{"publicity that runs", "publicized", []brand.Action{"submit", "publicize", "last day"}, "recognize"},
		{"publicity that has ended", "publicized", []brand.Action{"submit", "publicize", "wait"}, ""},
		{"recognized", "recognized", []brand.Action{"submit", "publicize", "wait", "recognize"}, ""},
		{"revoked", "revoked", []brand.Action{"submit", "publicize", "wait", "recognize", "revoke"}, ""},
		{"draft again", "draft", []brand.Action{"submit", "publicize", "wait", "recognize", "revoke", "reopen"}, "delete"},
		{"returned again", "returned", []brand.Action{"submit", "publicize", "wait", "recognize", "revoke", "reopen", "submit", "return"}, ""},
	}
}

// walk brings brands about by requests and tries everything on them.
type walk struct {
	*testing.T
	server *apitest.Server
	days   int
	made   int
}

func (w *walk) get(id, as string) (v1.Brand, string) {
	w.Helper()
	r := w.server.Do(w, apitest.Request{Method: "GET", Path: "/brands/" + id, As: as})
	var b v1.Brand
	if r.Status == http.StatusOK {
		r.Decode(&b)
	}
	return b, string(r.Body)
}

// act does an action with what it takes.
func (w *walk) act(b v1.Brand, a brand.Action, as string) apitest.Response {
	w.Helper()
	q := apitest.Request{Method: "POST", Path: "/brands/" + b.ID + "/" + string(a), As: as, Header: map[string]string{"If-Match": `"` + b.Etag + `"`}}
	today := period.DateOf(w.server.Clock.Now().In(time.FixedZone("CST", 8*60*60)))
	switch a {
	case brand.ActionEdit:
		q.Method, q.Path, q.Body = "PATCH", "/brands/"+b.ID, `{"slogan":"改后的口号"}`
	case brand.ActionDelete:
		q.Method, q.Path = "DELETE", "/brands/"+b.ID
	case brand.ActionSubmit:
		q.Body = `{"explanations":{"name.name_similar":"分属不同社区"}}`
	case brand.ActionReturn, brand.ActionReject, brand.ActionRevoke:
		q.Body = `{"reason":"请核对"}`
	case brand.ActionPublicize:
		q.Body = map[string]any{"ends_on": today.AddDays(5)}
	case brand.ActionRecognize:
		award := map[string]any{"level": "district", "authority": "萧山区委组织部", "recognized_on": "2026-10-08"}
		if b.Level != nil {
			award = map[string]any{"level": "city", "authority": "杭州市委组织部", "recognized_on": "2026-10-08", "document_no": "示组发〔2026〕1号", "evidence_ids": []string{b.Evidence[0].ID}}
		}
		q.Body = award
	case brand.ActionConfirm:
		q.Body = `{"note":"活动正常"}`
	case brand.ActionAttach:
		q.Path = "/brands/" + b.ID + "/evidence"
		q.Body, q.Header = form(w, "说明.pdf", []byte(pdf))
	}
	return w.server.Do(w, q)
}

// make brings a brand about.
func (w *walk) make(at situation) v1.Brand {
	w.Helper()
	w.made++
	r := w.server.Do(w, apitest.Request{Method: "POST", Path: "/brands", As: "clerk001", Body: brandBody("330109001", fmt.Sprintf("示例品牌%d", w.made))})
	var b v1.Brand
	r.Decode(&b)
	for _, a := range append([]brand.Action{brand.ActionAttach}, at.by...) {
		if days, passes := map[brand.Action]time.Duration{"wait": 6, "last day": 5}[a]; passes {
			w.server.Clock.Advance(days * 24 * time.Hour)
			continue
		}
		if r := w.act(b, a, brandDoers[a][0]); r.Status/100 != 2 {
			w.Fatalf("%s, %s: %d %s", at.name, a, r.Status, r.Body)
		}
		b, _ = w.get(b.ID, "reader")
	}
	if b.State != at.state {
		w.Fatalf("%s is %s", at.name, b.State)
	}
	return b
}

// succeeds is what the table says of an action.
func (w *walk) succeeds(at situation, a brand.Action, as string) bool {
	_, legal := brandLife(w.days)[at.state][a]
	return legal && a != at.not && slices.Contains(brandDoers[a], as)
}

// try does one action, and holds what is answered, what is stored and what was offered against the table.
func (w *walk) try(at situation, b v1.Brand, a brand.Action, as string) {
	w.Helper()
	to, permitted, succeeds := brandLife(w.days)[at.state][a], slices.Contains(brandDoers[a], as), w.succeeds(at, a, as)
	what := fmt.Sprintf("%d days, %s, %s by %s", w.days, at.name, a, as)
	offered, _ := w.get(b.ID, as)
	_, before := w.get(b.ID, "reader")
	if slices.Contains(offered.Actions, a) != succeeds {
		w.Errorf("%s: offered are %v", what, offered.Actions)
	}
	r := w.act(b, a, as)
	now, after := w.get(b.ID, "reader")
	if !succeeds {
		status, code := http.StatusConflict, any("wrong_state")
		if !permitted {
			status, code = http.StatusForbidden, "forbidden"
		}
		if got, _ := r.At("/code"); r.Status != status || got != code {
			w.Errorf("%s: %d %s", what, r.Status, r.Body)
		}
		if after != before {
			w.Errorf("%s is refused and changes %s\nto %s", what, before, after)
		}
		return
	}
	switch a {
	case brand.ActionDelete:
		if r.Status != http.StatusNoContent || now.ID != "" {
			w.Errorf("%s: %d %s; then %s", what, r.Status, r.Body, after)
		}
	case brand.ActionAttach:
		if r.Status != http.StatusCreated || now.State != to || now.Etag != b.Etag || len(now.Evidence) != len(b.Evidence)+1 {
			w.Errorf("%s: %d %s; then %s", what, r.Status, r.Body, after)
		}
	default:
		_, own := w.get(b.ID, as)
		if r.Status != http.StatusOK || now.State != to || now.Etag <= b.Etag || string(r.Body) != own {
			w.Errorf("%s: %d %s; then %s", what, r.Status, r.Body, own)
		}
	}
}

func TestBrandTableWalked(t *testing.T) {
	for _, days := range []int{0, 5} {
		t.Run(fmt.Sprintf("%d days of publicity", days), func(t *testing.T) {
			w := &walk{T: t, days: days, server: apitest.New(t, func(_ *v1.Config, o *store.Options) {
				o.Brands = brand.Policy{PublicityDays: days, RecheckMonths: 24}
			})}
			reached := map[brand.State]bool{}
			for _, at := range situations(days) {
				reached[at.state] = true
				// Refusals all meet one brand, before time passes for others.
				still := w.make(at)
				for _, succeeds := range []bool{false, true} {
					for _, a := range brand.Actions {
						for _, as := range []string{"clerk001", "reviewer"} {
							switch {
							case w.succeeds(at, a, as) != succeeds:
							case succeeds:
								w.try(at, w.make(at), a, as)
							default:
								w.try(at, still, a, as)
							}
						}
					}
				}
			}
			for s := range maps.Keys(brandLife(days)) {
				if !reached[s] && (days > 0 || s != "publicized") {
					t.Errorf("no brand was %s", s)
				}
			}
		})
	}
}
