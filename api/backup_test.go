package main

import (
	"database/sql"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// onFile changes to a directory of the test's own, with a registry in a file whatever tests run on.
func onFile(t *testing.T) {
	t.Helper()
	t.Chdir(t.TempDir())
	t.Setenv("DATABASE_URL", "file:registry.db")
}

// drill returns the steps of the drill on the page for operators.
func drill(t *testing.T) []string {
	t.Helper()
	page, err := os.ReadFile("../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	_, after, found := strings.Cut(string(page), "下面的步骤由测试逐条执行")
	_, after, begins := strings.Cut(after, "```sh\n")
	steps, _, ends := strings.Cut(after, "\n```")
	if !found || !begins || !ends {
		t.Fatal("the page has no steps")
	}
	return strings.Split(steps, "\n")
}

// TestRestoreDrill does what the page for operators says, and finds the registry as it was backed up.
func TestRestoreDrill(t *testing.T) {
	steps := drill(t)
	onFile(t)
	r := start(t)
	token := tokenShape.FindString(r.out.String())
	for _, step := range steps {
		if step == "systemctl stop brandregistry" { // what was written after the backup
			ok(t, "account", "create", "clerk-1", "--display-name=填报员", "--role=clerk", "--area-code=330109")
		}
		switch args := strings.Fields(step); {
		case step == "systemctl stop brandregistry":
			r.stop()
		case step == "systemctl start brandregistry":
			r = start(t)
		case args[0] == "brandregistry":
			ok(t, append(args[1:], "--listen="+strings.TrimPrefix(r.url, "http://"))...)
		default:
			t.Fatalf("step %q is none that this test can do", step)
		}
	}
	if status, _, body := get(t, r.url+"/api/v1/accounts", token); status != http.StatusOK || strings.Contains(string(body), "clerk-1") {
		t.Errorf("after the drill the accounts are answered %d %s", status, body)
	}
	aside, err := filepath.Glob("registry.db.replaced-*")
	if err != nil || len(aside) != 1 {
		t.Errorf("put aside are %v, %v", aside, err)
	}
}

// TestBackupAndRestoreSay what they did, and why they do not.
func TestBackupAndRestoreSay(t *testing.T) {
	onFile(t)
	r := start(t)
	out := ok(t, "backup", "backup.db")
	info, err := os.Stat("backup.db")
	if err != nil {
		t.Fatal(err)
	}
	if want := fmt.Sprintf("已备份到 backup.db，%d 字节", info.Size()); !strings.Contains(out, want) || !regexp.MustCompile(`(?m)^330109 \d+ [0-9a-f]{64}$`).MatchString(out) {
		t.Errorf("backup says %s; want %s and the heads", out, want)
	}
	refused := func(code int, want string, args ...string) {
		t.Helper()
		got, out, errs := command(t, args...)
		if got != code || !strings.Contains(errs, want) || out != "" {
			t.Errorf("%v: status %d, %s%s; want %d and %s", args, got, out, errs, code, want)
		}
	}
	refused(exitFailed, "已经存在", "backup", "backup.db")
	refused(exitFailed, "已经存在", "backup", "registry.db")
	refused(exitUsage, "不是文件名", "backup", "file:other.db")
	refused(exitFailed, fmt.Sprintf("正在使用中（进程号 %d）", os.Getpid()), "restore", "backup.db")
	for _, url := range []string{"postgres://registry:secret@127.0.0.1:1/registry", "postgresql://127.0.0.1:1/registry"} {
		refused(exitUsage, "pg_basebackup", "backup", "other.db", "--database-url="+url)
		refused(exitUsage, "pg_basebackup", "restore", "backup.db", "--database-url="+url)
		refused(exitUsage, "pg_dump", "backup", "other.db", "--database-url="+url)
	}
	r.stop()
	refused(exitUsage, "missing.db", "restore", "missing.db")
	refused(exitFailed, "自己", "restore", "registry.db")
	if out := ok(t, "restore", "backup.db"); !strings.Contains(out, "原有的文件改名为 ") || !strings.Contains(out, "已把 backup.db 恢复为 ") {
		t.Errorf("restore says %s", out)
	}
	ok(t, "check")
	write(t, "registry.db-restoring", "registry.db.replaced-20261128T000000Z\n") // a restore was interrupted
	if err := os.Rename("registry.db", "registry.db.replaced-20261128T000000Z"); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"check", "migrate", "serve"} {
		if code, out, errs := command(t, name, "--listen=127.0.0.1:0"); code == exitOK || out != "" || !strings.Contains(errs, "请再运行一次 restore") {
			t.Errorf("%s of a registry that is not restored yet: status %d, %s%s", name, code, out, errs)
		}
	}
	ok(t, "restore", "backup.db")
	ok(t, "check")
}

// TestEveryCommandLeavesForeignFilesAlone: neither written to, nor is anything left beside them.
func TestEveryCommandLeavesForeignFilesAlone(t *testing.T) {
	onFile(t)
	ok(t, "migrate", "--database-url=file:ours.db")
	write(t, "areas.csv", "code,name\n33,浙江省\n")
	write(t, "password", "lantern-river-copper-39\n")
	write(t, "text", "这不是数据库\n")
	foreign(t, "rollback")
	foreign(t, "wal", "PRAGMA journal_mode(WAL)")
	foreign(t, demoFile)
	before := files(t)
	for _, name := range []string{"rollback", "wal", "text"} {
		for _, args := range [][]string{
			{"serve"}, {"migrate"}, {"areas", "import", "areas.csv"},
			{"account", "create", "clerk-1", "--display-name=x", "--role=clerk", "--area-code=33"},
			{"token", "create", "admin"}, {"token", "revoke", "01890a5d-ac96-774b-bcce-b302099a8057"},
			{"check"}, {"backup", "backup.db"}, {"restore", "ours.db"},
		} {
			if name == "text" && args[0] == "restore" {
				continue // what a registry may have become is put aside, see TestRestoreOverDamage
			}
			args = append(args, "--database-url=file:"+name)
			if code, out, errs := command(t, append(args, "--listen=127.0.0.1:0")...); code == exitOK || out != "" || !strings.Contains(errs, "不是本系统的登记库") {
				t.Errorf("%v: status %d, %s%s", args, code, out, errs)
			}
		}
		for _, args := range [][]string{
			{"copy", "--from=file:" + name, "--to=file:copy.db"}, {"copy", "--from=file:ours.db", "--to=file:" + name}, {"restore", name, "--database-url=file:ours.db"}, {"serve", "--demo"},
		} {
			if code, out, errs := command(t, append(args, "--listen=127.0.0.1:0")...); code == exitOK || out != "" || !strings.Contains(errs, "不是本系统的登记库") {
				t.Errorf("%v: status %d, %s%s", args, code, out, errs)
			}
		}
	}
	if after := files(t); after != before {
		t.Errorf("the files were\n%s\nand are\n%s", before, after)
	}
}

// foreign makes a database of another program.
func foreign(t *testing.T, name string, first ...string) {
	t.Helper()
	db, err := sql.Open("sqlite", name)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, s := range append(first, "CREATE TABLE notes (text)") {
		if _, err := db.Exec(s); err != nil {
			t.Fatal(err)
		}
	}
}

// files tells the names and contents of the files in the working directory.
func files(t *testing.T) string {
	t.Helper()
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	for _, e := range entries {
		content, err := os.ReadFile(e.Name())
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&out, "%s %x\n", e.Name(), content[max(0, len(content)-200):])
	}
	return out.String()
}

// TestTakenPortLeavesTheDemoAlone: a second demo in the same directory, on the port of the first or
// another, deletes nothing under it.
func TestTakenPortLeavesTheDemoAlone(t *testing.T) {
	t.Chdir(t.TempDir())
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	ok(t, "migrate", "--database-url=file:"+demoFile)
	before := files(t)
	for _, flag := range []string{"--listen", "--metrics-listen"} {
		if code, _, errs := command(t, "serve", "--demo", flag+"="+taken.Addr().String()); code != exitFailed || !strings.Contains(errs, "无法监听") {
			t.Errorf("%s is taken: status %d, %s", flag, code, errs)
		}
		if code, _, errs := command(t, "serve", "--database-url=file:new.db", flag+"="+taken.Addr().String()); code != exitFailed || !strings.Contains(errs, "无法监听") {
			t.Errorf("%s is taken: status %d, %s", flag, code, errs)
		}
	}
	if after := files(t); after != before {
		t.Errorf("the files were\n%s\nand are\n%s", before, after)
	}
	r := start(t, "--database-url=file:"+demoFile)
	if code, _, errs := command(t, "serve", "--demo", "--listen=127.0.0.1:0"); code != exitFailed || !strings.Contains(errs, fmt.Sprintf("进程号 %d", os.Getpid())) {
		t.Errorf("a demo over a running one: status %d, %s", code, errs)
	}
	if status, _, body := get(t, r.url+"/readyz", ""); status != http.StatusOK {
		t.Errorf("the running one is answered %d %s", status, body)
	}
	ok(t, "check", "--database-url=file:"+demoFile)
}
