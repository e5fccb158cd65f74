package main

import (
	"context"
	"errors"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"brandregistry/internal/audit"
	"brandregistry/internal/catalog"
	"brandregistry/internal/period"
	"brandregistry/internal/store"
)

// openLater opens the working directory's registry by a clock that is so far ahead.
func openLater(t *testing.T, ahead time.Duration) *store.Store {
	t.Helper()
	s, err := store.Open(context.Background(), store.Options{
		URL: os.Getenv("DATABASE_URL"), Calendar: period.Calendar{Frequency: period.Quarterly, Location: time.UTC}, Clock: func() time.Time { return time.Now().Add(ahead) },
	}, false)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// TestClockAhead: a registry whose newest stamp is of the future is served, but not ready; every
// subcommand that writes is refused, and check fails.
func TestClockAhead(t *testing.T) {
	elsewhere(t)
	first := start(t)
	token := regexp.MustCompile(`token=(br_\S+)`).FindStringSubmatch(first.out.String())[1]
	update := func(*store.Writer) error { return nil }
	if err := openLater(t, 400*24*time.Hour).Update(context.Background(), store.By{}, update); err != nil { // a server whose date is wrong
		t.Fatal(err)
	}
	bothTimes := regexp.MustCompile(`库中最近一次写入的时刻是 20\d\d-\d\d-\d\dT\S+，本机的时钟是 20\d\d-\d\d-\d\dT`)
	ready := func(r running) {
		t.Helper()
		status, _, body := get(t, r.url+"/readyz", "")
		if status != http.StatusServiceUnavailable || !bothTimes.Match(body) {
			t.Errorf("ready: %d %s", status, body)
		}
		if status, _, body := get(t, r.url+"/api/v1/me", token); status != http.StatusOK {
			t.Errorf("a read: %d %s", status, body)
		}
	}
	ready(first)
	first.stop()
	second := start(t)
	if log := second.errs.String(); !strings.Contains(log, "not ready: what is written will be refused") || !bothTimes.MatchString(log) {
		t.Errorf("at start it logs %s", log)
	}
	ready(second)
	write(t, "areas.csv", "code,name\n330109,萧山区\n")
	for _, args := range [][]string{
		{"areas", "import", "areas.csv"},
		{"account", "create", "li.wei", "--display-name", "李伟", "--role", "clerk", "--area-code", "330109"},
		{"token", "create", "admin"},
		{"token", "revoke", "01890a5d-ac96-774b-bcce-b302099a8058"},
	} {
		if code, out, errs := command(t, args...); code != exitFailed || !strings.Contains(errs, "服务器的日期可能不对") || !bothTimes.MatchString(errs) {
			t.Errorf("%v: status %d, %s%s", args, code, out, errs)
		}
	}
	second.stop()
	if code, out, _ := command(t, "check"); code != exitFailed || !strings.Contains(out, "clock 1 at：是将来的时刻") {
		t.Errorf("check: status %d, %s", code, out)
	}
	if out := ok(t, "clock", "reset"); !strings.Contains(out, "时钟已从 20") {
		t.Errorf("clock reset prints %s", out)
	}
	ok(t, "areas", "import", "areas.csv")
	ok(t, "check")
	if status, _, body := get(t, start(t).url+"/readyz", ""); status != http.StatusOK {
		t.Errorf("ready after the reset: %d %s", status, body)
	}
}

// TestRestoreAfterWrongDate lives through the way out of operations.md where events bear stamps of the
// future: check lists them, clock reset refuses, the backup is put back, and the heads noted before prove
// that nothing older is lost.
func TestRestoreAfterWrongDate(t *testing.T) {
	t.Chdir(t.TempDir())
	t.Setenv("DATABASE_URL", "file:registry.db")
	start(t).stop()
	ok(t, "check", "--write-heads", "heads.txt")
	ok(t, "backup", "backup.db")
	later := openLater(t, 400*24*time.Hour)
	err := later.Update(context.Background(), operator("330109"), func(tx *store.Writer) error {
		_, _, err := catalog.Put(tx, "330109", audit.Precondition{Any: true}, catalog.Input{Name: "萧山区"})
		return err
	})
	if err := errors.Join(err, later.Close()); err != nil {
		t.Fatal(err)
	}
	if code, out, _ := command(t, "check"); code != exitFailed || !strings.Contains(out, "（area.edit areas/330109，操作人 operator）") || !strings.Contains(out, "areas 330109/") {
		t.Errorf("check: status %d, %s", code, out)
	}
	if code, _, errs := command(t, "clock", "reset"); code != exitFailed || !strings.Contains(errs, "有 1 条审计事件带着将来的时刻") {
		t.Errorf("clock reset: status %d, %s", code, errs)
	}
	ok(t, "restore", "backup.db")
	ok(t, "check", "--heads", "heads.txt")
	ok(t, "token", "create", "admin")
	if status, _, body := get(t, start(t).url+"/readyz", ""); status != http.StatusOK {
		t.Errorf("ready after the restore: %d %s", status, body)
	}
}

// TestServeRefuses: what the server could not work with is found at start, and named with the mend.
func TestServeRefuses(t *testing.T) {
	t.Chdir(t.TempDir())
	t.Setenv("DATABASE_URL", "file:registry.db")
	start(t).stop()
	write(t, "plain", "")
	serve := func(variable, value string) (int, string) {
		t.Setenv(variable, value)
		var out, errs lines
		code := run(t.Context(), []string{"serve"}, environ(map[string]string{"LISTEN": "127.0.0.1:0"}), &out, &errs)
		return code, errs.String()
	}
	for _, tt := range []struct{ variable, value, want string }{
		{"DATABASE_URL", "file:none/registry.db", "/none 不存在，请先建立，或核对 DATABASE_URL"},
		{"DATABASE_URL", "file:plain/registry.db", "/plain 不是文件夹"},
		{"TMPDIR", "nowhere", "临时文件夹 nowhere 不能写入"},
		{"TMPDIR", "plain", "或把 TMPDIR 设为另一个可写的文件夹"},
	} {
		if code, errs := serve(tt.variable, tt.value); code != exitUsage || !strings.Contains(errs, tt.want) {
			t.Errorf("%s=%s: status %d, %s", tt.variable, tt.value, code, errs)
		}
	}
}
