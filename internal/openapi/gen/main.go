// Command gen writes docs/openapi.json and docs/openapi.yaml, the OpenAPI 3.1 document of the API under /api/v1, and
// docs/lifecycle.md, the tables of what can become of brands and records.
//
// The annotations of the handlers are swag's. swag reads them, kin-openapi turns its Swagger 2.0 into OpenAPI 3.0, and
// this program makes 3.1 of that: the schemas, the query parameters and the answers of refusal are made anew from the Go
// types and from the tables in tags.go, parameters.go and statuses.go, because Swagger 2.0 cannot say what they say.
// Whatever cannot be said truthfully is refused with its file and line; nothing is written then.
//
//	go run ./internal/openapi/gen          write all three files
//	go run ./internal/openapi/gen -check   exit 1 when they are stale
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

func main() {
	os.Exit(run(os.Args[1:], os.Stderr))
}

func run(args []string, stderr io.Writer) int {
	flags := flag.NewFlagSet("gen", flag.ContinueOnError)
	flags.SetOutput(stderr)
	check := flags.Bool("check", false, "write nothing; exit 1 when the files are stale")
	if err := flags.Parse(args); err != nil {
		return 2
	}
	if err := generate(*check); err != nil {
		fmt.Fprintln(stderr, err)
		return 1
	}
	return 0
}

func generate(check bool) error {
	directory, err := os.Getwd()
	if err != nil {
		return err
	}
	root, err := moduleRoot(directory)
	if err != nil {
		return err
	}
	json, yaml, err := build(root, tagTexts())
	if err != nil {
		return err
	}
	var stale []error
	for name, content := range map[string][]byte{"openapi.json": json, "openapi.yaml": yaml, "lifecycle.md": lifecycle()} {
		path := filepath.Join(root, "docs", name)
		if check {
			if found, err := os.ReadFile(path); err != nil || !bytes.Equal(found, content) {
				stale = append(stale, fmt.Errorf("docs/%s is stale: run go generate ./docs", name))
			}
			continue
		}
		if err := os.WriteFile(path, content, 0o644); err != nil {
			return err
		}
	}
	return errors.Join(stale...)
}

// moduleRoot is the nearest directory at or above the one given that holds a go.mod.
func moduleRoot(directory string) (string, error) {
	for {
		if _, err := os.Stat(filepath.Join(directory, "go.mod")); err == nil {
			return directory, nil
		}
		parent := filepath.Dir(directory)
		if parent == directory {
			return "", errors.New("no go.mod at or above the working directory")
		}
		directory = parent
	}
}
