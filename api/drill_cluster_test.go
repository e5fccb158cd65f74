//go:build postgres

package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// node is a server of PostgreSQL with a data directory of its own, on loopback.
type node struct {
	data string
	port int
}

// bin returns a program of the newest server that is installed.
func bin(t *testing.T, name string) string {
	t.Helper()
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/" + name)
	if err != nil || len(found) == 0 {
		path, err := exec.LookPath(name)
		if err != nil {
			t.Fatalf("%s is not installed: install PostgreSQL's server", name)
		}
		return path
	}
	slices.SortFunc(found, func(a, b string) int { return len(a) - len(b) + strings.Compare(a, b) })
	return found[len(found)-1]
}

// asServer makes a command run as a user that is not root, which a server refuses to be.
func asServer(t *testing.T, cmd *exec.Cmd) *exec.Cmd {
	t.Helper()
	cmd.Dir = "/"
	if os.Getuid() != 0 {
		return cmd
	}
	uid, gid := serverUser(t)
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}
	return cmd
}

func serverUser(t *testing.T) (uid, gid int) {
	t.Helper()
	u, err := user.Lookup("postgres")
	if err != nil {
		t.Fatal(err)
	}
	uid, err = strconv.Atoi(u.Uid)
	if err == nil {
		gid, err = strconv.Atoi(u.Gid)
	}
	if err != nil {
		t.Fatal(err)
	}
	return uid, gid
}

func runServer(t *testing.T, name string, args ...string) {
	t.Helper()
	cmd := asServer(t, exec.CommandContext(t.Context(), bin(t, name), args...))
	cmd.WaitDelay = time.Second // what a server inherits stays open
	if out, err := cmd.CombinedOutput(); err != nil && !strings.Contains(err.Error(), "WaitDelay") {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
}

// newNode makes room for a server, which is stopped and gone when the test ends.
func newNode(t *testing.T) *node {
	t.Helper()
	dir, err := os.MkdirTemp("", "drill")
	if err != nil {
		t.Fatal(err)
	}
	if os.Getuid() == 0 {
		uid, gid := serverUser(t)
		if err := os.Chown(dir, uid, gid); err != nil {
			t.Fatal(err)
		}
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	n := &node{data: filepath.Join(dir, "data"), port: listener.Addr().(*net.TCPAddr).Port}
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		n.kill(t)
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return n
}

// newPrimary starts a server with the settings of the manual, docs/operations.md.
func newPrimary(t *testing.T) *node {
	t.Helper()
	n := newNode(t)
	runServer(t, "initdb", "-D", n.data, "-U", "postgres", "--auth", "trust", "--encoding", "UTF8", "--locale", "C.UTF-8", "--data-checksums")
	n.configure(t, `
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
wal_log_hints = on
wal_keep_size = 256MB
wal_retrieve_retry_interval = 500ms
`)
	n.start(t)
	return n
}

func (n *node) configure(t *testing.T, text string) {
	t.Helper()
	f, err := os.OpenFile(filepath.Join(n.data, "postgresql.conf"), os.O_APPEND|os.O_WRONLY, 0)
	if err == nil {
		_, err = f.WriteString(text)
		err = joined(err, f.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
}

func joined(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// start runs the server on its own port, whatever its files, which pg_rewind copies, say.
func (n *node) start(t *testing.T) {
	t.Helper()
	runServer(t, "pg_ctl", "-D", n.data, "-l", n.data+".log", "-o", fmt.Sprintf("-p %d", n.port), "-w", "start")
}

// standby makes a server that follows this one.
func (n *node) standby(t *testing.T) *node {
	t.Helper()
	s := newNode(t)
	runServer(t, "pg_basebackup", "-D", s.data, "-d", n.conninfo(), "-R", "-X", "stream", "-c", "fast")
	s.start(t)
	n.awaitStreaming(t)
	return s
}

func (n *node) conninfo() string {
	return fmt.Sprintf("host=127.0.0.1 port=%d user=postgres dbname=postgres", n.port)
}

func (n *node) promote(t *testing.T) {
	t.Helper()
	runServer(t, "pg_ctl", "-D", n.data, "-w", "promote")
}

// synchronous makes a commit wait until a standby has it.
func (n *node) synchronous(t *testing.T) {
	t.Helper()
	n.exec(t, "ALTER SYSTEM SET synchronous_standby_names = '*'")
	n.exec(t, "SELECT pg_reload_conf()")
	n.await(t, "SELECT sync_state = 'sync' FROM pg_stat_replication")
}

func (n *node) awaitStreaming(t *testing.T) {
	t.Helper()
	n.await(t, "SELECT state = 'streaming' FROM pg_stat_replication")
}

// rejoin makes what was the primary a standby of the one that was promoted.
func (n *node) rejoin(t *testing.T, primary *node) {
	t.Helper()
	primary.exec(t, "CHECKPOINT") // else pg_rewind reads the old timeline from its control file
	runServer(t, "pg_rewind", "-D", n.data, "--source-server", primary.conninfo(), "--write-recovery-conf")
	n.start(t)
	primary.awaitStreaming(t)
}

// children are the processes of a server, the first its postmaster.
func (n *node) processes() (pids []int) {
	file, err := os.ReadFile(filepath.Join(n.data, "postmaster.pid"))
	if err != nil {
		return nil
	}
	first, _, _ := strings.Cut(string(file), "\n")
	postmaster, err := strconv.Atoi(strings.TrimSpace(first))
	if err != nil {
		return nil
	}
	pids = append(pids, postmaster)
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, stat := range stats {
		text, err := os.ReadFile(stat)
		if err != nil {
			continue // ended meanwhile
		}
		_, rest, _ := strings.Cut(string(text), ") ")
		if fields := strings.Fields(rest); len(fields) > 1 && fields[1] == strconv.Itoa(postmaster) {
			if pid, err := strconv.Atoi(filepath.Base(filepath.Dir(stat))); err == nil {
				pids = append(pids, pid)
			}
		}
	}
	return pids
}

// kill ends a server as a power cut would: all its processes at once.
func (n *node) kill(t *testing.T) {
	t.Helper()
	pids := n.processes()
	for _, signal := range []syscall.Signal{syscall.SIGSTOP, syscall.SIGKILL} {
		for _, pid := range pids {
			_ = syscall.Kill(pid, signal) // it may have ended
		}
	}
	waitFor(t, "the server's processes to end", func() bool { return !slices.ContainsFunc(pids, alive) })
	_ = os.Remove(filepath.Join(n.data, "postmaster.pid"))
}

// alive reports whether a process runs; a zombie does not.
func alive(pid int) bool {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	_, rest, _ := strings.Cut(string(text), ") ")
	return err == nil && !strings.HasPrefix(rest, "Z")
}

// walSender is the process that feeds the standby.
func (n *node) walSender(t *testing.T) int {
	t.Helper()
	var pid int
	n.query(t, "SELECT pid FROM pg_stat_replication", &pid)
	return pid
}

func (n *node) connect(t *testing.T) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), n.conninfo())
	if err != nil {
		t.Fatal(err)
	}
	return conn
}

func (n *node) exec(t *testing.T, statement string) {
	t.Helper()
	conn := n.connect(t)
	defer conn.Close(context.Background())
	if _, err := conn.Exec(t.Context(), statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

func (n *node) query(t *testing.T, query string, into ...any) {
	t.Helper()
	conn := n.connect(t)
	defer conn.Close(context.Background())
	if err := conn.QueryRow(t.Context(), query).Scan(into...); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
}

// await waits until a query yields true.
func (n *node) await(t *testing.T, query string) {
	t.Helper()
	conn := n.connect(t)
	defer conn.Close(context.Background())
	waitFor(t, query, func() bool {
		var yes bool
		return conn.QueryRow(t.Context(), query).Scan(&yes) == nil && yes
	})
}

// column are the values of a query's one column.
func (n *node) column(t *testing.T, query string) []string {
	t.Helper()
	conn := n.connect(t)
	defer conn.Close(context.Background())
	rows, err := conn.Query(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	values, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	return values
}
