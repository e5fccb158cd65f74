package store

import (
	"errors"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// TestReplacingNeedsTheFileAlone: any number may have it open, by whatever path; whoever wants it alone
// is told who has it.
func TestReplacingNeedsTheFileAlone(t *testing.T) {
	t.Chdir(t.TempDir())
	must(t, os.Mkdir("data", 0o700))
	must(t, os.Symlink("data", "link"))
	must(t, os.Symlink("data/registry.db", "other.db"))
	alone := func(name string) error {
		path, err := resolve(name)
		must(t, err)
		lock, err := lockFile(background, path, true)
		if err == nil {
			must(t, unlockFile(lock))
		}
		return err
	}
	var open []*Store
	for _, name := range []string{"other.db", "data/registry.db", "link/registry.db", "./data/../link/../other.db"} {
		open = append(open, openURL(t, "file:"+name))
	}
	for _, s := range open {
		for _, name := range []string{"data/registry.db", "link/registry.db", "other.db"} {
			err := alone(name)
			if held := (Locked{}); !errors.As(err, &held) || runtime.GOOS == "linux" && !slices.Equal(held.By, []int{os.Getpid()}) {
				t.Errorf("%s is open, and taken alone: %v", name, err)
			}
		}
		must(t, s.Close())
	}
	must(t, alone("other.db"))
	if entries, _ := os.ReadDir("data"); len(entries) != 1 {
		t.Errorf("left are %v", entries)
	}
}

// TestNothingOpensWhatIsBeingReplaced, nor what a replacement that was interrupted has left.
func TestNothingOpensWhatIsBeingReplaced(t *testing.T) {
	t.Chdir(t.TempDir())
	must(t, openURL(t, "file:registry.db").Close())
	path, err := resolve("registry.db")
	must(t, err)
	lock, err := lockFile(background, path, true)
	must(t, err)
	for _, o := range []Options{{URL: "file:registry.db"}, {URL: "file:registry.db", ReadOnly: true}} {
		s, err := Open(background, o, true)
		if held := (Locked{}); !errors.As(err, &held) || held.Alone {
			t.Errorf("it is opened: %v, %v", s, err)
		}
	}
	must(t, unlockFile(lock))
	must(t, os.WriteFile("registry.db"+restoringSuffix, []byte("x"), 0o600))
	if _, err := Open(background, Options{URL: "file:registry.db"}, true); err == nil || !strings.Contains(err.Error(), "restore") {
		t.Errorf("a restore was interrupted: %v", err)
	}
}
