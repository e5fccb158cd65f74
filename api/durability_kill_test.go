package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"sync"
	"testing"
	"time"
)

const (
	kills   = 50
	writers = 4
	// load is how long clients write before the program is killed; it differs from kill to kill.
	load = 60 * time.Millisecond
)

// posted is one request to make an account, under an idempotency key of its own.
type posted struct{ username, id string } // id: as acknowledged; "": the outcome is unknown

// post makes an account. It reports false when no answer came.
func post(client *http.Client, s *process, token, username string) (posted, bool, error) {
	p := posted{username: username}
	body := fmt.Sprintf(`{"username":%q,"display_name":"压力","role":"reader","area_code":%q}`, username, district)
	status, answer, err := send(client, http.MethodPost, s.url+"/api/v1/accounts", token, map[string]string{"Idempotency-Key": "key-" + username}, body)
	if err != nil {
		return p, false, nil
	}
	var made struct{ ID string }
	if err := json.Unmarshal(answer, &made); err != nil || status != http.StatusCreated {
		return p, true, fmt.Errorf("%s is answered %d: %s", username, status, answer)
	}
	p.id = made.ID
	return p, true, nil
}

func send(client *http.Client, method, url, token string, header map[string]string, body string) (int, []byte, error) {
	req, err := http.NewRequest(method, url, bytes.NewBufferString(body))
	if err != nil {
		return 0, nil, err
	}
	req.Header.Set("Authorization", "Bearer "+token)
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	for name, value := range header {
		req.Header.Set(name, value)
	}
	answer, err := client.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer answer.Body.Close()
	content, err := io.ReadAll(answer.Body)
	return answer.StatusCode, content, err
}

// renames changes one area again and again and returns the last version that was acknowledged.
func renames(client *http.Client, s *process, token string, cycle int) (last string, err error) {
	for n := 0; ; n++ {
		body := fmt.Sprintf(`{"name":"第%d轮%d","valid_from":null,"valid_to":null,"successors":[],"reports":false}`, cycle, n)
		status, answer, failed := send(client, http.MethodPut, s.url+"/api/v1/areas/"+district, token, map[string]string{"If-Match": "*"}, body)
		if failed != nil {
			return last, nil
		}
		var area struct{ Etag string }
		if err := json.Unmarshal(answer, &area); err != nil || status != http.StatusOK {
			return last, fmt.Errorf("the area is answered %d: %s", status, answer)
		}
		if area.Etag <= last { // sixteen digits both
			return last, fmt.Errorf("version %s after %s", area.Etag, last)
		}
		last = area.Etag
	}
}

// TestKill kills the program with SIGKILL under a load of writes and starts it again, many times.
// Whatever was acknowledged is there, nothing is there twice, and no version goes back.
func TestKill(t *testing.T) {
	p := buildProgram(t)
	s := p.serve(t)
	token := s.token
	if token == "" {
		t.Fatal("the first start printed no token")
	}
	client := &http.Client{Transport: &http.Transport{Proxy: nil, MaxIdleConnsPerHost: 2 * writers}, Timeout: 20 * time.Second}
	acknowledged := map[string]string{} // username → id
	version, repeated := "", 0
	for cycle := range kills {
		var mu sync.Mutex
		var wg sync.WaitGroup
		var all []posted
		for w := range writers {
			wg.Go(func() {
				for n := 0; ; n++ {
					made, answered, err := post(client, s, token, fmt.Sprintf("w%d-%d-%d", cycle, w, n))
					mu.Lock()
					all = append(all, made)
					mu.Unlock()
					if err != nil {
						t.Error(err)
					}
					if !answered || err != nil {
						return
					}
				}
			})
		}
		wg.Go(func() {
			last, err := renames(client, s, token, cycle)
			if err != nil {
				t.Error(err)
			}
			version = max(version, last)
		})
		time.Sleep(load + time.Duration(cycle%7)*13*time.Millisecond)
		s.kill()
		wg.Wait()
		client.CloseIdleConnections()
		s = p.serve(t)
		if s.token != "" {
			t.Fatal("a restart made another administrator")
		}
		for _, a := range all { // an unknown outcome is repeated, an acknowledged one replayed
			again, answered, err := post(client, s, token, a.username)
			if err != nil || !answered || (a.id != "" && again.id != a.id) {
				t.Fatalf("cycle %d: %s was acknowledged as %q, and again as %q: %v", cycle, a.username, a.id, again.id, err)
			}
			if a.id == "" {
				repeated++
			}
			acknowledged[a.username] = again.id
		}
		status, body, err := send(client, http.MethodGet, s.url+"/api/v1/areas/"+district, token, nil, "")
		var area struct{ Etag string }
		if err == nil {
			err = json.Unmarshal(body, &area)
		}
		if err != nil || status != http.StatusOK || area.Etag < version {
			t.Fatalf("cycle %d: the area is at %q after %q was acknowledged: %d %v", cycle, area.Etag, version, status, err)
		}
		if t.Failed() {
			t.FailNow()
		}
	}
	if len(acknowledged) < 2*kills || repeated == 0 {
		t.Errorf("%d writes were acknowledged, %d had an unknown outcome: too few to prove anything", len(acknowledged), repeated)
	}
	compareAccounts(t, client, s, token, acknowledged)
	s.kill()
	p.check(t)
	t.Logf("%d kills, %d accounts, %d outcomes unknown and repeated", kills, len(acknowledged), repeated)
}

// compareAccounts lists all accounts: those acknowledged and the administrator, each once.
func compareAccounts(t *testing.T, client *http.Client, s *process, token string, want map[string]string) {
	t.Helper()
	found, cursor := 0, ""
	for {
		status, body, err := send(client, http.MethodGet, s.url+"/api/v1/accounts?limit=200"+cursor, token, nil, "")
		var page struct {
			Items      []struct{ ID, Username string }
			NextCursor *string `json:"next_cursor"`
		}
		if err == nil {
			err = json.Unmarshal(body, &page)
		}
		if err != nil || status != http.StatusOK {
			t.Fatalf("the list is answered %d: %v", status, err)
		}
		for _, a := range page.Items {
			if a.Username != "admin" {
				found++
				if want[a.Username] != a.ID {
					t.Errorf("%s is %s, acknowledged as %q", a.Username, a.ID, want[a.Username])
				}
			}
		}
		if page.NextCursor == nil {
			break
		}
		cursor = "&cursor=" + *page.NextCursor
	}
	if found != len(want) {
		t.Errorf("%d accounts are there, %d were acknowledged", found, len(want))
	}
}
