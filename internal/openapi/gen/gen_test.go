package main

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"go.yaml.in/yaml/v3"
)

var update = flag.Bool("update", false, "rewrite the expected documents of testdata")

func TestFixture(t *testing.T) {
	json, yamlBytes, err := build("testdata/fixture", nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, got := range map[string][]byte{"fixture.json": json, "fixture.yaml": yamlBytes} {
		path := filepath.Join("testdata", name)
		if *update {
			if err := os.WriteFile(path, got, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("the fixture's document differs from %s; see the difference with go test -update and git diff", path)
		}
	}
	again, _, err := build("testdata/fixture", nil)
	if err != nil || !bytes.Equal(json, again) {
		t.Errorf("a second run differs from the first (%v)", err)
	}
	var fromJSON, fromYAML any
	if err := yaml.Unmarshal(json, &fromJSON); err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(yamlBytes, &fromYAML); err != nil {
		t.Fatal(err)
	}
	a, _ := yaml.Marshal(fromJSON)
	b, _ := yaml.Marshal(fromYAML)
	if !bytes.Equal(a, b) {
		t.Error("the two forms do not hold the same document")
	}
}
