package v1_test

import (
	"brandregistry/api/apitest"
	"brandregistry/internal/audit"
	"brandregistry/internal/store"
	"brandregistry/internal/store/storetest"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"
)

// version is what a sequential registry would hold of a record or goal: its etag and its state.
type version struct{ etag, state string }

// asked is a request of the race.
type asked struct {
	key     string // the record's area, or "goal"
	action  string // GET, put, submit …
	match   string // the etag it was sent with
	initial version
}

// told is its answer.
type told struct {
	status int
	now    version // after a 2xx
}

// after says from which state an action leads to which; "": from any, to the same.
var after = map[string]map[string]string{
	"put":      {"draft": "draft", "returned": "returned"},
	"submit":   {"draft": "submitted", "returned": "submitted"},
	"withdraw": {"submitted": "draft"},
	"return":   {"submitted": "returned"},
	"approve":  {"submitted": "approved"},
	"bulk":     {"submitted": "approved"},
	"correct":  {"approved": "draft"},
	"set":      {"": ""},
}

// sequential is the contract: a write takes effect just when it names the current version and the
// state allows it; else it is refused for that, and changes nothing.
var sequential = porcupine.Model{
	Partition: func(history []porcupine.Operation) [][]porcupine.Operation {
		parts := map[string][]porcupine.Operation{}
		for _, o := range history {
			key := o.Input.(asked).key
			parts[key] = append(parts[key], o)
		}
		return slices.Collect(maps.Values(parts))
	},
	Init: func() any { return version{} },
	Step: func(state, input, output any) (bool, any) {
		was, in, out := state.(version), input.(asked), output.(told)
		if was == (version{}) {
			was = in.initial
		}
		if in.action == "GET" {
			return out.status == http.StatusOK && out.now == was, was
		}
		becomes, allowed := after[in.action][was.state]
		switch {
		case in.match != was.etag:
			return out.status == http.StatusPreconditionFailed, was
		case !allowed:
			return out.status == http.StatusConflict, was
		}
		return out.status/100 == 2 && out.now.etag > was.etag && (in.action == "bulk" || out.now.state == becomes), version{out.now.etag, becomes}
	},
	DescribeOperation: func(input, output any) string { return fmt.Sprintf("%+v → %+v", input, output) },
	DescribeState:     func(state any) string { return fmt.Sprintf("%+v", state) },
}

// race is clients on the handlers of one registry, and what they asked and were told.
type race struct {
	handlers []http.Handler
	began    time.Time
	edits    atomic.Int64
	initial  map[string]version
	mu       sync.Mutex
	history  []porcupine.Operation
	statuses map[int]int
}

func (r *race) send(handler http.Handler, as, method, path, match, body string) *httptest.ResponseRecorder {
	q := httptest.NewRequest(method, "/api/v1"+path, strings.NewReader(body))
	q.Header.Set("Authorization", "Bearer "+apitest.Token(as))
	if body != "" {
		q.Header.Set("Content-Type", "application/json")
	}
	if match != "" {
		q.Header.Set("If-Match", `"`+match+`"`)
	}
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, q)
	return w
}

const goalPath = "/goals/330109/2026"

func pathOf(key string) string {
	if key == "goal" {
		return goalPath
	}
	return "/coverage-records/2026-Q3/" + key
}

// ask does one thing and records it.
func (r *race) ask(client int, handler http.Handler, key, action, match string) told {
	as, method, path, body := "districtclerk", http.MethodPost, pathOf(key)+"/"+action, ""
	switch action {
	case "GET":
		as, method, path = "reader", http.MethodGet, pathOf(key)
	case "put":
		method, path = http.MethodPut, pathOf(key)
		body = strings.Replace(recordBody, `"members":400`, fmt.Sprintf(`"members":%d`, 400+r.edits.Add(1)), 1)
	case "set":
		as, method, path = "reviewer", http.MethodPut, goalPath
		body = fmt.Sprintf(`{"brands":{"target":%d,"level":"district"},"coverage":{"indicator":"organization_coverage","target_percent":95}}`, r.edits.Add(1))
	case "return", "approve":
		as = "reviewer"
	case "bulk":
		as, path = "reviewer", "/coverage-records/approve"
		body = fmt.Sprintf(`{"period":"2026-Q3","areas":[%q],"etags":{%q:%q}}`, key, key, match)
	}
	if action == "return" || action == "correct" {
		body = `{"reason":"请核对"}`
	}
	header := match
	if action == "bulk" {
		header = ""
	}
	called := time.Since(r.began)
	w := r.send(handler, as, method, path, header, body)
	returned := time.Since(r.began)
	out := told{status: w.Code}
	if w.Code/100 == 2 {
		var now struct {
			Etag, State string
			Approved    []struct{ Etag string }
		}
		if err := json.Unmarshal(w.Body.Bytes(), &now); err != nil {
			out.status = 0
		}
		out.now = version{now.Etag, now.State}
		if action == "bulk" && len(now.Approved) == 1 {
			out.now.etag = now.Approved[0].Etag
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.statuses[out.status]++
	r.history = append(r.history, porcupine.Operation{ClientId: client, Input: asked{key, action, match, r.initial[key]}, Call: int64(called), Output: out, Return: int64(returned)})
	return out
}

// run lets 16 clients read and write until each has done so many steps.
func (r *race) run(steps int) {
	keys := slices.Sorted(maps.Keys(r.initial))
	var wg sync.WaitGroup
	for client := range 16 {
		random := rand.New(rand.NewPCG(uint64(client), 7))
		wg.Go(func() {
			for range steps {
				key := keys[random.IntN(len(keys))]
				handler := func() http.Handler { return r.handlers[random.IntN(len(r.handlers))] }
				seen := r.ask(client, handler(), key, "GET", "").now
				if key == "goal" {
					r.ask(client, handler(), key, "set", seen.etag)
					continue
				}
				var likely []string
				for _, action := range []string{"put", "submit", "withdraw", "return", "approve", "bulk", "correct"} {
					if _, allowed := after[action][seen.state]; allowed || random.IntN(10) == 0 {
						likely = append(likely, action)
					}
				}
				r.ask(client, handler(), key, likely[random.IntN(len(likely))], seen.etag)
			}
		})
	}
	wg.Wait()
}

// newRace makes three records and a goal, and serves them: by one instance from a file, by two from a
// database of PostgreSQL.
func newRace(t *testing.T, wrap func(http.Handler) http.Handler) (*race, *apitest.Server) {
	t.Helper()
	s := apitest.New(t)
	handlers := []http.Handler{s.Handler}
	if storetest.Server() != "" {
		handlers = append(handlers, s.Replica(t))
	}
	r := &race{began: time.Now(), initial: map[string]version{}, statuses: map[int]int{}}
	for _, h := range handlers {
		r.handlers = append(r.handlers, wrap(h))
	}
	for _, key := range []string{"330109001", "330109002", "330109003"} {
		if w := r.send(s.Handler, "districtclerk", http.MethodPut, pathOf(key), "", recordBody); w.Code != http.StatusCreated {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
	}
	r.initial["goal"] = version{}
	first := map[string]version{}
	for _, key := range []string{"330109001", "330109002", "330109003", "goal"} {
		first[key] = r.ask(0, s.Handler, key, "GET", "").now
	}
	r.initial, r.history, r.statuses = first, nil, map[int]int{}
	return r, s
}

func unchanged(h http.Handler) http.Handler { return h }

func TestRaceIsLinearizable(t *testing.T) {
	r, s := newRace(t, unchanged)
	// Reports are asked for all the while. What one said, it says again.
	type reported struct{ asOf, body string }
	var reports []reported
	stop, reporter := make(chan struct{}), sync.WaitGroup{}
	const report = "/reports/coverage?area=330109&period=2026-Q3"
	reporter.Go(func() {
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			default:
			}
			w := r.send(r.handlers[i%len(r.handlers)], "reader", http.MethodGet, report, "", "")
			var body struct {
				AsOf string `json:"as_of"`
			}
			if err := json.Unmarshal(w.Body.Bytes(), &body); err != nil || w.Code != http.StatusOK {
				t.Errorf("%d %s", w.Code, w.Body)
				return
			}
			if n := len(reports); n == 0 || reports[n-1].asOf != body.AsOf {
				reports = append(reports, reported{body.AsOf, w.Body.String()})
			}
		}
	})
	r.run(60)
	close(stop)
	reporter.Wait()

	result, info := porcupine.CheckOperationsVerbose(sequential, r.history, 0)
	t.Logf("%d operations by %d instances: %v; %d reports; %s", len(r.history), len(r.handlers), r.statuses, len(reports), result)
	if result != porcupine.Ok {
		path := t.ArtifactDir() + "/history.html"
		t.Errorf("the history is %s: %v, %s", result, porcupine.VisualizePath(sequential, info, path), path)
	}
	if r.statuses[200] < 500 || r.statuses[412] < 20 || r.statuses[409] < 1 {
		t.Errorf("hardly a race: %v", r.statuses)
	}
	if len(reports) < 10 {
		t.Errorf("only %d reports", len(reports))
	}
	for _, was := range reports {
		for i, h := range r.handlers {
			if w := r.send(h, "reader", http.MethodGet, report+"&as_of="+url.QueryEscape(was.asOf), "", ""); w.Body.String() != was.body {
				t.Errorf("instance %d, as of %s: %s\nthen: %s", i, was.asOf, w.Body, was.body)
			}
		}
	}
	err := s.Store.View(t.Context(), func(tx *store.Reader) error {
		_, err := tx.Check(nil, func(f audit.Finding) { t.Errorf("check: %s", f) })
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// TestRaceCatches plants what a registry may get wrong, and wants the history found out.
func TestRaceCatches(t *testing.T) {
	record := func(path string) string {
		for _, key := range []string{"330109001", "330109002", "330109003", "goal"} {
			if at := pathOf(key); strings.HasPrefix(path, "/api/v1"+at) {
				return at
			}
		}
		return ""
	}
	for name, plant := range map[string]func(http.Handler) http.Handler{
		"no version check": func(h http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
				at := record(q.URL.Path)
				if q.Header.Get("If-Match") == "" || at == "" {
					h.ServeHTTP(w, q)
					return
				}
				body, err := io.ReadAll(q.Body)
				if err != nil {
					t.Error(err)
				}
				for range 20 {
					current := new(race).send(h, "reader", http.MethodGet, at, "", "")
					again := q.Clone(q.Context())
					again.Body, again.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
					again.Header.Set("If-Match", current.Header().Get("ETag"))
					answer := httptest.NewRecorder()
					h.ServeHTTP(answer, again)
					if answer.Code != http.StatusPreconditionFailed {
						w.WriteHeader(answer.Code)
						_, _ = w.Write(answer.Body.Bytes())
						return
					}
				}
			})
		},
		"reads of the past": func(h http.Handler) http.Handler {
			var mu sync.Mutex
			kept, served := map[string]*httptest.ResponseRecorder{}, map[string]int{}
			return http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
				if q.Method != http.MethodGet {
					h.ServeHTTP(w, q)
					return
				}
				mu.Lock()
				defer mu.Unlock()
				if served[q.URL.Path]++; served[q.URL.Path]%20 == 1 {
					kept[q.URL.Path] = httptest.NewRecorder()
					h.ServeHTTP(kept[q.URL.Path], q)
				}
				_, _ = w.Write(kept[q.URL.Path].Body.Bytes())
			})
		},
	} {
		t.Run(name, func(t *testing.T) {
			r, _ := newRace(t, plant)
			r.run(30)
			if result := porcupine.CheckOperationsTimeout(sequential, r.history, 0); result != porcupine.Illegal {
				t.Errorf("a history of a registry with %s is %s: %v", name, result, r.statuses)
			}
		})
	}
}
