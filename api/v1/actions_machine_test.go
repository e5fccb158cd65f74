package v1_test

import (
	"brandregistry/api/apitest"
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// reporter lets the requests of a random life fail that life.
type reporter struct {
	testing.TB
	rt *rapid.T
}

func (r reporter) Error(args ...any)                 { r.rt.Fatal(args...) }
func (r reporter) Errorf(format string, args ...any) { r.rt.Fatalf(format, args...) }
func (r reporter) Fatal(args ...any)                 { r.rt.Fatal(args...) }

// TestActionsOfferNothingSureToBeRefused lets areas end, merge and come back, windows close, extensions be
// granted and end, and records and brands live meanwhile, all by requests. Whatever is answered is held
// against the use cases by apitest: each action that is offered can be done, given what it takes.
func TestActionsOfferNothingSureToBeRefused(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		scope := &closing{TB: t}
		defer scope.close()
		m := &actionsMachine{rt: rt, t: reporter{t, rt}, server: apitest.New(scope, withBrandPolicy)}
		for range rapid.IntRange(5, 15).Draw(rt, "steps") {
			m.step()
		}
		for _, who := range []string{"clerk001", "districtclerk", "reviewer", "cityreviewer", "reader"} {
			for _, path := range []string{"/coverage-records?limit=200", "/brands?limit=200", "/tasks?limit=200"} {
				m.send(who, "GET", path, nil)
			}
		}
	})
}

type actionsMachine struct {
	rt     *rapid.T
	t      reporter
	server *apitest.Server
	brands []string
}

func (m *actionsMachine) draw(name string, from ...string) string {
	return rapid.SampledFrom(from).Draw(m.rt, name)
}

func (m *actionsMachine) send(who, method, path string, body any) apitest.Response {
	return m.server.Do(m.t, apitest.Request{Method: method, Path: path, As: who, Header: anyVersion, Body: body})
}

func (m *actionsMachine) step() {
	switch m.draw("what", "record", "record", "record", "brand", "brand", "area", "time", "plan") {
	case "record":
		m.record()
	case "brand":
		m.brand()
	case "area":
		m.area()
	case "time":
		m.server.Clock.Advance(time.Duration(rapid.IntRange(1, 50).Draw(m.rt, "days")) * 24 * time.Hour)
	case "plan":
		m.plan()
	}
}

func (m *actionsMachine) record() {
	at := m.draw("area", "330109001", "330109002")
	path := "/coverage-records/" + m.draw("period", "2026-Q3", "2026-Q2", "2026-Q4") + "/" + at
	clerk := m.draw("clerk", "clerk"+at[6:], "districtclerk")
	if m.server.Do(m.t, apitest.Request{Method: "GET", Path: path, As: "reader"}).Status == 404 {
		m.server.Do(m.t, apitest.Request{Method: "PUT", Path: path, As: clerk, Body: recordBody})
		return
	}
	switch action := m.draw("action", "submit", "approve", "return", "submit", "withdraw", "correct", "discard", "edit"); action {
	case "edit":
		m.send(clerk, "PUT", path, recordBody)
	case "return", "correct":
		m.send("reviewer", "POST", path+"/"+action, `{"reason":"请核对这一项"}`)
	case "approve":
		m.send("reviewer", "POST", path+"/approve", nil)
	case "discard":
		m.send(m.draw("who", clerk, "reviewer"), "POST", path+"/discard", nil)
	default:
		m.send(clerk, "POST", path+"/"+action, nil)
	}
}

func (m *actionsMachine) brand() {
	if len(m.brands) < 2 {
		at := m.draw("area", "330109001", "330109002")
		r := m.server.Do(m.t, apitest.Request{Method: "POST", Path: "/brands", As: "districtclerk", Body: brandBody(at, fmt.Sprintf("品牌第%d号", len(m.brands)+1))})
		if id, made := r.At("/id"); made {
			m.brands = append(m.brands, id.(string))
		}
		return
	}
	path := "/brands/" + m.draw("brand", m.brands...)
	switch action := m.draw("action", "submit", "return", "publicize", "recognize", "withdraw", "reject", "reopen", "revoke", "delete"); action {
	case "submit":
		m.send("districtclerk", "POST", path+"/submit", `{"explanations":{"name.name_similar":"分属不同社区"}}`)
	case "withdraw":
		m.send("districtclerk", "POST", path+"/withdraw", nil)
	case "reopen":
		m.send("districtclerk", "POST", path+"/reopen", nil)
	case "delete":
		m.send(m.draw("who", "districtclerk", "reviewer"), "DELETE", path, nil)
	case "publicize":
		m.send("reviewer", "POST", path+"/publicize", map[string]any{"ends_on": m.day(6)})
	case "recognize":
		m.send("reviewer", "POST", path+"/recognize", map[string]any{"level": "district", "authority": "萧山区委组织部", "recognized_on": m.day(0)})
	default:
		m.send("reviewer", "POST", path+"/"+action, `{"reason":"请核对这一项"}`)
	}
}

// day is so many days from today.
func (m *actionsMachine) day(n int) string {
	return m.server.Clock.Now().In(time.FixedZone("CST", 8*60*60)).AddDate(0, 0, n).Format(time.DateOnly)
}

func (m *actionsMachine) area() {
	at := m.draw("area", "330109001", "330109002")
	change := map[string]any{"name": apitest.Areas["330109001"]}
	switch m.draw("change", "ends", "merges", "reports no more", "is back") {
	case "ends":
		change["valid_to"] = m.draw("last day", "2026-08-31", "2026-05-31", "2026-11-30")
	case "merges":
		change["valid_to"], change["successors"] = "2026-08-31", []string{"330109003"}
	case "reports no more":
		change["reports"] = false
	case "is back":
		change["reports"] = true
	}
	m.send("admin", "PUT", "/areas/"+at, change)
}

func (m *actionsMachine) plan() {
	p := m.draw("period", "2026-Q3", "2026-Q2", "2026-Q4")
	at := m.draw("area", "330109", "330109001")
	switch m.draw("plan", "window", "extension", "no extension") {
	case "window":
		closes := m.draw("closes", "2026-10-20", "2026-12-31", "2027-03-31")
		m.send("reviewer", "PUT", "/periods/"+p+"?area="+at, map[string]any{"opens_on": m.draw("opens", "2026-10-01", "2026-10-15"), "due_on": "2026-10-16", "closes_on": closes})
	case "extension":
		if m.server.Do(m.t, apitest.Request{Method: "GET", Path: "/periods/" + p + "/extensions/" + at, As: "reader"}).Status == 404 {
			m.server.Do(m.t, apitest.Request{Method: "PUT", Path: "/periods/" + p + "/extensions/" + at, As: "reviewer", Body: map[string]any{"until": m.day(3), "reason": "系统故障"}})
		}
	case "no extension":
		m.send("reviewer", "DELETE", "/periods/"+p+"/extensions/"+at, nil)
	}
}
