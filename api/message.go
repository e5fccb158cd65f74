package main

import (
	"brandregistry/internal/fault"
	"errors"
	"strings"
)

// message is what an operator reads of an error: a fault in Chinese with each of its places, any
// other error as it is.
func message(err error) string {
	var f *fault.Error
	if !errors.As(err, &f) {
		return err.Error()
	}
	lines := []string{f.Detail.ZH}
	for _, v := range f.Violations {
		lines = append(lines, "  "+v.Pointer+"："+v.Message.ZH+v.Hint.ZH)
	}
	return strings.Join(lines, "\n")
}
