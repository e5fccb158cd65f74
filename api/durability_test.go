package main

import (
	"brandregistry/internal/store/storetest"
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The program is killed with SIGKILL while clients write, again and again, and started on the same
// database. The tests that use it prove that a write which was acknowledged is there afterwards, that
// versions never go back, that a request repeated under its Idempotency-Key takes effect once, and
// that `check` finds nothing. SIGKILL proves nothing about fsync: that is counted in
// durability_linux_test.go.

// executable is the built program with the environment of one registry.
type executable struct {
	path string
	env  []string
}

// buildProgram builds the program for a registry in a directory of its own.
func buildProgram(t *testing.T) executable {
	t.Helper()
	dir := t.TempDir()
	path := filepath.Join(dir, "registry")
	if out, err := exec.Command("go", "build", "-o", path, ".").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return executable{path: path, env: append(os.Environ(),
		"DATABASE_URL="+storetest.URL(t), "LISTEN=127.0.0.1:0", "AREA="+district, "LOG_LEVEL=error")}
}

const district = "330109"

// startTimeout bounds the wait for a started program's address.

var (
	listening  = regexp.MustCompile(`^listening on (http://\S+)$`)
	tokenShape = regexp.MustCompile(`br_[A-Za-z0-9_-]{49}`)
)

// process is the program serving.
type process struct {
	cmd   *exec.Cmd
	url   string
	token string // of the administrator; only the first start prints it
	errs  *strings.Builder
	ended chan struct{}

	addresses chan string
}

// serve starts the program and waits for its address. The process ends with the test.
func (p executable) serve(t *testing.T) *process {
	t.Helper()
	return p.start(t).await(t)
}

// start is serve that does not wait.
func (p executable) start(t *testing.T) *process {
	t.Helper()
	s := &process{addresses: make(chan string, 1), cmd: exec.Command(p.path, "serve"), errs: &strings.Builder{}, ended: make(chan struct{})}
	s.cmd.Env, s.cmd.Dir, s.cmd.Stderr = p.env, filepath.Dir(p.path), s.errs
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.kill)
	go func() {
		defer close(s.ended)
		announced := false
		for lines := bufio.NewScanner(out); lines.Scan(); {
			if m := listening.FindStringSubmatch(lines.Text()); m != nil && !announced {
				announced = true
				s.addresses <- m[1]
			} else if found := tokenShape.FindString(lines.Text()); found != "" && !announced {
				s.token = found
			}
		}
		_ = s.cmd.Wait() // killed: no exit status to look at
	}()
	return s
}

// await waits for the process to listen.
func (s *process) await(t *testing.T) *process {
	t.Helper()
	select {
	case s.url = <-s.addresses:
	case <-s.ended:
		t.Fatalf("serve ended before it listened: %s", s.errs)
	}
	return s
}

// kill ends the process at once, as a power cut would end it, and returns when it is gone.
func (s *process) kill() {
	_ = s.cmd.Process.Kill() // fails only when it has ended
	<-s.ended
}

// check runs the check subcommand and fails the test unless it finds nothing.
func (p executable) check(t *testing.T) {
	t.Helper()
	cmd := exec.Command(p.path, "check")
	cmd.Env, cmd.Dir = p.env, filepath.Dir(p.path)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatal(fmt.Errorf("check: %w\n%s", err, out))
	}
}
