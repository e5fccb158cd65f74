package main

import (
	"cmp"
	"fmt"
	"runtime"
	"runtime/debug"
)

type versionCommand struct{}

// Run prints the program's version, the commit it was built from and what built it.
func (c *versionCommand) Run(p *invocation) error {
	version, revision := build()
	_, err := fmt.Fprintf(p.stdout, "brandregistry %s %s %s %s/%s\n", version, revision, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}

// Given to the linker where the Go command cannot see the repository: -X main.givenVersion=v1.2.0.
var givenVersion, givenRevision string

// build returns the module's version and the commit: as they were given, or else as the Go command has
// recorded them.
func build() (version, revision string) {
	version, revision = recorded()
	return cmp.Or(givenVersion, version), cmp.Or(givenRevision, revision)
}

func recorded() (version, revision string) {
	version, revision = "(devel)", "unknown"
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return version, revision
	}
	version = cmp.Or(info.Main.Version, version)
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			revision = s.Value
		case s.Key == "vcs.modified" && s.Value == "true":
			revision += "+dirty"
		}
	}
	return version, revision
}
