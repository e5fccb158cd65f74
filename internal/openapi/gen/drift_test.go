package main

import (
	"bytes"
	"os"
	"testing"
)

// The committed documents are those that the code gives now.
func TestCommittedDocumentIsNotStale(t *testing.T) {
	json, yaml, err := build("../../..", tagTexts())
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string][]byte{"openapi.json": json, "openapi.yaml": yaml, "lifecycle.md": lifecycle()} {
		got, err := os.ReadFile("../../../docs/" + name)
		if err != nil {
			t.Error(err)
		} else if !bytes.Equal(got, want) {
			t.Errorf("docs/%s is stale: run go generate ./docs", name)
		}
	}
}
