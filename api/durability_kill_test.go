package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"sync"
	"testing"
	"time"
)

const (
	kills    = 50
	writers  = 3
	drafters = 2
	load     = 150 * time.Millisecond // the longest that clients write before the program is killed
	startup  = 60 * time.Millisecond  // the longest that a start lasts which is killed too
	audited  = 10                     // after so many kills the check subcommand is run
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
// Whatever was acknowledged is there, nothing is there twice, no version goes back, and check finds
// nothing to say.
func TestKill(t *testing.T) {
	p := buildProgram(t)
	s := p.serve(t)
	token := s.token
	if token == "" {
		t.Fatal("the first start printed no token")
	}
	client := &http.Client{Transport: &http.Transport{Proxy: nil, MaxIdleConnsPerHost: 2 * (writers + drafters)}}
	acknowledged := map[string]string{} // username → id
	version, repeated := "", 0
	var drafts []*drafter
	for n := range drafters {
		drafts = append(drafts, newDrafter(t, client, s, token, n+1))
	}
	for _, a := range listAccounts(t, client, s, token) { // the drafters, and the administrator
		acknowledged[a.Username] = a.ID
	}
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
		for _, d := range drafts {
			wg.Go(func() {
				if err := d.write(client, s); err != nil {
					t.Error(err)
				}
			})
		}
		time.Sleep(rand.N(load)) // any moment will do
		s.kill()
		wg.Wait()
		client.CloseIdleConnections()
		if cycle%5 == 0 { // the next start is killed as well, perhaps while it recovers the log
			s = p.start(t)
			time.Sleep(rand.N(startup))
			s.kill()
		}
		if cycle%audited == 0 {
			p.check(t)
		}
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
		for _, d := range drafts {
			if err := d.verify(client, s); err != nil {
				t.Fatalf("cycle %d: %v", cycle, err)
			}
		}
		if t.Failed() {
			t.FailNow()
		}
	}
	if len(acknowledged) < 2*kills || repeated == 0 {
		t.Errorf("%d writes were acknowledged, %d had an unknown outcome: too few to prove anything", len(acknowledged), repeated)
	}
	listed := listAccounts(t, client, s, token)
	for _, a := range listed {
		if acknowledged[a.Username] != a.ID {
			t.Errorf("%s is %s, acknowledged as %q", a.Username, a.ID, acknowledged[a.Username])
		}
	}
	if len(listed) != len(acknowledged) {
		t.Errorf("%d accounts are there, %d were acknowledged", len(listed), len(acknowledged))
	}
	s.kill()
	p.check(t)
	t.Logf("%d kills, %d accounts, %d outcomes unknown and repeated", kills, len(acknowledged), repeated)
	for _, d := range drafts {
		t.Logf("%s: %d acknowledged, %d more found stored", d.path, d.acknowledged, d.survived)
		if d.acknowledged < kills {
			t.Error("too few to prove anything")
		}
	}
}

type listedAccount struct{ ID, Username string }

// listAccounts lists all accounts.
func listAccounts(t *testing.T, client *http.Client, s *process, token string) (all []listedAccount) {
	t.Helper()
	for cursor := ""; ; {
		status, body, err := send(client, http.MethodGet, s.url+"/api/v1/accounts?limit=200"+cursor, token, nil, "")
		var page struct {
			Items      []listedAccount
			NextCursor *string `json:"next_cursor"`
		}
		if err == nil {
			err = json.Unmarshal(body, &page)
		}
		if err != nil || status != http.StatusOK {
			t.Fatalf("the list is answered %d: %v", status, err)
		}
		all = append(all, page.Items...)
		if page.NextCursor == nil {
			return all
		}
		cursor = "&cursor=" + *page.NextCursor
	}
}
