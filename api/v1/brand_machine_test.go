package v1_test

import (
	"brandregistry/api/apitest"
	v1 "brandregistry/api/v1"
	"brandregistry/internal/audit"
	"brandregistry/internal/brand"
	"brandregistry/internal/period"
	"brandregistry/internal/store"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// brandMachine takes a brand through a random life by requests, and keeps beside it what a registry must
// know of it.
type brandMachine struct {
	t      *rapid.T
	server *apitest.Server
	upload string
	multi  map[string]string

	id, etag, old string // old: an etag that was
	state         brand.State
	fields        map[string]string // of the brand that its history tells, by pointer
	files         []string
	recognitions  []v1.Recognition
	steps         []brandStep // each that changed something
}

type brandStep struct{ action, account, reason string }

const machineDays = 5

func (m *brandMachine) today() period.Date {
	return period.DateOf(m.server.Clock.Now().In(time.FixedZone("CST", 8*60*60)))
}

// send sends a request as it stands.
func (m *brandMachine) send(as, method, path, body string, header map[string]string) (int, []byte) {
	q := httptest.NewRequest(method, v1.Base+path, strings.NewReader(body))
	q.Header.Set("Authorization", "Bearer "+apitest.Token(as))
	if body != "" {
		q.Header.Set("Content-Type", "application/json")
	}
	for name, value := range header {
		q.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	m.server.Handler.ServeHTTP(w, q)
	return w.Code, w.Body.Bytes()
}

// answer is what a model expects: a status, and what has changed after a success.
type answer struct {
	status int
	code   string // of the problem
	event  string // "": nothing changed
	reason string // that the event tells
	change func(body []byte)
}

func refused(status int, code string) answer { return answer{status: status, code: code} }

func done(event string, change func(body []byte)) answer {
	return answer{status: 200, event: event, change: change}
}

// because is the answer with a reason that its event tells.
func (a answer) because(reason string) answer {
	a.reason = reason
	return a
}

func drawn[T any](m *brandMachine, name string, from ...T) T {
	return rapid.SampledFrom(from).Draw(m.t, name)
}

// likely are the actions that a life is mostly made of; rapid draws the first of a list most.
var likely = map[brand.State][]brand.Action{
	"draft":      {"submit", "edit", "submit", "attach", "edit", "submit"},
	"submitted":  {"publicize", "publicize", "return", "publicize", "withdraw", "publicize", "attach", "reject"},
	"returned":   {"submit", "edit", "submit", "attach"},
	"publicized": {"recognize", "recognize", "recognize", "attach", "recognize", "return", "recognize", "reject"},
	"recognized": {"recognize", "recognize", "revoke", "recognize", "confirm", "attach", "recognize", "revoke"},
	"rejected":   {"reopen"},
	"revoked":    {"reopen"},
}

// seldom is true of one draw in so many.
func (m *brandMachine) seldom(name string, of int) bool {
	return rapid.IntRange(0, of).Draw(m.t, name) == of
}

// step does something: mostly what the state allows, by whoever may, with the etag that is current.
func (m *brandMachine) step() {
	action := drawn(m, "action", likely[m.state]...)
	if m.seldom("any action", 6) {
		action = drawn(m, "action", brand.Actions...)
	}
	as := drawn(m, "doer", brandDoers[action]...)
	if m.seldom("any actor", 6) {
		as = drawn(m, "actor", "districtclerk", "cityreviewer", "clerk001", "reviewer", "clerk002", "reviewer106", "reader", "admin")
	}
	m.do(action, as, drawn(m, "etag", m.etag, m.etag, m.etag, m.etag, m.etag, m.etag, m.etag, "*", m.old, ""))
}

// refusalOf is what the roles and areas of the seeds say.
func refusalOf(action brand.Action, as string) answer {
	clerk, reviewer := strings.Contains(as, "clerk"), strings.Contains(as, "reviewer")
	switch {
	case action == brand.ActionDelete && as == "reviewer106": // a reviewer may, of an area that is no more
		return refused(404, "not_found")
	case !(clerk && slices.Contains(brandDoers[action], "clerk001")) && !(reviewer && slices.Contains(brandDoers[action], "reviewer")):
		return refused(403, "forbidden")
	case as == "clerk002" || as == "reviewer106":
		return refused(404, "not_found")
	}
	return answer{}
}

func (m *brandMachine) do(action brand.Action, as, match string) {
	method, path, body := "POST", "/brands/"+m.id+"/"+string(action), "{}"
	header := map[string]string{}
	switch match {
	case "":
	case "*":
		header["If-Match"] = "*"
	default:
		header["If-Match"] = `"` + match + `"`
	}
	var then answer
	switch action {
	case brand.ActionEdit:
		method, path = "PATCH", "/brands/"+m.id
		body, then = m.edit()
	case brand.ActionDelete:
		method, path, body, then = "DELETE", "/brands/"+m.id, "", m.remove()
	case brand.ActionSubmit:
		body, then = m.submit()
	case brand.ActionWithdraw, brand.ActionReopen:
		then = m.moved(action)
	case brand.ActionReturn, brand.ActionReject:
		reason := "请核对" + string(action)
		body, then = `{"reason":"`+reason+`"}`, m.moved(action).because(reason)
	case brand.ActionPublicize:
		body, then = m.publicize()
	case brand.ActionRecognize:
		body, then = m.recognize()
	case brand.ActionConfirm:
		body, then = `{"note":"活动正常"}`, done("brand.confirm", func([]byte) { m.checked() }).because("活动正常")
	case brand.ActionRevoke:
		path, body, then = m.revoke(path)
	case brand.ActionAttach:
		if len(m.files) > 0 && rapid.Bool().Draw(m.t, "detach") {
			method, path, body, then = m.detach()
			break
		}
		path, body, header = "/brands/"+m.id+"/evidence", m.upload, m.multi
		then = answer{status: 201, event: "brand.attach", change: func(answered []byte) {
			var e v1.Evidence
			m.decode(answered, &e)
			m.files = append(m.files, e.ID)
			for member, value := range map[string]string{"purpose": "evidence", "file_name": "说明.pdf", "media_type": "application/pdf", "size_bytes": fmt.Sprint(len(pdf)), "sha256": e.SHA256} {
				m.fields["/evidence/"+e.ID+"/"+member] = value
			}
		}}
	}
	if _, legal := brandLife(machineDays)[m.state][action]; !legal {
		then = refused(409, "wrong_state")
	}
	switch {
	case action == brand.ActionAttach:
	case match == "":
		then = refused(428, "precondition_required")
	case match != "*" && match != m.etag:
		then = refused(412, "stale")
	}
	if by := refusalOf(action, as); by.status != 0 {
		then = by
	}
	status, answered := m.send(as, method, path, body, header)
	var problem struct{ Code string }
	if status >= 400 {
		m.decode(answered, &problem)
	}
	if status != then.status || problem.Code != then.code {
		m.t.Fatalf("%s %s by %s in %s: %d %s; want %d %s", method, path, as, m.state, status, answered, then.status, then.code)
	}
	if then.event == "" {
		return
	}
	then.change(answered)
	m.steps = append(m.steps, brandStep{then.event, apitest.AccountID(as), then.reason})
	if to := brandLife(machineDays)[m.state][action]; action != brand.ActionRevoke || m.unrevoked() == 0 {
		m.set("/state", string(to))
		m.state = to
	}
	if status == 200 {
		var b v1.Brand
		m.decode(answered, &b)
		if b.Etag <= m.etag {
			m.t.Fatalf("%s is answered with the etag %s after %s", action, b.Etag, m.etag)
		}
		m.old, m.etag = m.etag, b.Etag
	}
}

func (m *brandMachine) decode(body []byte, into any) {
	if err := json.Unmarshal(body, into); err != nil {
		m.t.Fatalf("%v in %s", err, body)
	}
}

// set sets a field; "" takes it away.
func (m *brandMachine) set(pointer, value string) {
	if m.fields[pointer] = value; value == "" {
		delete(m.fields, pointer)
	}
}

func TestBrandMachine(t *testing.T) {
	upload, multi := form(t, "说明.pdf", []byte(pdf))
	rapid.Check(t, func(rt *rapid.T) {
		scope := &closing{TB: t}
		defer scope.close()
		m := &brandMachine{t: rt, server: apitest.New(scope, withBrandPolicy), upload: upload, multi: multi}
		m.begin()
		m.look()
		for range rapid.IntRange(10, 30).Draw(rt, "steps") {
			if m.state == brand.Publicized || m.seldom("wait", 8) {
				m.server.Clock.Advance(time.Duration(drawn(m, "days", 6, 5, 1, 8, 0)) * 24 * time.Hour)
			}
			m.step()
			if m.look(); m.state == gone {
				break
			}
		}
		m.history()
		var found bytes.Buffer
		err := m.server.Store.View(context.Background(), func(tx *store.Reader) error {
			_, err := tx.Check(nil, func(f audit.Finding) { fmt.Fprintln(&found, f) })
			return err
		})
		if err != nil || found.Len() > 0 {
			rt.Fatalf("check: %v, %s", err, found.String())
		}
	})
}
