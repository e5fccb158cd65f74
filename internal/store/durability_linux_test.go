package store

import (
	"brandregistry/internal/fault"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"unsafe"
)

// That a commit reaches the disk no kill can prove, for the kernel keeps what it was given. So the
// test runs this binary again under ptrace, which Linux lets any process do to its own child, and
// holds every acknowledgment against the system calls before it.

// childURL names the environment variable that makes this binary the child: it holds the database's
// URL. childSynchronous holds a synchronous mode that the child switches to, or nothing.
const (
	childURL         = "REGISTRY_TEST_CHILD_URL"
	childSynchronous = "REGISTRY_TEST_CHILD_SYNCHRONOUS"
	childUpdates     = 25
)

func TestMain(m *testing.M) {
	if url := os.Getenv(childURL); url != "" {
		if err := commitAndAcknowledge(url, os.Getenv(childSynchronous)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// commitAndAcknowledge writes a line to standard output after every update.
func commitAndAcknowledge(url, synchronous string) error {
	s, err := Open(context.Background(), Options{URL: url}, false)
	if err != nil {
		return err
	}
	if synchronous != "" {
		w := <-s.writer
		if _, err := w.ExecContext(context.Background(), "PRAGMA synchronous = "+synchronous); err != nil {
			return err
		}
		s.writer <- w
	}
	for i := range childUpdates {
		if err := s.Update(context.Background(), By{}, func(w *Writer) error { return addArea(w, i) }); err != nil {
			return err
		}
		if _, err := os.Stdout.WriteString("acknowledged\n"); err != nil {
			return err
		}
	}
	return nil
}

func TestEveryCommitIsSynced(t *testing.T) {
	for _, mode := range []struct {
		synchronous string
		least, most int
	}{
		{"", childUpdates, childUpdates}, // as the program runs
		{"OFF", 0, 0},                    // the controls: the count can be less
		{"NORMAL", 0, 1},                 // syncs at checkpoints
	} {
		t.Run("synchronous "+mode.synchronous, func(t *testing.T) {
			url := "file:" + filepath.Join(t.TempDir(), "registry.db")
			s, err := Open(background, Options{URL: url}, true)
			if err != nil {
				t.Fatal(err)
			}
			update(t, s, func(*Writer) error { return nil })
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			saw, err := watchChild(url, mode.synchronous)
			t.Logf("%+v", saw)
			if err != nil || saw.acknowledged != childUpdates || saw.synced < mode.least || saw.synced > mode.most {
				t.Errorf("%v: %d of %d acknowledged commits were on disk, want %d to %d", err, saw.synced, saw.acknowledged, mode.least, mode.most)
			}
		})
	}
}

// sight is what was seen of a child.
type sight struct {
	acknowledged int
	synced       int  // acknowledgments before which the log was written and, after the last write, synced
	syncs        int  // of the log
	written      bool // since the last acknowledgment
	pending      bool // written and not synced
}

func (s *sight) call(process int, nr uint64, args [6]uint64) {
	log := func() bool {
		path, err := os.Readlink(fmt.Sprintf("/proc/%d/fd/%d", process, args[0]))
		return err == nil && strings.HasSuffix(path, "-wal")
	}
	switch nr {
	case syscall.SYS_WRITE, syscall.SYS_PWRITE64:
		switch {
		case args[0] == uint64(syscall.Stdout):
			s.acknowledged++
			if s.written && !s.pending {
				s.synced++
			}
			s.written = false
		case log():
			s.written, s.pending = true, true
		}
	case syscall.SYS_FSYNC, syscall.SYS_FDATASYNC:
		if log() {
			s.syncs++
			s.pending = false
		}
	}
}

// watchChild runs the child to its end and looks at its system calls.
func watchChild(url, synchronous string) (saw sight, err error) {
	runtime.LockOSThread() // a tracer is a thread
	defer runtime.UnlockOSThread()
	path, err := os.Executable()
	if err != nil {
		return saw, err
	}
	cmd := exec.Command(path)
	cmd.Env = append(os.Environ(), childURL+"="+url, childSynchronous+"="+synchronous)
	cmd.Stderr = os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Ptrace: true, Setpgid: true}
	if err := cmd.Start(); err != nil {
		return saw, err
	}
	child := cmd.Process.Pid
	defer cmd.Process.Release()
	var status syscall.WaitStatus
	if _, err := syscall.Wait4(child, &status, 0, nil); err != nil {
		return saw, err
	}
	const options = syscall.PTRACE_O_TRACECLONE | syscall.PTRACE_O_TRACESYSGOOD | 0x100000 // EXITKILL: it ends with its tracer
	if err := syscall.PtraceSetOptions(child, options); err != nil {
		return saw, errors.Join(err, cmd.Process.Kill())
	}
	known := map[int]bool{child: true}
	for thread, signal := child, 0; ; {
		if err := syscall.PtraceSyscall(thread, signal); err != nil && !errors.Is(err, syscall.ESRCH) { // a thread may be gone
			return saw, errors.Join(err, cmd.Process.Kill())
		}
		if thread, err = syscall.Wait4(-child, &status, syscall.WALL, nil); err != nil {
			return saw, errors.Join(err, cmd.Process.Kill())
		}
		signal = 0
		switch {
		case status.Exited() || status.Signaled():
			if thread == child {
				if status.ExitStatus() != 0 {
					err = fmt.Errorf("the child ended with status %#x", status)
				}
				return saw, err
			}
		case status.StopSignal() == syscall.SIGTRAP|0x80: // at a system call
			nr, args, entry, err := systemCall(thread)
			if err == nil && entry {
				saw.call(child, nr, args)
			}
		case status.StopSignal() == syscall.SIGTRAP: // a clone
		case status.StopSignal() == syscall.SIGSTOP && !known[thread]: // a new thread
			known[thread] = true
		default:
			signal = int(status.StopSignal()) // is passed on
		}
	}
}

// systemCall asks what system call a stopped thread is at, in a form that is the same on every
// processor (PTRACE_GET_SYSCALL_INFO of ptrace(2)).
func systemCall(thread int) (nr uint64, args [6]uint64, entry bool, err error) {
	const getSyscallInfo, opEntry = 0x420e, 1
	var info struct {
		op     uint8
		_      [3]uint8
		arch   uint32
		ip, sp uint64
		nr     uint64
		args   [6]uint64
		_      uint64
	}
	_, _, errno := syscall.Syscall6(syscall.SYS_PTRACE, getSyscallInfo, uintptr(thread), unsafe.Sizeof(info), uintptr(unsafe.Pointer(&info)), 0, 0)
	if errno != 0 {
		return 0, args, false, errno
	}
	return info.nr, info.args, info.op == opEntry, nil
}

// A disk that fails in the middle of a COMMIT: nobody knows the outcome, and the next update works.
func TestDiskFailsAtCommit(t *testing.T) {
	dir := t.TempDir()
	s, err := Open(background, Options{URL: "file:" + filepath.Join(dir, "registry.db")}, true)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	update(t, s, func(w *Writer) error { return addArea(w, 0) })
	log, err := os.Stat(filepath.Join(dir, "registry.db-wal"))
	if err != nil {
		t.Fatal(err)
	}
	signal.Ignore(syscall.SIGXFSZ)
	defer signal.Reset(syscall.SIGXFSZ)
	var was syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &was); err != nil {
		t.Fatal(err)
	}
	limit := was
	limit.Cur = uint64(log.Size()) + 1000 // the commit needs pages
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		t.Fatal(err)
	}
	err = s.Update(background, By{}, func(w *Writer) error { return addArea(w, 1) })
	unready := s.CheckReady(background)
	if e := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &was); e != nil {
		t.Fatal(e)
	}
	if !fault.Is(err, fault.Unavailable) {
		t.Errorf("a COMMIT on a failing disk: %v, want unavailable", err)
	}
	var unwritable Unwritable
	if !errors.As(unready, &unwritable) {
		t.Errorf("readiness on a failing disk: %v", unready)
	}
	if err := s.CheckReady(background); err != nil {
		t.Errorf("readiness when the disk works again: %v", err)
	}
	update(t, s, func(w *Writer) error { return addArea(w, 2) })
	if areas, events := count(t, s); areas != 2 || events != 2 {
		t.Errorf("%d areas, %d events; want 2, 2", areas, events)
	}
}
