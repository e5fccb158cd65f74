package v1_test

import (
	"brandregistry/api/apitest"
	v1 "brandregistry/api/v1"
	"brandregistry/internal/store"
	"sync/atomic"
	"testing"
)

// TestAcknowledgedIsCommitted: whatever writes and is answered 2xx has committed a transaction first,
// also a repetition that changes nothing. What a repetition is told, it is told from what is kept: a
// standby that is waited for has it.
func TestAcknowledgedIsCommitted(t *testing.T) {
	var commits atomic.Int64
	s := apitest.New(t, func(_ *v1.Config, o *store.Options) {
		o.Trace = func(query string, _ []any) {
			if query == "COMMIT" {
				commits.Add(1)
			}
		}
	})
	key := func(k string) map[string]string { return map[string]string{"Idempotency-Key": k} }
	for _, step := range []struct {
		name   string
		q      apitest.Request
		status int
	}{
		{"a draft", apitest.Request{As: "clerk001", Method: "PUT", Path: recordPath, Body: recordBody}, 201},
		{"the same draft", apitest.Request{As: "clerk001", Method: "PUT", Path: recordPath, Body: recordBody, Header: map[string]string{"If-Match": "*"}}, 200},
		{"submit", apitest.Request{As: "clerk001", Method: "POST", Path: recordPath + "/submit", Header: map[string]string{"If-Match": "*", "Idempotency-Key": "s"}}, 200},
		{"submit again", apitest.Request{As: "clerk001", Method: "POST", Path: recordPath + "/submit", Header: map[string]string{"If-Match": "*", "Idempotency-Key": "s"}}, 200},
		{"approve", apitest.Request{As: "reviewer", Method: "POST", Path: "/coverage-records/approve", Body: `{"period":"2026-Q3","areas":["330109001"]}`, Header: key("a")}, 200},
		{"approve again", apitest.Request{As: "reviewer", Method: "POST", Path: "/coverage-records/approve", Body: `{"period":"2026-Q3","areas":["330109001"]}`, Header: key("a")}, 200},
		{"an account", apitest.Request{As: "admin", Method: "POST", Path: "/accounts", Body: `{"username":"new-reader","display_name":"查阅员","role":"reader","area_code":"330109"}`, Header: key("n")}, 201},
		{"the same account", apitest.Request{As: "admin", Method: "POST", Path: "/accounts", Body: `{"username":"new-reader","display_name":"查阅员","role":"reader","area_code":"330109"}`, Header: key("n")}, 201},
		{"a window", apitest.Request{As: "reviewer", Method: "PUT", Path: "/periods/2026-Q3?area=330109", Body: `{"opens_on":"2026-10-01","due_on":"2026-10-12","closes_on":"2026-12-31"}`}, 0},
		{"the same window", apitest.Request{As: "reviewer", Method: "PUT", Path: "/periods/2026-Q3?area=330109", Body: `{"opens_on":"2026-10-01","due_on":"2026-10-12","closes_on":"2026-12-31"}`, Header: map[string]string{"If-Match": "*"}}, 200},
		{"an area as it is", apitest.Request{As: "admin", Method: "PUT", Path: "/areas/330109001", Body: `{"name":"城厢街道","valid_from":null,"valid_to":null,"successors":[],"reports":true}`, Header: map[string]string{"If-Match": "*"}}, 200},
	} {
		before := commits.Load()
		r := s.Do(t, step.q)
		if r.Status/100 != 2 || (step.status != 0 && r.Status != step.status) {
			t.Errorf("%s: %d %s", step.name, r.Status, r.Body)
		}
		if commits.Load() == before {
			t.Errorf("%s is answered %d and nothing was committed", step.name, r.Status)
		}
	}
}
