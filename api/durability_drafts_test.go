package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
	"time"
)

// drafter is a clerk who saves one draft again and again, each time with a figure one higher.
type drafter struct {
	token, path  string
	figure       int    // the last one acknowledged, 0 for none
	etag         string // acknowledged with it
	sent         int    // one whose outcome is unknown, 0 for none
	survived     int    // of those, how many were found stored
	acknowledged int
}

// newDrafter makes a subdistrict and its clerk.
func newDrafter(t *testing.T, client *http.Client, s *process, admin string, n int) *drafter {
	t.Helper()
	code := fmt.Sprintf("%s%03d", district, n)
	must := func(method, path, body string, into any) {
		t.Helper()
		status, answer, err := send(client, method, s.url+"/api/v1"+path, admin, nil, body)
		if err == nil {
			err = json.Unmarshal(answer, into)
		}
		if err != nil || status != http.StatusCreated {
			t.Fatalf("%s %s: %d %s %v", method, path, status, answer, err)
		}
	}
	var clerk struct{ ID, Token string }
	must(http.MethodPut, "/areas/"+code, fmt.Sprintf(`{"name":"街道%d","valid_from":null,"valid_to":null,"successors":[],"reports":true}`, n), &clerk)
	must(http.MethodPost, "/accounts", fmt.Sprintf(`{"username":"clerk-%d","display_name":"填报员","role":"clerk","area_code":%q}`, n, code), &clerk)
	must(http.MethodPost, "/accounts/"+clerk.ID+"/tokens", fmt.Sprintf(`{"name":"填报","expires_at":%q}`, time.Now().Add(time.Hour).UTC().Format(time.RFC3339)), &clerk)
	return &drafter{token: clerk.Token, path: "/api/v1/coverage-records/" + lastQuarter(time.Now()) + "/" + code}
}

// lastQuarter is the last quarter that has ended in Shanghai.
func lastQuarter(now time.Time) string {
	year, month, _ := now.In(time.FixedZone("CST", 8*3600)).Date()
	if quarter := (int(month) - 1) / 3; quarter > 0 {
		return fmt.Sprintf("%d-Q%d", year, quarter)
	}
	return fmt.Sprintf("%d-Q4", year-1)
}

func TestLastQuarter(t *testing.T) {
	for now, want := range map[string]string{
		"2026-12-31T15:59:59Z": "2026-Q3", "2026-12-31T16:00:00Z": "2026-Q4", "2026-01-01T12:00:00Z": "2025-Q4",
		"2026-03-31T12:00:00Z": "2025-Q4", "2026-05-31T12:00:00Z": "2026-Q1", "2028-02-29T12:00:00Z": "2027-Q4",
	} {
		at, err := time.Parse(time.RFC3339, now)
		if got := lastQuarter(at); err != nil || got != want {
			t.Errorf("%s: %s, %v; want %s", now, got, err, want)
		}
	}
}

type savedDraft struct {
	Etag    string
	Figures struct{ Economic struct{ Registered int } }
}

// write saves the draft until no answer comes.
func (d *drafter) write(client *http.Client, s *process) error {
	for {
		d.sent = d.figure + 1
		header := map[string]string{"If-Match": `"` + d.etag + `"`}
		if d.etag == "" {
			header = map[string]string{"If-None-Match": "*"}
		}
		status, answer, failed := send(client, http.MethodPut, s.url+d.path, d.token, header, fmt.Sprintf(`{"figures":{"economic":{"registered":%d},"social":{}}}`, d.sent))
		if failed != nil {
			return nil
		}
		var saved savedDraft
		err := json.Unmarshal(answer, &saved)
		if err != nil || status/100 != 2 || saved.Etag <= d.etag || saved.Figures.Economic.Registered != d.sent { // etags of sixteen digits
			return fmt.Errorf("figure %d over %q is answered %d: %s", d.sent, d.etag, status, answer)
		}
		d.figure, d.etag, d.sent = d.sent, saved.Etag, 0
		d.acknowledged++
	}
}

// verify reads the draft: it is what was acknowledged last, to the version, or what was sent after
// that and never answered. Then it goes on from there.
func (d *drafter) verify(client *http.Client, s *process) error {
	status, answer, err := send(client, http.MethodGet, s.url+d.path, d.token, nil, "")
	if err != nil {
		return err
	}
	if status == http.StatusNotFound && d.etag == "" {
		d.sent = 0
		return nil
	}
	var stored savedDraft
	if err := json.Unmarshal(answer, &stored); err != nil || status != http.StatusOK {
		return fmt.Errorf("%s is answered %d: %s", d.path, status, answer)
	}
	switch figure := stored.Figures.Economic.Registered; {
	case figure == d.figure && stored.Etag == d.etag:
	case figure == d.sent && d.sent != 0 && stored.Etag > d.etag:
		d.survived++
	default:
		return fmt.Errorf("%s holds %d at %q; acknowledged was %d at %q, sent %d", d.path, figure, stored.Etag, d.figure, d.etag, d.sent)
	}
	d.figure, d.etag, d.sent = stored.Figures.Economic.Registered, stored.Etag, 0
	return nil
}
