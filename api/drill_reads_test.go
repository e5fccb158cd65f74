//go:build postgres

package main

import (
	"net/http"
	"syscall"
	"testing"
)

// TestReadsWhileStandbyIsAway: a standby that does not answer keeps nobody waiting for a read, on one
// connection neither, although the use of the token cannot be noted.
func TestReadsWhileStandbyIsAway(t *testing.T) {
	primary := newPrimary(t)
	standby := primary.standby(t)
	primary.synchronous(t)
	s := serviceOver(t, 1, primary, standby)
	if err := syscall.Kill(primary.walSender(t), syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Transport: &http.Transport{MaxConnsPerHost: 1}}
	defer client.CloseIdleConnections()
	for range 3 {
		status, answer, err := send(client, http.MethodGet, s.replicas[0].url+"/api/v1/areas/"+district, s.clerk, nil, "")
		if err != nil || status != http.StatusOK {
			t.Errorf("a read is answered %d %s %v", status, answer, err)
		}
	}
}
