//go:build unix

package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestReadOnlyFileIsRefused: a file that its mode keeps the server from writing is refused at start, by
// serve and by every subcommand that writes, with its owner and its mode, and nothing is left beside it.
func TestReadOnlyFileIsRefused(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	t.Setenv("DATABASE_URL", "file:registry.db")
	start(t).stop()
	program := filepath.Join(dir, "program")
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	nobody := &syscall.SysProcAttr{}
	if os.Getuid() == 0 { // whom no mode keeps from writing
		nobody.Credential = &syscall.Credential{Uid: 65534, Gid: 65534, NoSetGroups: true}
		must(errors.Join(os.Chmod(filepath.Dir(dir), 0o755), os.Chmod(dir, 0o777), os.Chown("registry.db", 65534, 65534)))
	}
	build := exec.CommandContext(t.Context(), "go", "build", "-o", program, ".")
	build.Dir = source
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	must(os.Chmod("registry.db", 0o444))
	for _, args := range [][]string{{"serve"}, {"migrate"}, {"token", "create", "admin"}, {"clock", "reset"}} {
		cmd := exec.CommandContext(t.Context(), program, args...)
		cmd.SysProcAttr, cmd.Env = nobody, append(os.Environ(), "LISTEN=127.0.0.1:0", "TMPDIR="+dir)
		out, err := cmd.CombinedOutput()
		if err == nil || cmd.ProcessState.ExitCode() != exitUsage || !strings.Contains(string(out), "registry.db（属主 ") || !strings.Contains(string(out), "权限 0444") {
			t.Errorf("%v: %v, %s", args, err, out)
		}
	}
	if left, err := filepath.Glob("registry.db-*"); err != nil || len(left) > 0 {
		t.Errorf("%v is left, %v", left, err)
	}
}

// source is the directory of the program, where the tests begin.
var source, _ = os.Getwd()
