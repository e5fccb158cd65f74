//go:build postgres

package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// The failover drill: two replicas of the program over a primary and its standby. Clients write all
// the time, each request until it is acknowledged, while the primary dies, the standby takes over and
// the old primary comes back as its standby. docs/operations.md has the same steps for people.

// service is replicas of the program over servers of PostgreSQL.
type service struct {
	program  executable
	replicas []*process
	admin    string // tokens
	clerk    string
}

// serviceOver starts replicas over the nodes, whichever of them takes writes.
func serviceOver(t *testing.T, replicas int, nodes ...*node) *service {
	t.Helper()
	var hosts []string
	for _, n := range nodes {
		hosts = append(hosts, fmt.Sprintf("127.0.0.1:%d", n.port))
	}
	s := &service{program: buildProgram(t)}
	s.program.env = append(s.program.env, "DATABASE_URL=postgres://postgres@"+strings.Join(hosts, ",")+"/postgres?sslmode=disable&target_session_attrs=read-write")
	for range replicas {
		s.replicas = append(s.replicas, s.program.serve(t))
	}
	s.admin = s.replicas[0].token
	for n := range 8 {
		s.must(t, http.MethodPut, "/areas/"+subdistrict(n), s.admin, fmt.Sprintf(`{"name":"第%d街道","valid_from":null,"valid_to":null,"successors":[],"reports":true}`, n), nil)
	}
	var made struct{ ID, Token string }
	s.must(t, http.MethodPost, "/accounts", s.admin, `{"username":"clerk","display_name":"填报员","role":"clerk","area_code":"`+district+`"}`, &made)
	s.must(t, http.MethodPost, "/accounts/"+made.ID+"/tokens", s.admin, fmt.Sprintf(`{"name":"填报","expires_at":%q}`, time.Now().Add(time.Hour).UTC().Format(time.RFC3339)), &made)
	s.clerk = made.Token
	return s
}

func subdistrict(writer int) string { return fmt.Sprintf("%s%03d", district, writer+1) }

func (s *service) must(t *testing.T, method, path, token, body string, into any) {
	t.Helper()
	status, answer, err := send(&http.Client{}, method, s.replicas[0].url+"/api/v1"+path, token, nil, body)
	if err == nil && into != nil {
		err = json.Unmarshal(answer, into)
	}
	if err != nil || status/100 != 2 {
		t.Fatalf("%s %s: %d %s %v", method, path, status, answer, err)
	}
}

// tally is what was acknowledged, and when.
type tally struct {
	mu       sync.Mutex
	accounts map[string]string // the answer by user name
	drafts   map[string]string // by period and area
	last     time.Time
	gap      time.Duration // the longest without an acknowledgement
	repeated atomic.Int64  // requests that were sent more than once
}

func newTally() *tally {
	return &tally{accounts: map[string]string{}, drafts: map[string]string{}, last: time.Now()}
}

func (y *tally) acknowledge(to map[string]string, name string, answer []byte) {
	y.mu.Lock()
	defer y.mu.Unlock()
	to[name] = string(answer)
	y.gap = max(y.gap, time.Since(y.last))
	y.last = time.Now()
}

func (y *tally) count() int {
	y.mu.Lock()
	defer y.mu.Unlock()
	return len(y.accounts) + len(y.drafts)
}

// write sends requests until stop is closed: accounts under an Idempotency-Key, drafts by PUT, each
// until it is acknowledged by whichever replica. A write that was answered with anything but success,
// a conflict with itself or "later" is an error.
func (s *service) write(t *testing.T, y *tally, writers int, stop <-chan struct{}) (wait func()) {
	var wg sync.WaitGroup
	for n := range writers {
		wg.Go(func() {
			client := &http.Client{Timeout: 10 * time.Second}
			for i := 0; ; i++ {
				select {
				case <-stop:
					return
				default:
				}
				if n%2 == 0 {
					s.account(t, client, y, fmt.Sprintf("drill-%d-%d", n, i), n)
				} else {
					s.draft(t, client, y, fmt.Sprintf("%d-Q%d", 1900+i/4, i%4+1), n)
				}
			}
		})
	}
	return wg.Wait
}

// until sends a request to one replica after the other until one of them does not say "later".
func (s *service) until(client *http.Client, y *tally, from int, method, path, token, body string, header map[string]string) (status int, answer []byte) {
	for attempt := 0; attempt < 600; attempt++ {
		if attempt == 1 {
			y.repeated.Add(1)
		}
		replica := s.replicas[(from+attempt)%len(s.replicas)]
		var err error
		status, answer, err = send(client, method, replica.url+"/api/v1"+path, token, header, body)
		if err == nil && status < 500 {
			return status, answer
		}
		time.Sleep(50 * time.Millisecond)
	}
	return status, answer
}

func (s *service) account(t *testing.T, client *http.Client, y *tally, name string, n int) {
	status, answer := s.post(client, y, name, n)
	if status != http.StatusCreated { // already_exists would be a write that took effect twice
		t.Errorf("account %s is answered %d: %s", name, status, answer)
		return
	}
	y.acknowledge(y.accounts, name, answer)
}

func (s *service) post(client *http.Client, y *tally, name string, n int) (status int, answer []byte) {
	body := fmt.Sprintf(`{"username":%q,"display_name":"演练","role":"reader","area_code":%q}`, name, district)
	return s.until(client, y, n, http.MethodPost, "/accounts", s.admin, body, map[string]string{"Idempotency-Key": "key-" + name})
}

// replay repeats every acknowledged POST under its key, as a client does that its answer never
// reached. Few answers are lost by chance: without this, a key that is forgotten would pass unseen.
func (s *service) replay(t *testing.T, y *tally) {
	t.Helper()
	client, repeats := &http.Client{Timeout: 10 * time.Second}, newTally()
	for name, first := range y.accounts {
		if status, answer := s.post(client, repeats, name, 1); status != http.StatusCreated || string(answer) != first {
			t.Errorf("account %s is answered %d %s, at first %s", name, status, answer, first)
		}
	}
}

var etagPattern = regexp.MustCompile(`"etag":"([^"]+)"`)

// draft puts a new draft. Where that is told to be there already, an earlier attempt has arrived: it
// is put again over what it is, for only a write that is acknowledged is kept.
func (s *service) draft(t *testing.T, client *http.Client, y *tally, period string, n int) {
	key := period + "/" + subdistrict(n)
	path := "/coverage-records/" + key
	body := fmt.Sprintf(`{"figures":{"economic":{"registered":%d},"social":{}}}`, n)
	header := map[string]string{"If-None-Match": "*"}
	status, answer := s.until(client, y, n, http.MethodPut, path, s.clerk, body, header)
	if status == http.StatusPreconditionFailed {
		_, answer = s.until(client, y, n, http.MethodGet, path, s.clerk, "", nil)
		etag := etagPattern.FindSubmatch(answer)
		if etag == nil {
			t.Errorf("draft %s: %s", period, answer)
			return
		}
		status, answer = s.until(client, y, n, http.MethodPut, path, s.clerk, body, map[string]string{"If-Match": `"` + string(etag[1]) + `"`})
	}
	if status/100 != 2 {
		t.Errorf("draft %s is answered %d: %s", period, status, answer)
		return
	}
	y.acknowledge(y.drafts, key, answer)
}

// verify counts what was acknowledged and is not there, and what is there twice.
func (y *tally) verify(t *testing.T, n *node) (lost, duplicates int) {
	t.Helper()
	missing := func(acknowledged map[string]string, stored []string) {
		there := map[string]bool{}
		for _, name := range stored {
			there[name] = true
		}
		for name := range acknowledged {
			if !there[name] {
				lost++
			}
		}
	}
	missing(y.accounts, n.column(t, "SELECT username FROM accounts WHERE username LIKE 'drill-%'"))
	missing(y.drafts, n.column(t, "SELECT period || '/' || area FROM coverage_revisions"))
	// Each of them was written once: one event of each subject, none of a second writing.
	const events = "SELECT subject FROM audit_events WHERE subject LIKE 'coverage/%' OR after LIKE '%\"drill-%' GROUP BY subject"
	duplicates = len(n.column(t, events+" HAVING count(*) > 1"))
	if found := len(n.column(t, events)); found < y.count()-lost {
		t.Errorf("%d subjects have events, %d are acknowledged and there: duplicates are not looked for in all", found, y.count()-lost)
	}
	return lost, duplicates
}

// writeUntil waits until so many more writes are acknowledged.
func (y *tally) writeUntil(t *testing.T, more int) {
	t.Helper()
	want := y.count() + more
	waitFor(t, "more writes to be acknowledged", func() bool { return y.count() >= want })
}

func TestFailover(t *testing.T) {
	primary := newPrimary(t)
	standby := primary.standby(t)
	primary.synchronous(t)
	s := serviceOver(t, 2, primary, standby)
	y, stop := newTally(), make(chan struct{})
	wait := s.write(t, y, 8, stop)
	y.writeUntil(t, 100)

	primary.kill(t)
	standby.promote(t)
	y.writeUntil(t, 50) // without a standby: none is named yet

	primary.rejoin(t, standby)
	standby.synchronous(t)
	y.writeUntil(t, 100)
	close(stop)
	wait()
	s.replay(t, y)

	lost, duplicates := y.verify(t, standby)
	t.Logf("failover: acknowledged=%d repeated=%d lost=%d duplicates=%d longest_gap=%v", y.count(), y.repeated.Load(), lost, duplicates, y.gap.Round(time.Millisecond))
	if lost != 0 || duplicates != 0 || y.repeated.Load() == 0 {
		t.Errorf("%d lost, %d duplicates, %d requests repeated", lost, duplicates, y.repeated.Load())
	}
	s.program.check(t)
}

// TestFailoverWithoutSynchrony shows that the drill can lose: a standby that is not waited for, and
// that nothing reaches any more, takes over.
func TestFailoverWithoutSynchrony(t *testing.T) {
	primary := newPrimary(t)
	standby := primary.standby(t)
	s := serviceOver(t, 1, primary, standby)
	primary.await(t, "SELECT replay_lsn = pg_current_wal_lsn() FROM pg_stat_replication")
	if err := syscall.Kill(primary.walSender(t), syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	y, stop := newTally(), make(chan struct{})
	wait := s.write(t, y, 4, stop)
	y.writeUntil(t, 40)
	close(stop)
	wait()
	primary.kill(t)
	standby.promote(t)
	lost, _ := y.verify(t, standby)
	t.Logf("without synchrony: acknowledged=%d lost=%d", y.count(), lost)
	if lost == 0 {
		t.Error("nothing is lost: the drill proves nothing")
	}
}

// TestReplayIsACommit: a commit whose wait for the standby is canceled is on the primary alone. Neither
// it nor a repetition of its request may be acknowledged before the standby has it.
func TestReplayIsACommit(t *testing.T) {
	primary := newPrimary(t)
	standby := primary.standby(t)
	primary.synchronous(t)
	s := serviceOver(t, 1, primary, standby)
	client := &http.Client{}
	draft := "/coverage-records/2026-Q2/" + subdistrict(1)
	put := `{"figures":{"economic":{"registered":1},"social":{}}}`
	post := `{"username":"drill-1","display_name":"演练","role":"reader","area_code":"` + district + `"}`
	requests := []struct {
		method, path, token, body string
		header                    map[string]string
	}{
		{http.MethodPut, draft, s.clerk, put, map[string]string{}}, // first: a token that was never used has its use noted, too
		{http.MethodPost, "/accounts", s.admin, post, map[string]string{"Idempotency-Key": "key-drill-1"}},
	}
	// refused sends a request, which must be answered "later".
	refused := func(when string, n int) {
		r := requests[n]
		req, err := http.NewRequest(r.method, s.replicas[0].url+"/api/v1"+r.path, strings.NewReader(r.body))
		if err != nil {
			t.Error(err)
			return
		}
		req.Header.Set("Authorization", "Bearer "+r.token)
		req.Header.Set("Content-Type", "application/json")
		for name, value := range r.header {
			req.Header.Set(name, value)
		}
		began := time.Now()
		answer, err := client.Do(req)
		if err != nil {
			t.Errorf("%s %s: %v", r.method, when, err)
			return
		}
		answer.Body.Close()
		took := time.Since(began).Round(time.Millisecond)
		t.Logf("%s %s: %d after %v", r.method, when, answer.StatusCode, took)
		if answer.StatusCode != http.StatusServiceUnavailable || answer.Header.Get("Retry-After") == "" {
			t.Errorf("%s %s: %d, Retry-After %q, after %v", r.method, when, answer.StatusCode, answer.Header.Get("Retry-After"), took)
		}
	}
	// canceled sends a request and cancels its wait for the standby.
	canceled := func(when string, n int) {
		done := make(chan struct{})
		go func() {
			defer close(done)
			refused(when, n)
		}()
		const waiting = "FROM pg_stat_activity WHERE wait_event = 'SyncRep'"
		primary.await(t, "SELECT count(*) = 1 "+waiting)
		primary.exec(t, "SELECT pg_cancel_backend(pid) "+waiting)
		<-done
	}
	sender := primary.walSender(t)
	if err := syscall.Kill(sender, syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	for n := range requests {
		canceled("whose wait is canceled", n)
	}
	id := primary.column(t, "SELECT id FROM accounts WHERE username = 'drill-1'")
	if len(id) != 1 || len(primary.column(t, "SELECT period FROM coverage_revisions")) != 1 {
		t.Fatal("what was canceled is not on the primary: nothing is tried")
	}
	_, stored, err := send(client, http.MethodGet, s.replicas[0].url+"/api/v1"+draft, s.clerk, nil, "")
	etag := etagPattern.FindSubmatch(stored)
	if err != nil || etag == nil {
		t.Fatalf("the draft is answered %s %v", stored, err)
	}
	requests[0].header["If-Match"] = `"` + string(etag[1]) + `"` // without it a repetition is 428, and commits nothing
	for n := range requests {                                    // a repetition that changes nothing waits for the standby, too
		canceled("repeated, whose wait is canceled", n)
	}
	// Of these the first waits for the standby, the second for the clock, which the first still holds.
	for n := range requests {
		refused("repeated", n)
	}
	if err := syscall.Kill(sender, syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	y := newTally()
	status, answer := s.post(client, y, "drill-1", 0)
	if status != http.StatusCreated || !strings.Contains(string(answer), id[0]) {
		t.Errorf("with the standby back the POST is answered %d %s, want %s", status, answer, id[0])
	}
	s.draft(t, client, y, "2026-Q2", 1)
	y.acknowledge(y.accounts, "drill-1", answer)
	primary.kill(t)
	standby.promote(t)
	if lost, duplicates := y.verify(t, standby); lost != 0 || duplicates != 0 {
		t.Errorf("%d lost, %d duplicates", lost, duplicates)
	}
}
