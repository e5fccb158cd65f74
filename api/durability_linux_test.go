package main

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestAnswersComeAfterTheSync counts the fsync calls of the whole program by strace, which no write can
// pass by: one client writes, and before each answer there is one more that succeeded. It adds the
// network side to store's TestEveryCommitIsSynced, which needs no strace and has the controls.
func TestAnswersComeAfterTheSync(t *testing.T) {
	strace, err := exec.LookPath("strace")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("strace is needed to count fsync: apt-get install strace")
		}
		t.Log("there is no strace: store's TestEveryCommitIsSynced alone counts")
		return
	}
	p := buildProgram(t)
	log := filepath.Join(t.TempDir(), "fsync")
	s := p.serveUnder(t, strace, "-D", "-f", "-qq", "-e", "trace=fsync,fdatasync,sync_file_range", "-e", "signal=none", "-o", log)
	client := &http.Client{Transport: &http.Transport{Proxy: nil}, Timeout: 20 * time.Second}
	const writes = 40
	before := syncs(t, log)
	for n := range writes {
		if _, answered, err := post(client, s, s.token, fmt.Sprintf("synced-%d", n)); err != nil || !answered {
			t.Fatalf("write %d: %v", n, err)
		}
		after := syncs(t, log)
		if after <= before {
			t.Errorf("write %d was acknowledged without an fsync", n)
		}
		before = after
	}
}

// syncs counts the calls that have returned without an error.
func syncs(t *testing.T, log string) (n int) {
	t.Helper()
	content, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	for line := range bytes.Lines(content) {
		if text := string(line); strings.Contains(text, "sync") && strings.HasSuffix(strings.TrimSpace(text), "= 0") {
			n++
		}
	}
	return n
}
