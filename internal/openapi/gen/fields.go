package main

import (
	"fmt"
	"go/types"
	"slices"
	"strings"
)

// A jsonName is what a json or form tag says.
type jsonName struct {
	name     string
	optional bool
	fallback string // gin's default= in a form tag
}

// walk visits the fields of a struct under the names that a tag gives them, those of embedded structs in their place.
// A field of the outer struct hides one of the same name further in.
func (b *builder) walk(structure *types.Struct, key string, visit func(*types.Var, *tags, jsonName)) {
	type entry struct {
		field *types.Var
		tag   *tags
		name  jsonName
		depth int
	}
	var entries []entry
	var gather func(*types.Struct, int)
	gather = func(structure *types.Struct, depth int) {
		for i := range structure.NumFields() {
			field := structure.Field(i)
			tag, err := parseTags(structure.Tag(i))
			if err != nil {
				b.refused.add(field.Pos(), "%s: %v", field.Name(), err)
				continue
			}
			value, tagged := tag.lookup(key)
			if inner, ok := types.Unalias(field.Type()).Underlying().(*types.Struct); ok && field.Embedded() && !tagged {
				b.embedded[typeName(field.Type())] = true
				gather(inner, depth+1)
				continue
			}
			if value == "-" || !field.Exported() && !tagged {
				continue
			}
			name, err := parseName(value)
			if err != nil || name.name == "" {
				b.refused.add(field.Pos(), "%s: the %s tag %q gives no name or says what a schema cannot", field.Name(), key, value)
				continue
			}
			at := slices.IndexFunc(entries, func(e entry) bool { return e.name.name == name.name })
			switch {
			case at < 0:
				entries = append(entries, entry{field, tag, name, depth})
			case entries[at].depth > depth:
				entries[at] = entry{field, tag, name, depth}
			case entries[at].depth == depth:
				b.refused.add(field.Pos(), "%s: a second field named %q", field.Name(), name.name)
			}
		}
	}
	gather(structure, 0)
	for _, e := range entries {
		visit(e.field, e.tag, e.name)
	}
}

func parseName(tag string) (jsonName, error) {
	name, options, _ := strings.Cut(tag, ",")
	parsed := jsonName{name: name}
	for option := range strings.SplitSeq(options, ",") {
		fallback, isDefault := strings.CutPrefix(option, "default=")
		switch {
		case option == "":
		case option == "omitzero" || option == "omitempty":
			parsed.optional = true
		case isDefault:
			parsed.fallback = fallback
		default:
			return parsed, fmt.Errorf("unknown option %q", option)
		}
	}
	return parsed, nil
}
