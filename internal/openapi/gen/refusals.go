package main

import (
	"errors"
	"fmt"
	"go/token"
	"slices"
)

// refusals gathers everything that the document cannot say truthfully, so that one run names it all.
type refusals struct {
	src  *source
	list []refusal
}

type refusal struct {
	file string
	line int
	text string
}

func (r *refusals) add(pos token.Pos, format string, arguments ...any) {
	text := fmt.Sprintf(format, arguments...)
	found := refusal{text: text}
	if pos.IsValid() {
		position := r.src.files.Position(pos)
		found = refusal{file: position.Filename, line: position.Line, text: r.src.place(pos) + ": " + text}
	}
	if !slices.Contains(r.list, found) {
		r.list = append(r.list, found)
	}
}

// err joins the refusals, by file and line; nil when there are none.
func (r *refusals) err() error {
	slices.SortStableFunc(r.list, func(a, b refusal) int {
		if a.file != b.file {
			if a.file < b.file {
				return -1
			}
			return 1
		}
		return a.line - b.line
	})
	errs := make([]error, len(r.list))
	for i, found := range r.list {
		errs[i] = errors.New(found.text)
	}
	return errors.Join(errs...)
}
