//go:build unix

package store

import (
	"os"
	"path/filepath"
	"syscall"
)

// ownerOf returns what belongs to whom a new file at the path should belong to: the file that is
// there, or else its directory.
func ownerOf(path string) os.FileInfo {
	if info, err := os.Stat(path); err == nil {
		return info
	}
	info, _ := os.Stat(filepath.Dir(path))
	return info
}

// giveTo gives a file to the owner of another when root runs the program, so that the server, which
// does not, can open it.
func giveTo(owner os.FileInfo, path string) error {
	if owner == nil || os.Geteuid() != 0 {
		return nil
	}
	if s, is := owner.Sys().(*syscall.Stat_t); is {
		return os.Chown(path, int(s.Uid), int(s.Gid))
	}
	return nil
}
