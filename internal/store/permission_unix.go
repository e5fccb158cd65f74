//go:build unix

package store

import (
	"io/fs"
	"syscall"
)

// uidOf returns the number of the user whose file it is.
func uidOf(info fs.FileInfo) (uid int, known bool) {
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0, false
	}
	return int(stat.Uid), true
}

// mayWrite fails when the process may not write the file, or the file is not there.
func mayWrite(path string) error {
	const write = 2 // W_OK
	if err := syscall.Access(path, write); err != nil {
		return &fs.PathError{Op: "access", Path: path, Err: err}
	}
	return nil
}
