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
