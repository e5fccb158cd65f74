package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestImageKnowsItsVersion links the program as the Dockerfile does, with its arguments.
func TestImageKnowsItsVersion(t *testing.T) {
	t.Chdir("..")
	file, err := os.ReadFile("Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	flags := regexp.MustCompile(`(?m)^RUN .* go build .*(-ldflags "[^"]*") -o`).FindSubmatch(file)
	if flags == nil {
		t.Fatal("the Dockerfile builds nothing")
	}
	built := filepath.Join(t.TempDir(), "brandregistry")
	build := exec.CommandContext(t.Context(), "sh", "-c", "go build "+string(flags[1])+" -o "+built+" ./api")
	build.Env = append(os.Environ(), "VERSION=v1.2.3", "REVISION=0123abc")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	out, err := exec.CommandContext(t.Context(), built, "version").Output()
	if err != nil || !strings.HasPrefix(string(out), "brandregistry v1.2.3 0123abc go") {
		t.Errorf("it says %s, %v", out, err)
	}
	ignored, err := os.ReadFile(".dockerignore")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(ignored)) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' && !strings.Contains(line, ".db") {
			t.Errorf("%s does not go into the build, which is then another state than the commit's", line)
		}
	}
}
