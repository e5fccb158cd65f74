package v1_test

import (
	"brandregistry/api/apitest"
	v1 "brandregistry/api/v1"
	"brandregistry/internal/access"
	"brandregistry/internal/account"
	"brandregistry/internal/area"
	"brandregistry/internal/audit"
	"brandregistry/internal/period"
	"brandregistry/internal/store"
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"
)

// What an actor meets when its role may do a thing, but not there.
const (
	anywhere = 0   // it may: the thing is bound to no area, or read by all
	hidden   = 404 // it cannot see it
	barred   = 403 // it can see it and not do it
)

// matrix is the contract of who may do what where: one line a route, one letter a role (Clerk,
// Reviewer, rEader, Auditor, adMin). {area} is the area the request is about, {subdistrict} it or one
// as far away, {account} and {token} an account of that area and a token of the account, {brand}, {file} and
// {recognition} a recognized brand of that area with the file and the recognition that it has. Bodies and queries are good, and
// preconditions are left out, so that what is let through changes as little as possible.
var matrix = []struct {
	method, path, roles string
	elsewhere           int
	target              string // method and path of the request, when they are not just those of the route
	body                string
}{
	{"POST", "/session", "CREAM", anywhere, "", `{"username":"nobody.here","password":"wrong-password-1"}`},
	{"DELETE", "/session", "CREAM", anywhere, "", ""},
	{"GET", "/me", "CREAM", anywhere, "", ""},
	{"PUT", "/me/password", "CREAM", anywhere, "", `{"current_password":"wrong-password-1","new_password":"lantern-river-copper"}`},

	{"GET", "/areas", "CREAM", anywhere, "/areas?parent={area}", ""},
	{"GET", "/areas/:code", "CREAM", anywhere, "/areas/{area}", ""},
	{"PUT", "/areas/:code", "M", barred, "/areas/{area}", `{"name":"城厢街道"}`},

	{"GET", "/accounts", "M", hidden, "/accounts?area={area}", ""},
	{"POST", "/accounts", "M", hidden, "", `{"username":"clerk001","display_name":"甲","role":"clerk","area_code":"{area}"}`},
	{"GET", "/accounts/:id", "M", hidden, "/accounts/{account}", ""},
	{"PATCH", "/accounts/:id", "M", hidden, "/accounts/{account}", `{}`},
	{"GET", "/accounts/:id/tokens", "M", hidden, "/accounts/{account}/tokens", ""},
	{"POST", "/accounts/:id/tokens", "M", hidden, "/accounts/{account}/tokens", `{"name":"对接","expires_at":"2026-12-31T00:00:00Z"}`},
	{"DELETE", "/tokens/:id", "M", hidden, "/tokens/{token}", ""},

	{"GET", "/tasks", "CREAM", anywhere, "", ""},
	{"GET", "/periods", "CREAM", anywhere, "/periods?area={area}", ""},
	{"GET", "/periods/:period", "CREAM", anywhere, "/periods/2026-Q3?area={area}", ""},
	{"PUT", "/periods/:period", "R", barred, "/periods/2026-Q3?area={area}", `{"opens_on":"2026-10-01","due_on":"2026-10-11","closes_on":"2026-12-31"}`},
	{"GET", "/periods/:period/extensions/:area", "CREAM", anywhere, "/periods/2026-Q3/extensions/{area}", ""},
	{"PUT", "/periods/:period/extensions/:area", "R", barred, "/periods/2026-Q3/extensions/{area}", `{"until":"2027-01-10","reason":"延期"}`},
	{"DELETE", "/periods/:period/extensions/:area", "R", barred, "/periods/2026-Q3/extensions/{area}", ""},
	{"GET", "/goals/:area/:year", "CREAM", anywhere, "/goals/{area}/2026", ""},
	{"PUT", "/goals/:area/:year", "R", barred, "/goals/{area}/2026", `{"brands":{"target":null,"level":"district"},"coverage":{"indicator":"organization_coverage","target_percent":95}}`},

	{"GET", "/coverage-rules", "CREAM", anywhere, "", ""},
	{"GET", "/coverage-records", "CREAM", hidden, "/coverage-records?area={area}", ""},
	{"POST", "/coverage-records/approve", "R", hidden, "", `{"period":"2026-Q3","areas":["{subdistrict}"]}`},
	{"PUT", "/coverage-records/:period/:area", "C", hidden, "/coverage-records/2026-Q3/{area}", recordBody},
	{"GET", "/coverage-records/:period/:area", "CREAM", hidden, "/coverage-records/2026-Q3/{area}", ""},
	{"POST", "/coverage-records/:period/:area/submit", "C", hidden, "/coverage-records/2026-Q3/{area}/submit", ""},
	{"POST", "/coverage-records/:period/:area/withdraw", "C", hidden, "/coverage-records/2026-Q3/{area}/withdraw", ""},
	{"POST", "/coverage-records/:period/:area/discard", "CR", hidden, "/coverage-records/2026-Q3/{area}/discard", ""},
	{"POST", "/coverage-records/:period/:area/return", "R", hidden, "/coverage-records/2026-Q3/{area}/return", `{"reason":"请核对","pointers":[]}`},
	{"POST", "/coverage-records/:period/:area/approve", "R", hidden, "/coverage-records/2026-Q3/{area}/approve", ""},
	{"POST", "/coverage-records/:period/:area/correct", "CR", hidden, "/coverage-records/2026-Q3/{area}/correct", `{"reason":"更正"}`},
	{"GET", "/coverage-records/:period/:area/revisions", "CREAM", hidden, "/coverage-records/2026-Q3/{area}/revisions", ""},
	{"GET", "/coverage-records/:period/:area/revisions/:n", "CREAM", hidden, "/coverage-records/2026-Q3/{area}/revisions/1", ""},
	{"GET", "/coverage-records/:period/:area/diff", "CREAM", hidden, "/coverage-records/2026-Q3/{area}/diff?from=1&to=1", ""},
	{"GET", "/coverage-records/:period/:area/history", "CREAM", hidden, "/coverage-records/2026-Q3/{area}/history", ""},

	{"GET", "/brand-rules", "CREAM", anywhere, "", ""},
	{"GET", "/brands", "CREAM", hidden, "/brands?area={area}", ""},
	{"POST", "/brands", "C", hidden, "", `{"area_code":"{area}","name":"矩阵"}`},
	{"GET", "/brands/:id", "CREAM", hidden, "/brands/{brand}", ""},
	{"PATCH", "/brands/:id", "C", hidden, "/brands/{brand}", `{}`},
	{"DELETE", "/brands/:id", "CR", hidden, "/brands/{brand}", ""},
	{"POST", "/brands/:id/submit", "C", hidden, "/brands/{brand}/submit", ""},
	{"POST", "/brands/:id/withdraw", "C", hidden, "/brands/{brand}/withdraw", ""},
	{"POST", "/brands/:id/return", "R", hidden, "/brands/{brand}/return", `{"reason":"请核对"}`},
	{"POST", "/brands/:id/reject", "R", hidden, "/brands/{brand}/reject", `{"reason":"请核对"}`},
	{"POST", "/brands/:id/publicize", "R", hidden, "/brands/{brand}/publicize", `{"ends_on":"2026-11-01"}`},
	{"POST", "/brands/:id/recognize", "R", hidden, "/brands/{brand}/recognize", `{"level":"district","authority":"某区委","recognized_on":"2026-10-08"}`},
	{"POST", "/brands/:id/confirm", "R", hidden, "/brands/{brand}/confirm", `{"note":"正常"}`},
	{"POST", "/brands/:id/revoke", "R", hidden, "/brands/{brand}/revoke", `{"reason":"停办"}`},
	{"POST", "/brands/:id/reopen", "CR", hidden, "/brands/{brand}/reopen", ""},
	{"POST", "/brands/:id/recognitions/:rid/revoke", "R", hidden, "/brands/{brand}/recognitions/{recognition}/revoke", `{"reason":"停办"}`},
	{"GET", "/brands/:id/history", "CREAM", hidden, "/brands/{brand}/history", ""},
	{"GET", "/brands/:id/evidence", "CREAM", hidden, "/brands/{brand}/evidence", ""},
	{"POST", "/brands/:id/evidence", "C", hidden, "/brands/{brand}/evidence", "form"},
	{"GET", "/evidence/:id", "CREAM", hidden, "/evidence/{file}", ""},
	{"DELETE", "/evidence/:id", "C", hidden, "/evidence/{file}", ""},

	{"GET", "/reports/brands", "CREAM", hidden, "/reports/brands?area={area}", ""},
	{"GET", "/reports/coverage", "CREAM", hidden, "/reports/coverage?area={area}&period=2026-Q3", ""},
	{"GET", "/reports/goals", "CREAM", hidden, "/reports/goals?area={area}&period=2026-Q3", ""},
	{"GET", "/reports/submissions", "CREAM", hidden, "/reports/submissions?area={area}&period=2026-Q3", ""},
	{"GET", "/reports/trend", "CREAM", hidden, "/reports/trend?area={area}&from=2026-Q2&to=2026-Q3", ""},

	{"GET", "/audit-events", "A", hidden, "/audit-events?area={area}", ""},
}

// relations are how an actor's area and the area a request is about lie to each other.
var relations = []struct {
	name     string
	own, at  area.Code
	contains bool
}{
	{"same", "330109001", "330109001", true},
	{"above it", "330109", "330109001", true},
	{"far above it", "0", "330109001", true},
	{"below it", "330109001", "330109", false},
	{"beside it", "330109002", "330109001", false},
	{"unrelated", "310101", "330109001", false},
}

var roleLetters = map[access.Role]string{access.Clerk: "C", access.Reviewer: "R", access.Reader: "E", access.Auditor: "A", access.Admin: "M"}

// TestAccessMatrix sends every route as every role from every relation and holds each answer against
// the matrix.
func TestAccessMatrix(t *testing.T) {
	s := apitest.New(t)
	checkMatrixIsWhole(t, s)
	s.Run(t, []apitest.Scenario{
		{As: "clerk001", Method: "PUT", Path: recordPath, Body: recordBody, Status: 201},
		{As: "reviewer", Method: "PUT", Path: "/periods/2026-Q3/extensions/330109001", Body: `{"until":"2027-01-10","reason":"延期"}`, Status: 201},
		{As: "reviewer", Method: "PUT", Path: "/periods/2026-Q3/extensions/330109", Body: `{"until":"2027-01-10","reason":"延期"}`, Status: 201},
	})
	subjects := map[area.Code]string{} // an account of each area that requests are about
	actors := map[string]string{}      // role and area → account
	tokens := map[string]string{}      // of each actor
	spare := map[area.Code]string{}    // a token of each subject
	for _, at := range []area.Code{"330109001", "330109"} {
		subjects[at] = addAccount(t, s, access.Reader, at)
	}
	brands := map[area.Code]matrixBrand{"330109001": recognized(t, s, "330109001"), "330109": recognized(t, s, "330109")}
	cells := 0
	for _, role := range access.Roles {
		for _, r := range relations {
			actors[string(role)+string(r.own)] = addAccount(t, s, role, r.own)
		}
	}
	for _, row := range matrix {
		for _, role := range access.Roles {
			for _, r := range relations {
				actor := string(role) + string(r.own)
				if row.method == "DELETE" || tokens[actor] == "" { // which may spend them
					_, tokens[actor] = addToken(t, s, actors[actor], r.own)
					spare[r.at], _ = addToken(t, s, subjects[r.at], r.at)
				}
				reporting := r.at
				if reporting.Level() != area.LevelSubdistrict {
					reporting = "330109003" // a body that names no subdistrict is malformed
				}
				fill := strings.NewReplacer("{area}", string(r.at), "{subdistrict}", string(reporting), "{account}", subjects[r.at], "{token}", spare[r.at],
					"{brand}", brands[r.at].id, "{file}", brands[r.at].file, "{recognition}", brands[r.at].recognition)
				path := row.target
				if path == "" {
					path = row.path
				}
				body, header := bodyOf(fill.Replace(row.body)), map[string]string(nil)
				if row.body == "form" {
					body, header = form(t, "a.pdf", []byte(pdf))
				}
				got := s.Do(t, apitest.Request{Method: row.method, Path: fill.Replace(path), As: tokens[actor], Header: header, Body: body})
				if row.method == "DELETE" {
					delete(tokens, actor)
				}
				want := 0 // served
				switch {
				case (strings.HasSuffix(row.path, "/discard") || row.method+row.path == "DELETE/brands/:id") && role == access.Reviewer && r.contains:
					want = 403 // its area stands, and is expected to report
				case !strings.Contains(row.roles, roleLetters[role]):
					want = 403 // by role, before anything else is looked at
				case !r.contains && row.elsewhere != anywhere:
					want = row.elsewhere
				}
				if !allowed(row.method+" "+row.path, got.Status, want) {
					t.Errorf("%s %s by a %s of %s about %s (%s): %d, want %s: %s", row.method, row.path, role, r.own, r.at, r.name, got.Status, wanted(want), got.Body)
				}
				cells++
			}
		}
	}
	if want := len(matrix) * len(access.Roles) * len(relations); cells != want {
		t.Errorf("%d cells, want %d", cells, want)
	}
}

// matrixBrand names a brand and what it has.
type matrixBrand struct{ id, file, recognition string }

// recognized makes a recognized brand whose recognition cites a file.
func recognized(t *testing.T, s *apitest.Server, at area.Code) matrixBrand {
	t.Helper()
	v := map[string]string{"v": "ETag", "id": "/id"}
	upload, multi := form(t, "a.pdf", []byte(pdf))
	award := map[string]any{"level": "city", "authority": "某市委", "document_no": "一号", "recognized_on": "2026-10-08", "evidence_ids": []string{"{file}"}}
	s.Run(t, []apitest.Scenario{
		{As: "districtclerk", Method: "POST", Path: "/brands", Body: brandBody(string(at), "矩阵"+string(at)), Status: 201, Capture: v},
		{As: "districtclerk", Method: "POST", Path: "/brands/{id}/evidence", Body: upload, Header: multi, Status: 201, Capture: map[string]string{"file": "/id"}},
		{As: "districtclerk", Method: "POST", Path: "/brands/{id}/submit", Header: match("v"), Body: `{"explanations":{"name.name_similar":"不同单位"}}`, Capture: v},
		{As: "reviewer", Method: "POST", Path: "/brands/{id}/recognize", Header: match("v"), Body: award, Capture: map[string]string{"rid": "/recognitions/0/id"}},
	})
	return matrixBrand{s.Captured("id"), s.Captured("file"), s.Captured("rid")}
}

func bodyOf(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func wanted(status int) string {
	if status == 0 {
		return "served"
	}
	return fmt.Sprint(status)
}

// allowed reports whether a status is the one wanted. What is served may still be refused for its
// state, its version or its content; a log-in, for its password.
func allowed(route string, status, want int) bool {
	if want != 0 {
		return status == want
	}
	return status < 300 || slices.Contains([]int{409, 412, 422, 428}, status) ||
		(route == "POST /session" || route == "PUT /me/password") && slices.Contains([]int{401, 429}, status)
}

// checkMatrixIsWhole fails when a route has no line, or a line no route.
func checkMatrixIsWhole(t *testing.T, s *apitest.Server) {
	t.Helper()
	engine, ok := s.Handler.(*gin.Engine)
	if !ok {
		t.Fatalf("the handler is a %T", s.Handler)
	}
	lines := map[string]bool{}
	for _, row := range matrix {
		lines[row.method+" "+v1.Base+row.path] = true
	}
	for _, r := range engine.Routes() {
		if !lines[r.Method+" "+r.Path] {
			t.Errorf("%s %s has no line in the matrix: say who may do it where", r.Method, r.Path)
		}
		delete(lines, r.Method+" "+r.Path)
	}
	for line := range lines {
		t.Errorf("the matrix has %s, which is no route", line)
	}
}

// addAccount makes an account.
func addAccount(t *testing.T, s *apitest.Server, role access.Role, at area.Code) (id string) {
	t.Helper()
	err := s.Store.Update(context.Background(), store.By{Actor: access.Operator}, func(tx *store.Writer) error {
		id = tx.NewID()
		a := account.Account{ID: id, Username: "m" + id[24:], DisplayName: "矩阵", Role: role, Area: at, CreatedAt: tx.Now()}
		return tx.SaveAccount(&a, audit.Change{Action: "account.create"})
	})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// addToken gives an account a token and returns its id and text.
func addToken(t *testing.T, s *apitest.Server, owner string, at area.Code) (id, text string) {
	t.Helper()
	text, hash, err := account.NewSecret(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	err = s.Store.Update(context.Background(), store.By{Actor: access.Operator}, func(tx *store.Writer) error {
		used := tx.Now()
		row := account.Token{ID: tx.NewID(), Account: owner, Area: at, Name: "matrix", Hash: hash, ExpiresAt: used + period.Instant(time.Hour/time.Microsecond), CreatedAt: used, LastUsedAt: &used}
		id = row.ID
		return tx.SaveToken(&row, audit.Change{Action: "token.create"})
	})
	if err != nil {
		t.Fatal(err)
	}
	return id, text
}
