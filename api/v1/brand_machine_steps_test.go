package v1_test

import (
	v1 "brandregistry/api/v1"
	"brandregistry/internal/brand"
	"brandregistry/internal/period"
	"brandregistry/internal/plan"
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"pgregory.net/rapid"
)

const explained = "/explanations/name.name_similar"

// edit writes some texts, null for those that are to go.
func (m *brandMachine) edit() (string, answer) {
	patch, becomes := map[string]any{}, maps.Clone(m.fields)
	for _, name := range []string{"name", "slogan", "results", "credit_code"} {
		if !rapid.Bool().Draw(m.t, "edit "+name) {
			continue
		}
		text := drawn(m, name, map[string][]string{"name": {"红色引擎", "“红色”引擎", "湘湖先锋", "“红色引擎站”"}, "slogan": {"一心为民", "[1]", "{x}", ""}, "results": {"成效\n显著", "成效显著"},
			"credit_code": {"91350100M000100Y43", "", "91350100M000100Y34"}}[name]...)
		if patch[name] = text; text == "" {
			patch[name] = nil
		}
		if becomes["/"+name] = text; text == "" {
			delete(becomes, "/"+name)
		}
	}
	body, err := json.Marshal(patch)
	if err != nil {
		m.t.Fatal(err)
	}
	if becomes["/name"] != m.fields["/name"] {
		delete(becomes, explained)
	}
	switch {
	case becomes["/credit_code"] == "91350100M000100Y34":
		return string(body), refused(422, "rule_violation")
	case becomes["/name"] == "“红色引擎站”":
		return string(body), refused(409, "already_exists")
	case maps.Equal(becomes, m.fields):
		return string(body), answer{status: 200}
	}
	return string(body), done("brand.edit", func([]byte) { m.fields = becomes })
}

// similar reports whether the brand's name is close to the other brand's.
func (m *brandMachine) similar() bool { return strings.Contains(m.fields["/name"], "引擎") }

func (m *brandMachine) submit() (string, answer) {
	body, reason, explains := "", "", rapid.Bool().Draw(m.t, "explain")
	if explains {
		reason = "补充了成效。"
		body = `{"explanations":{"name.name_similar":"分属不同社区","level_skipped":"不理会"},"reason":"` + reason + `"}`
	}
	if m.fields["/slogan"] == "" || (m.similar() && !explains && m.fields[explained] == "") {
		return body, refused(422, "rule_violation")
	}
	return body, done("brand.submit", func([]byte) {
		switch {
		case !m.similar():
			m.set(explained, "")
		case explains:
			m.set(explained, "分属不同社区")
		}
		m.set("/return_reason", "")
	}).because(reason)
}

// moved is a step of which the state is all, and what goes with it.
func (m *brandMachine) moved(a brand.Action) answer {
	return done("brand."+string(a), func([]byte) {
		if a == brand.ActionReturn || a == brand.ActionReject {
			m.set("/return_reason", "请核对"+string(a))
		}
		if a != brand.ActionWithdraw {
			m.set("/publicized_on", "")
			m.set("/publicity_ends_on", "")
		}
	})
}

func (m *brandMachine) remove() answer {
	if slices.ContainsFunc(m.steps, func(s brandStep) bool { return s.action == "brand.submit" }) {
		return refused(409, "wrong_state")
	}
	return answer{status: 204, event: "brand.delete", change: func([]byte) {}}
}

func (m *brandMachine) publicize() (string, answer) {
	today := m.today()
	ends := today.AddDays(drawn(m, "days of publicity", machineDays, machineDays, machineDays+2, machineDays-1, 366))
	body := `{"ends_on":"` + string(ends) + `"}`
	if ends < today.AddDays(machineDays) || ends > today.AddDays(365) {
		return body, refused(422, "rule_violation")
	}
	return body, done("brand.publicize", func([]byte) {
		m.set("/publicized_on", string(today))
		m.set("/publicity_ends_on", string(ends))
	})
}

func (m *brandMachine) checked() {
	m.set("/checked_on", string(m.today()))
	m.set("/recheck_on", string(m.today().AddMonths(1)))
}

func (m *brandMachine) recognize() (string, answer) {
	today, careless := m.today(), m.seldom("careless", 3)
	days, authority, level, replaced := drawn(m, "days", [2]int{0, 0}, [2]int{-1, 2}, [2]int{-400, -300}, [2]int{-40, 0}, [2]int{0, 30}), "萧山区委组织部", drawn(m, "level", brand.Levels...), -1
	if careless {
		days, authority = drawn(m, "days", [2]int{1, 0}, [2]int{0, -50}, [2]int{0, 0}), drawn(m, "authority", authority, "城厢街道党工委")
	}
	if len(m.recognitions) > 0 && m.seldom("replace", 3) {
		if replaced = rapid.IntRange(0, len(m.recognitions)-1).Draw(m.t, "replaced"); !careless {
			level = m.recognitions[replaced].Level
		}
	}
	r := v1.Recognition{Level: level, Authority: authority, RecognizedOn: string(today.AddDays(days[0]))}
	corrects := false
	award := map[string]any{"level": r.Level, "authority": r.Authority, "recognized_on": r.RecognizedOn}
	if replaced >= 0 {
		if corrects = rapid.Bool().Draw(m.t, "corrects"); corrects {
			award["corrects"] = m.recognitions[replaced].ID
		} else {
			award["replaces"] = m.recognitions[replaced].ID
		}
	}
	if !careless || rapid.Bool().Draw(m.t, "document") {
		no := "示组发〔2026〕1号"
		r.DocumentNo, award["document_no"] = &no, no
	}
	if days[1] != 0 {
		to := string(today.AddDays(days[1]))
		r.ValidTo, award["valid_to"] = &to, to
	}
	if len(m.files) > 0 && (!careless || rapid.Bool().Draw(m.t, "evidence")) {
		r.EvidenceIDs = slices.Clone(m.files[len(m.files)-1:])
		award["evidence_ids"] = r.EvidenceIDs
	}
	reason := drawn(m, "reason", "", "部务会研究同意。")
	if reason != "" {
		award["reason"] = reason
	}
	body, err := json.Marshal(award)
	if err != nil {
		m.t.Fatal(err)
	}
	above := r.Level != plan.BrandDistrict
	switch {
	case m.state == brand.Publicized && string(today) <= m.fields["/publicity_ends_on"]:
		return string(body), refused(409, "wrong_state")
	case r.RecognizedOn > string(today), r.ValidTo != nil && *r.ValidTo < r.RecognizedOn, above && (r.DocumentNo == nil || r.EvidenceIDs == nil), strings.Contains(r.Authority, "街道"),
		replaced >= 0 && (m.recognitions[replaced].RevokedOn != nil || m.recognitions[replaced].Level != r.Level):
		return string(body), refused(422, "rule_violation")
	}
	for n := range 1000 { // a day on which two of the level would be in force
		d := today.AddDays(n - 500)
		for i, x := range m.recognitions {
			if i != replaced && x.Level == r.Level && inForceOn(r, d) && inForceOn(x, d) {
				return string(body), refused(409, "already_exists")
			}
		}
	}
	return string(body), done("brand.recognize", func(answered []byte) {
		var b v1.Brand
		m.decode(answered, &b)
		r.ID = b.Recognitions[len(b.Recognitions)-1].ID
		if replaced >= 0 {
			on, why := max(r.RecognizedOn, m.recognitions[replaced].RecognizedOn), cmp.Or(reason, "换发，由新的认定替换。")
			if corrects {
				on, why = m.recognitions[replaced].RecognizedOn, cmp.Or(reason, "登记有误，由更正后的认定替换。")
			}
			m.end(replaced, on, why)
			m.set("/recognitions/"+m.recognitions[replaced].ID+"/replaced_by", r.ID)
		}
		m.recognitions = append(m.recognitions, r)
		if m.state != brand.Recognized {
			m.checked()
		}
		at := "/recognitions/" + r.ID + "/"
		for member, value := range map[string]*string{"level": (*string)(&r.Level), "authority": &r.Authority, "document_no": r.DocumentNo, "recognized_on": &r.RecognizedOn, "valid_to": r.ValidTo} {
			if value != nil {
				m.set(at+member, *value)
			}
		}
		if r.EvidenceIDs != nil {
			m.set(at+"evidence_ids", `["`+r.EvidenceIDs[0]+`"]`)
		}
	}).because(reason)
}

// inForceOn reports whether a recognition is in force on a day, as the contract says it.
func inForceOn(r v1.Recognition, d period.Date) bool {
	return r.RecognizedOn <= string(d) && (r.ValidTo == nil || string(d) <= *r.ValidTo) && (r.RevokedOn == nil || string(d) < *r.RevokedOn)
}

// end revokes a recognition.
func (m *brandMachine) end(i int, on, reason string) {
	m.recognitions[i].RevokedOn = &on
	at := "/recognitions/" + m.recognitions[i].ID + "/"
	m.set(at+"revoked_on", on)
	m.set(at+"reason", reason)
}

// unrevoked counts the recognitions that are not revoked.
func (m *brandMachine) unrevoked() (n int) {
	for _, r := range m.recognitions {
		if r.RevokedOn == nil {
			n++
		}
	}
	return n
}

// revoke revokes all recognitions, or one.
func (m *brandMachine) revoke(path string) (string, string, answer) {
	on := string(m.today().AddDays(drawn(m, "revoked", 0, 0, 0, -1, 1)))
	body, event, one := `{"reason":"停办","revoked_on":"`+on+`"}`, "brand.revoke", -1
	if len(m.recognitions) > 0 && rapid.Bool().Draw(m.t, "one") {
		one = rapid.IntRange(0, len(m.recognitions)-1).Draw(m.t, "which")
		path, event = "/brands/"+m.id+"/recognitions/"+m.recognitions[one].ID+"/revoke", "brand.revoke_recognition"
	}
	var those []int // that are to be revoked
	for i, r := range m.recognitions {
		switch {
		case one >= 0 && i != one:
		case one >= 0 && r.RevokedOn != nil:
			return path, body, refused(409, "wrong_state")
		case r.RevokedOn != nil:
		case on < r.RecognizedOn || on > string(m.today()):
			return path, body, refused(422, "rule_violation")
		default:
			those = append(those, i)
		}
	}
	return path, body, done(event, func([]byte) {
		for _, i := range those {
			m.end(i, on, "停办")
		}
		if m.unrevoked() == 0 {
			m.set("/recheck_on", "")
		}
	}).because("停办")
}

func (m *brandMachine) detach() (method, path, body string, then answer) {
	id := drawn(m, "file", m.files...)
	method, path = "DELETE", "/evidence/"+id
	if slices.ContainsFunc(m.recognitions, func(r v1.Recognition) bool { return slices.Contains(r.EvidenceIDs, id) }) {
		return method, path, "", refused(409, "wrong_state")
	}
	return method, path, "", answer{status: 204, event: "brand.detach", change: func([]byte) {
		m.files = slices.DeleteFunc(m.files, func(f string) bool { return f == id })
		maps.DeleteFunc(m.fields, func(pointer, _ string) bool { return strings.HasPrefix(pointer, "/evidence/"+id+"/") })
	}}
}
