package main

import (
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"
)

var demoToken = regexp.MustCompile(`^demo-token role=(clerk|reviewer|reader|auditor|admin) area=(\d+) username=(\S+) token=(br_\S{49})$`)

// TestDemo reads the demo as its first user does: by the tokens it prints.
func TestDemo(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, demoFile, "not a database: it is remade")
	began := time.Now()
	// Nor is the database asked for that the settings name: nothing answers there.
	r := startIn(t, map[string]string{"LISTEN": "127.0.0.1:0", "DATABASE_URL": "postgres://registry@127.0.0.1:1/registry"}, "--demo")
	t.Logf("serving after %v", time.Since(began))
	tokens, areas, clerks := map[string]string{}, map[string]string{}, 0
	printed := strings.Split(strings.TrimSpace(r.out.String()), "\n")
	for _, line := range printed[:len(printed)-3] {
		m := demoToken.FindStringSubmatch(line)
		if m == nil {
			t.Fatalf("not a line of an account: %s", line)
		}
		tokens[m[1]+m[2]], areas[m[1]] = m[4], m[2]
		if m[1] == "clerk" {
			clerks++
		}
	}
	for _, role := range []string{"clerk", "reviewer330109", "reader330109", "reader3301", "auditor330109", "admin330109"} {
		if tokens[role] == "" && areas[role] == "" {
			t.Errorf("no account %s", role)
		}
	}
	if clerks < 2 {
		t.Errorf("%d clerks", clerks)
	}
	tail := printed[len(printed)-3:]
	if !strings.Contains(tail[0], r.url+"/docs") || tail[2] != "listening on "+r.url {
		t.Errorf("the last lines are %q", tail)
	}
	curl := regexp.MustCompile(`^curl -H 'Authorization: Bearer (\S+)' '(\S+)'$`).FindStringSubmatch(tail[1])
	if curl == nil {
		t.Fatalf("no command to copy: %s", tail[1])
	}
	checkDemoReport(t, curl[2], curl[1])
	checkDemoBrands(t, r.url+"/api/v1", tokens["reviewer330109"])
	status, _, body := get(t, r.url+"/api/v1/reports/coverage?area=3301", tokens["reader3301"])
	if status != 200 || strings.Contains(string(body), "浦阳镇") {
		t.Errorf("the city's report is answered %d %.300s", status, body)
	}
	if status, _, _ := get(t, r.url+"/api/v1/audit-events", tokens["auditor330109"]); status != 200 {
		t.Errorf("the auditor is answered %d", status)
	}
	if code := r.stop(); code != exitOK {
		t.Errorf("status %d: %s", code, r.errs)
	}
	if out := ok(t, "check", "--database-url=file:"+demoFile); !strings.Contains(out, "未发现问题") {
		t.Error(out)
	}
	if code, _, errs := command(t, "serve", "--database-url=file:"+demoFile, "--period-frequency=month", "--listen=127.0.0.1:0"); code != exitUsage || !strings.Contains(errs, "quarter") {
		t.Errorf("another frequency than what was reported by: status %d, %s", code, errs)
	}
	if _, err := os.Stat("registry.db"); err == nil {
		t.Error("the demo has touched registry.db")
	}
}

func checkDemoReport(t *testing.T, url, token string) {
	t.Helper()
	status, _, body := get(t, url, token)
	var report struct {
		Expected, Reported int
		Missing            []struct{ State string }
		Totals             struct {
			All struct {
				Rates struct {
					OrganizationCoverage struct{ Percent float64 } `json:"organization_coverage"`
				}
			}
		}
		Goal struct {
			Met       bool
			Shortfall int
			Bounds    *struct{}
		}
		Rows []struct {
			Change struct {
				PreviousPeriod     struct{ Points *float64 } `json:"previous_period"`
				SamePeriodLastYear struct{ Points *float64 } `json:"same_period_last_year"`
			}
		}
	}
	if err := json.Unmarshal(body, &report); err != nil || status != 200 {
		t.Fatalf("the report is answered %d %s: %v", status, body, err)
	}
	states := map[string]int{}
	for _, m := range report.Missing {
		states[m.State]++
	}
	if report.Expected != 22 || report.Reported != 19 || states["returned"] != 1 || states["none"] != 1 || states["draft"] != 1 {
		t.Errorf("%d of %d reported, missing %v", report.Reported, report.Expected, states)
	}
	if p := report.Totals.All.Rates.OrganizationCoverage.Percent; p < 94.9 || p >= 95 || report.Goal.Met || report.Goal.Shortfall < 1 || report.Goal.Bounds == nil {
		t.Errorf("coverage %v %%, goal %+v; want just short of it", p, report.Goal)
	}
	compared := 0
	for _, row := range report.Rows {
		if row.Change.PreviousPeriod.Points != nil && row.Change.SamePeriodLastYear.Points != nil {
			compared++
		}
	}
	if compared != 19 {
		t.Errorf("%d rows are compared with the quarter and the year before", compared)
	}
}

// checkDemoBrands reads the brands as the reviewer does.
func checkDemoBrands(t *testing.T, base, token string) {
	t.Helper()
	var report struct {
		On                 string
		Count, Target, Gap int
		Met                *bool
		ByState            map[string]int `json:"by_state"`
	}
	read(t, base+"/reports/brands", token, &report)
	if report.Count != 17 || report.Target != 20 || report.Gap != 3 || report.Met == nil || *report.Met {
		t.Errorf("the report of brands is %+v; want 17 of 20, so that the goal is open", report)
	}
	all := 0
	for state, n := range report.ByState {
		if all += n; n == 0 {
			t.Errorf("no brand is %s", state)
		}
	}
	if all != 26 {
		t.Errorf("%d brands, want 26", all)
	}
	today, err := time.Parse(time.DateOnly, report.On)
	if err != nil {
		t.Fatal(err)
	}
	var then struct{ Count int }
	read(t, base+"/reports/brands?on="+today.AddDate(-1, 0, 0).Format(time.DateOnly), token, &then)
	if then.Count < 1 || then.Count >= report.Count {
		t.Errorf("%d brands counted a year ago; want fewer than today, and some", then.Count)
	}
	var goals struct {
		Goals []struct {
			Name string
			Met  *bool
		}
	}
	read(t, base+"/reports/goals", token, &goals)
	if len(goals.Goals) != 2 || goals.Goals[0].Name == goals.Goals[1].Name {
		t.Fatalf("the goals are %+v; want that of coverage and that of brands", goals.Goals)
	}
	for _, g := range goals.Goals {
		if g.Met == nil || *g.Met {
			t.Errorf("the goal of %s is not open", g.Name)
		}
	}
	var files struct {
		Items []struct {
			Name     string
			Logo     *struct{ ID string }
			Evidence []struct {
				ID        string
				SizeBytes int `json:"size_bytes"`
			}
		}
	}
	read(t, base+"/brands?level=city&limit=200", token, &files)
	if len(files.Items) != 4 {
		t.Errorf("%d brands are the city's, want 4", len(files.Items))
	}
	for _, b := range files.Items {
		if len(b.Evidence) == 0 {
			t.Errorf("%s is the city's without evidence", b.Name)
		}
		for _, e := range b.Evidence {
			if status, header, body := get(t, base+"/evidence/"+e.ID, token); status != 200 || header.Get("Content-Type") != "application/pdf" || len(body) != e.SizeBytes {
				t.Errorf("%s: the evidence is answered %d %s, %d of %d bytes", b.Name, status, header.Get("Content-Type"), len(body), e.SizeBytes)
			}
		}
		if b.Logo == nil {
			continue
		}
		if status, header, _ := get(t, base+"/evidence/"+b.Logo.ID, token); status != 200 || header.Get("Content-Type") != "image/png" {
			t.Errorf("%s: the logo is answered %d %s", b.Name, status, header.Get("Content-Type"))
		}
	}
}

// read decodes an answer.
func read(t *testing.T, url, token string, into any) {
	t.Helper()
	status, _, body := get(t, url, token)
	if err := json.Unmarshal(body, into); err != nil || status != 200 {
		t.Fatalf("%s is answered %d %.500s: %v", url, status, body, err)
	}
}

// TestDemoSparesTheRegistry refuses to remake the registry that the settings name.
func TestDemoSparesTheRegistry(t *testing.T) {
	t.Chdir(t.TempDir())
	ok(t, "migrate", "--database-url=file:"+demoFile)
	before, err := os.ReadFile(demoFile)
	if err != nil {
		t.Fatal(err)
	}
	var out, errs strings.Builder
	env := environ(map[string]string{"DATABASE_URL": "file:./" + demoFile})
	if code := run(t.Context(), []string{"serve", "--demo"}, env, &out, &errs); code != exitUsage || !strings.Contains(errs.String(), "DATABASE_URL") {
		t.Errorf("status %d, %s", code, errs.String())
	}
	if after, err := os.ReadFile(demoFile); err != nil || string(after) != string(before) {
		t.Errorf("the registry was touched: %v", err)
	}
}
