package main

import (
	"brandregistry/internal/media"
	"fmt"
	"os"
	"strings"
	"testing"
)

// The program, its unit and its container collect garbage from the same amount of memory on, which has room
// for a picture and is known to operations.md.
func TestMemoryLimitIsTheSameEverywhere(t *testing.T) {
	if serveMemory < media.MaxDecoded+(32<<20) {
		t.Errorf("%d bytes have no room for a picture of %d", serveMemory, media.MaxDecoded)
	}
	for file, form := range map[string]string{"../configs/brandregistry.service": "GOMEMLIMIT=%dMiB\n", "../configs/compose.yaml": "GOMEMLIMIT: %dMiB\n", "../docs/operations.md": "`GOMEMLIMIT`（默认 %d MiB）"} {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if want := fmt.Sprintf(form, serveMemory>>20); !strings.Contains(string(content), want) {
			t.Errorf("%s does not say %q", file, want)
		}
	}
}
