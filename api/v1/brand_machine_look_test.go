package v1_test

import (
	"brandregistry/api/apitest"
	v1 "brandregistry/api/v1"
	"brandregistry/internal/brand"
	"brandregistry/internal/plan"
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
)

// begin declares another brand, which is submitted, and then the brand.
func (m *brandMachine) begin() {
	declare := func(as, area, name string) v1.Brand {
		body, err := json.Marshal(brandBody(area, name))
		if err != nil {
			m.t.Fatal(err)
		}
		status, answered := m.send(as, "POST", "/brands", string(body), nil)
		var b v1.Brand
		if m.decode(answered, &b); status != 201 {
			m.t.Fatalf("%d %s", status, answered)
		}
		return b
	}
	other := declare("clerk002", "330109002", "红色引擎站")
	if status, answered := m.send("clerk002", "POST", "/brands/"+other.ID+"/submit", "", map[string]string{"If-Match": "*"}); status != 200 {
		m.t.Fatalf("%d %s", status, answered)
	}
	b := declare("clerk001", "330109001", "红色引擎")
	m.id, m.etag, m.old, m.state = b.ID, b.Etag, other.Etag, brand.Draft
	m.fields = map[string]string{"/state": "draft"}
	for name, text := range brandBody("", "红色引擎") {
		if name != "area_code" {
			m.fields["/"+name] = text.(string)
		}
	}
	m.steps = []brandStep{{action: "brand.create", account: apitest.AccountID("clerk001")}}
	m.do("attach", "clerk001", "")
}

// look holds the brand against the model.
func (m *brandMachine) look() {
	status, body := m.send("reader", "GET", "/brands/"+m.id, "", nil)
	if m.state == gone {
		if status != 404 {
			m.t.Fatalf("a deleted brand: %d %s", status, body)
		}
		return
	}
	var b v1.Brand
	if m.decode(body, &b); status != 200 {
		m.t.Fatalf("%d %s", status, body)
	}
	level := plan.BrandLevel("")
	for _, l := range brand.Levels {
		if slices.ContainsFunc(m.recognitions, func(r v1.Recognition) bool { return r.Level == l && inForceOn(r, m.today()) }) {
			level = l
		}
	}
	if b.State != m.state || b.Etag != m.etag || (b.Level == nil) != (level == "") || (b.Level != nil && *b.Level != level) || len(b.Recognitions) != len(m.recognitions) {
		m.t.Fatalf("%s\nis to be %s at level %q, %s, with %d recognitions", body, m.state, level, m.etag, len(m.recognitions))
	}
	if got := m.told(body); !maps.Equal(got, m.fields) {
		m.t.Fatalf("%v\nwant %v", got, m.fields)
	}
}

// told are the members of a brand that its history tells, by pointer.
func (m *brandMachine) told(body []byte) map[string]string {
	var b map[string]any
	m.decode(body, &b)
	out := map[string]string{}
	put := func(at string, from map[string]any, members ...string) {
		for _, name := range members {
			switch value := from[name].(type) {
			case nil:
			case string:
				out[at+name] = value
			case float64:
				out[at+name] = fmt.Sprint(value)
			case []any:
				if len(value) > 0 {
					text, err := json.Marshal(value)
					if err != nil {
						m.t.Fatal(err)
					}
					out[at+name] = string(text)
				}
			default:
				m.t.Fatalf("%s%s is %v", at, name, value)
			}
		}
	}
	put("/", b, "state", "name", "slogan", "meaning", "carrier", "practices", "results", "field", "host_organization", "credit_code", "contact_name", "contact_phone",
		"return_reason", "publicized_on", "publicity_ends_on", "checked_on", "recheck_on")
	for _, r := range b["recognitions"].([]any) {
		r := r.(map[string]any)
		put("/recognitions/"+r["id"].(string)+"/", r, "level", "authority", "document_no", "recognized_on", "valid_to", "revoked_on", "reason", "replaced_by", "evidence_ids")
	}
	for _, e := range b["evidence"].([]any) {
		e := e.(map[string]any)
		put("/evidence/"+e["id"].(string)+"/", e, "purpose", "file_name", "media_type", "size_bytes", "sha256")
	}
	if text, stands := m.fields[explained]; stands {
		out[explained] = text // shown beside the warning only
		for _, v := range b["violations"].([]any) {
			if v := v.(map[string]any); v["key"] == "name.name_similar" && v["explanation"] != text {
				m.t.Fatalf("%v is explained by %s", v, text)
			}
		}
	}
	return out
}

// history wants each step told once, newest first, and what changed to add up to what there is.
func (m *brandMachine) history() {
	if m.state == gone {
		return
	}
	var events []v1.BrandEvent
	for path, cursor := fmt.Sprintf("/brands/%s/history?count=true&limit=%d", m.id, drawn(m, "page", 200, 7, 3)), ""; ; {
		status, body := m.send("reader", "GET", path+cursor, "", nil)
		var page struct {
			Items      []v1.BrandEvent
			Total      int
			NextCursor *string `json:"next_cursor"`
		}
		if m.decode(body, &page); status != 200 || page.Total != len(m.steps) {
			m.t.Fatalf("%d %s; want %d steps", status, body, len(m.steps))
		}
		events = append(events, page.Items...)
		if page.NextCursor == nil {
			break
		}
		cursor = "&cursor=" + url.QueryEscape(*page.NextCursor)
	}
	var steps []brandStep
	fields := map[string]string{}
	for i, e := range slices.Backward(events) {
		s := brandStep{action: string(e.Action), account: e.Actor.ID}
		if e.Reason != nil {
			s.reason = *e.Reason
		}
		steps = append(steps, s)
		if i > 0 && !events[i-1].At.After(e.At) {
			m.t.Fatalf("%v is told after %v", e, events[i-1])
		}
		for _, c := range e.Changes {
			was, stood := fields[c.Pointer]
			if stood != (c.Before != nil) || (stood && was != *c.Before) || c.Title == "" {
				m.t.Fatalf("%s of %v was %q", c.Pointer, s, was)
			}
			if delete(fields, c.Pointer); c.After != nil {
				fields[c.Pointer] = *c.After
			}
			if part := strings.Split(c.Pointer, "/"); (part[1] == "recognitions" && !slices.Contains(e.RecognitionIDs, part[2])) || (part[1] == "evidence" && !slices.Contains(e.EvidenceIDs, part[2])) {
				m.t.Fatalf("%s of %v is not told by its id: %v, %v", c.Pointer, s, e.RecognitionIDs, e.EvidenceIDs)
			}
		}
	}
	if !slices.Equal(steps, m.steps) {
		m.t.Fatalf("told are %v\nwant %v", steps, m.steps)
	}
	if !maps.Equal(fields, m.fields) {
		m.t.Fatalf("the changes make %v\nwant %v", fields, m.fields)
	}
}
