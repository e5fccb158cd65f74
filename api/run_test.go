package main

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"brandregistry/docs"
	"brandregistry/internal/store/storetest"
)

// elsewhere changes to a directory of the test's own, where it has a database of its own: a file
// there, or a schema of PostgreSQL where tests run on that.
func elsewhere(t *testing.T) {
	t.Helper()
	t.Chdir(t.TempDir())
	url := "file:registry.db"
	if storetest.Server() != "" {
		url = storetest.Schema(t)
	}
	t.Setenv("DATABASE_URL", url)
}

// command runs the program in the working directory and returns its status and what it printed.
func command(t *testing.T, args ...string) (code int, out, errs string) {
	t.Helper()
	var o, e strings.Builder
	code = run(context.Background(), args, environ(map[string]string{"AREA": "330109"}), &o, &e)
	return code, o.String(), e.String()
}

// ok runs the program and fails the test unless it succeeds.
func ok(t *testing.T, args ...string) string {
	t.Helper()
	code, out, errs := command(t, args...)
	if code != exitOK {
		t.Fatalf("%v: status %d: %s%s", args, code, out, errs)
	}
	return out
}

// lines is a standard output that can be read while it is written.
type lines struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// running is the program serving within the test.
type running struct {
	url       string
	out, errs *lines
	stop      func() int // asks it to stop and returns its status
}

var address = regexp.MustCompile(`(?m)^listening on (http://127\.0\.0\.1:\d+)\n`)

// start serves in the working directory until stop, or the end of the test.
func start(t *testing.T, args ...string) running {
	t.Helper()
	return startIn(t, map[string]string{"AREA": "330109", "LISTEN": "127.0.0.1:0"}, args...)
}

// startIn is start in an environment.
func startIn(t *testing.T, env map[string]string, args ...string) running {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	r := running{out: &lines{}, errs: &lines{}}
	status := make(chan int, 1)
	go func() { status <- run(ctx, append([]string{"serve"}, args...), environ(env), r.out, r.errs) }()
	r.stop = sync.OnceValue(func() int {
		cancel()
		return <-status
	})
	t.Cleanup(func() { r.stop() })
	waitFor(t, "the address, or the end", func() bool { return address.MatchString(r.out.String()) || len(status) > 0 })
	m := address.FindStringSubmatch(r.out.String())
	if m == nil {
		t.Fatalf("it does not listen: %s%s", r.out, r.errs)
	}
	r.url = m[1]
	return r
}

var metricsAddress = regexp.MustCompile(`"msg":"metrics","address":"(127\.0\.0\.1:\d+)"`)

// metrics is the URL of the metrics of a server that was started with --metrics-listen.
func (r running) metrics(t *testing.T) string {
	t.Helper()
	m := metricsAddress.FindStringSubmatch(r.errs.String())
	if m == nil {
		t.Fatalf("no address of the metrics: %s", r.errs)
	}
	return "http://" + m[1] + "/metrics"
}

// get reads a URL; token may be "".
func get(t *testing.T, url, token string) (status int, header http.Header, body []byte) {
	t.Helper()
	req, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if body, err = io.ReadAll(answer.Body); err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, answer.Header, body
}

func TestHelpAndMistakes(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, args := range [][]string{
		{"--help"}, {"serve", "--help"}, {"migrate", "--help"}, {"areas", "import", "--help"}, {"account", "create", "--help"},
		{"token", "create", "--help"}, {"token", "revoke", "--help"}, {"check", "--help"}, {"copy", "--help"}, {"backup", "--help"}, {"restore", "--help"}, {"openapi", "--help"}, {"health", "--help"}, {"version", "--help"},
	} {
		out := ok(t, args...)
		if !strings.Contains(out, "DATABASE_URL：数据库") || !strings.Contains(out, "Usage: brandregistry") {
			t.Errorf("%v says %s", args, out)
		}
	}
	for _, args := range [][]string{
		{}, {"nonsense"}, {"serve", "--no-such-flag"}, {"token", "revoke"}, {"areas", "import", "missing.csv"}, {"account", "create", "x"},
		{"account", "create", "clerk-1", "--display-name=x", "--role=clerk", "--area-code=12345"},
		{"token", "create", "admin", "--days=0"}, {"token", "create", "admin", "--days=367"},
		{"check"}, {"token", "create", "admin"}, {"backup", "backup.db"}, // there is no registry
		{"backup"}, {"restore"}, {"restore", "missing.db"},
		{"copy"}, {"copy", "--from=file:a.db"}, {"copy", "--from=file:a.db", "--to=b.db"}, {"copy", "--from=file:missing.db", "--to=file:b.db"},
		{"copy", "--from=file:a.db", "--to=host=db password=secret"},
		{"serve", "--demo", "--database-url=file:other.db"},
	} {
		if code, out, errs := command(t, args...); code != exitUsage || errs == "" || out != "" {
			t.Errorf("%v: status %d, out %q, err %q", args, code, out, errs)
		}
	}
	if left, _ := filepath.Glob("*"); len(left) > 0 {
		t.Errorf("a refused command left %v", left)
	}
	if got := ok(t, "openapi"); got != string(docs.OpenAPIJSON) {
		t.Error("openapi does not print the document")
	}
	if got := ok(t, "openapi", "--yaml"); got != string(docs.OpenAPIYAML) {
		t.Error("openapi --yaml does not print the document")
	}
	if out := ok(t, "version"); !strings.HasPrefix(out, "brandregistry ") {
		t.Errorf("version prints %q", out)
	}
}

// TestCommands lives an operator's first day.
func TestCommands(t *testing.T) {
	elsewhere(t)
	write(t, "areas.csv", "code,name\n33,浙江省\n3301,杭州市\n330109,萧山区\n330109001,城厢街道\n330109401,开发区\n")
	write(t, "wrong.csv", "code,name\n330109001,城厢街道\n3301099,多一位\n")
	if code, _, errs := command(t, "areas", "import", "wrong.csv"); code != exitFailed || !strings.Contains(errs, "3301099") {
		t.Errorf("a wrong catalogue: status %d, %s", code, errs)
	}
	if out := ok(t, "areas", "import", "areas.csv"); !strings.Contains(out, "新增 6 个") { // and the nation
		t.Errorf("import says %s", out)
	}
	if out := ok(t, "areas", "import", "areas.csv"); !strings.Contains(out, "5 个没有变化") {
		t.Errorf("the second import says %s", out)
	}
	write(t, "password", "lantern-river-copper-39\n")
	out := ok(t, "account", "create", "clerk-1", "--display-name=城厢填报员", "--role=clerk", "--area-code=330109001", "--password-file=password")
	if !strings.Contains(out, "role=clerk area=330109001 username=clerk-1") {
		t.Errorf("account create says %s", out)
	}
	for _, args := range [][]string{
		{"account", "create", "clerk-1", "--display-name=又一个", "--role=clerk", "--area-code=330109001"},
		{"account", "create", "Clerk", "--display-name=x", "--role=clerk", "--area-code=330109001"},
		{"account", "create", "clerk-2", "--display-name=x", "--role=boss", "--area-code=330109001"},
		{"account", "create", "clerk-2", "--display-name=x", "--role=clerk", "--area-code=440106"},
		{"token", "create", "nobody"},
		{"token", "revoke", "01890a5d-ac96-774b-bcce-b302099a8057"},
	} {
		if code, _, errs := command(t, args...); code != exitFailed || errs == "" {
			t.Errorf("%v: status %d, %q", args, code, errs)
		}
	}
	made := regexp.MustCompile(`^token id=(\S+) username=clerk-1 expires_at=\S+ token=(br_\S{49})\n$`).FindStringSubmatch(ok(t, "token", "create", "clerk-1", "--days=7"))
	if made == nil {
		t.Fatal("token create prints no token")
	}
	r := start(t)
	if strings.Contains(r.out.String(), "first-token") {
		t.Error("a registry with an account prints another first token")
	}
	if status, _, body := get(t, r.url+"/api/v1/me", made[2]); status != http.StatusOK || !strings.Contains(string(body), "clerk-1") {
		t.Errorf("the token is answered %d: %s", status, body)
	}
	ok(t, "token", "revoke", made[1]) // while the server runs
	if status, _, _ := get(t, r.url+"/api/v1/me", made[2]); status != http.StatusUnauthorized {
		t.Errorf("the revoked token is answered %d", status)
	}
	if code := r.stop(); code != exitOK {
		t.Errorf("status %d: %s", code, r.errs)
	}
	ok(t, "check", "--write-heads=heads")
	ok(t, "account", "create", "clerk-2", "--display-name=填报员", "--role=clerk", "--area-code=330109001")
	if out := ok(t, "check", "--heads=heads"); !strings.Contains(out, "未发现问题") {
		t.Errorf("check says %s", out)
	}
	heads, err := os.ReadFile("heads")
	if err != nil {
		t.Fatal(err)
	}
	write(t, "heads", strings.ReplaceAll(string(heads), "330109 ", "330109 9"))
	if code, out, _ := command(t, "check", "--heads=heads", "--write-heads=heads"); code != exitFailed || !strings.Contains(out, "audit_events 330109/9") {
		t.Errorf("a head that the chain does not reach: status %d, %s", code, out)
	}
	write(t, "heads", "330109 1 abc\n")
	if code, _, errs := command(t, "check", "--heads=heads"); code != exitUsage || !strings.Contains(errs, "第 1 行") {
		t.Errorf("a malformed file of heads: status %d, %s", code, errs)
	}

	from := os.Getenv("DATABASE_URL")
	if out := ok(t, "copy", "--from="+from, "--to=file:copy.db"); !strings.Contains(out, "复制了 20 张表") || !strings.Contains(out, "check 未发现问题") {
		t.Errorf("copy says %s", out)
	}
	if code, out, errs := command(t, "copy", "--from="+from, "--to=file:copy.db"); code != exitUsage || out != "" || !strings.Contains(errs, "目标库不是空的") {
		t.Errorf("a copy over a copy: status %d, %s%s", code, out, errs)
	}
	ok(t, "account", "create", "clerk-3", "--display-name=填报员", "--role=clerk", "--area-code=330109001", "--database-url=file:copy.db")
}

func write(t *testing.T, name, content string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestFirstStart(t *testing.T) {
	elsewhere(t)
	r := start(t)
	m := regexp.MustCompile(`(?m)^first-token role=admin area=330109 username=admin token=(br_\S{49})\n`).FindAllStringSubmatch(r.out.String(), -1)
	if len(m) != 1 {
		t.Fatalf("the first start prints %s", r.out)
	}
	token := m[0][1]
	status, _, body := get(t, r.url+"/api/v1/me", token)
	var me struct {
		Account struct {
			Role     string `json:"role"`
			AreaCode string `json:"area_code"`
		} `json:"account"`
	}
	if err := json.Unmarshal(body, &me); err != nil || status != http.StatusOK || me.Account.Role != "admin" || me.Account.AreaCode != "330109" {
		t.Errorf("the first token is answered %d %s, %v", status, body, err)
	}
	if code := r.stop(); code != exitOK {
		t.Errorf("status %d", code)
	}
	again := start(t)
	if strings.Contains(again.out.String(), "token") {
		t.Errorf("the second start prints %s", again.out)
	}
	if status, _, _ := get(t, again.url+"/api/v1/me", token); status != http.StatusOK {
		t.Errorf("after a restart the first token is answered %d", status)
	}
	again.stop()
	ok(t, "check")
}

// TestFirstStartOfTheNation starts with the nation as its root: the registry holds any area.
func TestFirstStartOfTheNation(t *testing.T) {
	elsewhere(t)
	r := startIn(t, map[string]string{"LISTEN": "127.0.0.1:0", "AREA": "0"})
	if !strings.Contains(r.out.String(), "first-token role=admin area=0 username=admin token=br_") {
		t.Fatalf("the first start prints %s", r.out)
	}
	status, _, body := get(t, r.url+"/api/v1/areas/0", tokenShape.FindString(r.out.String()))
	if status != http.StatusOK || !strings.Contains(string(body), "全国") {
		t.Errorf("the root is answered %d %s", status, body)
	}
}
