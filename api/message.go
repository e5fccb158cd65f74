package main

import (
	"brandregistry/internal/fault"
	"errors"
	"strings"
)

// message is what an operator reads of an error: a fault in Chinese with each of its places, and with
// what made the registry unavailable, which a client is not told; any other error as it is.
func message(err error) string {
	var f *fault.Error
	if !errors.As(err, &f) {
		return err.Error()
	}
	lines := []string{f.Detail.ZH}
	if cause := errors.Unwrap(f); cause != nil && f.Code == fault.Unavailable {
		lines[0] += "（" + cause.Error() + "）"
	}
	for _, v := range f.Violations {
		lines = append(lines, "  "+v.Pointer+"："+v.Message.ZH+v.Hint.ZH)
	}
	return strings.Join(lines, "\n")
}
