package main

import (
	"encoding/json"
	"fmt"
	"go/constant"
	"go/token"
	"go/types"
	"slices"
	"strings"
	"unicode"
)

// typeName is a type's import path and name, "" when it has none.
func typeName(t types.Type) string {
	if pointer, ok := types.Unalias(t).(*types.Pointer); ok {
		t = pointer.Elem()
	}
	named, ok := types.Unalias(t).(*types.Named)
	if !ok || named.Obj().Pkg() == nil {
		return ""
	}
	return named.Obj().Pkg().Path() + "." + named.Obj().Name()
}

func (b *builder) wirePackage() string { return b.src.module + "/api/v1" }

// named describes a named type: by its openapi: line, as an enumeration, as a struct, or as what it is made of.
func (b *builder) named(t *types.Named, at token.Pos) (schema *object, nullable bool) {
	if known, ok := foreign[typeName(t)]; ok {
		return known(), false
	}
	if known, ok := nounScalars[strings.TrimPrefix(typeName(t), b.src.module+"/internal/")]; ok {
		return known.schema(), false
	}
	line, declared := b.openapiLine(t)
	if declared {
		return b.declared(t, line, at)
	}
	if values := b.values(t); len(values) > 0 {
		return b.enumeration(t, values, at), false
	}
	if method := ownForm(t); method != "" {
		b.refused.add(at, "the type %s has its own form on the wire (%s); its doc comment must say it in a line openapi: {…}", typeName(t), method)
		return newObject(), false
	}
	structure, ok := t.Underlying().(*types.Struct)
	if !ok {
		return b.schema(t.Underlying(), at)
	}
	if t.Obj().Pkg().Path() != b.wirePackage() {
		b.refused.add(at, "%s is not a wire type: wire structs live in api/v1", typeName(t))
		return newObject(), false
	}
	name := b.structName(t)
	if b.claim(name, t.String(), at) {
		b.structSchema(name, t, structure)
	}
	return reference("schemas", name), false
}

// structName is the type's name, after those of its type arguments: Page[Account] is AccountPage.
func (b *builder) structName(t *types.Named) string {
	var name strings.Builder
	for argument := range t.TypeArgs().Types() {
		if named, ok := types.Unalias(argument).(*types.Named); ok {
			name.WriteString(b.componentName(named))
		} else {
			name.WriteString(title(argument.String()))
		}
	}
	return name.String() + title(t.Obj().Name())
}

// componentName puts the package's name before that of a type from outside api/v1: coverage.State is CoverageState. A name
// of several words says enough by itself: plan.BrandLevel is BrandLevel.
func (b *builder) componentName(t *types.Named) string {
	pkg := t.Obj().Pkg()
	if pkg.Path() == b.wirePackage() {
		return b.structName(t)
	}
	name := t.Obj().Name()
	if strings.ContainsFunc(name[1:], unicode.IsUpper) {
		return name
	}
	return title(pkg.Name()) + name
}

// openapiLine is what follows "openapi:" in the type's doc comment.
func (b *builder) openapiLine(t *types.Named) (string, bool) {
	for line := range strings.Lines(b.src.docs[t.Origin().Obj().Pos()]) {
		if rest, ok := strings.CutPrefix(strings.TrimSpace(line), "openapi:"); ok {
			return strings.TrimSpace(rest), true
		}
	}
	return "", false
}

// declared reads an openapi: line: a schema as JSON, or the word "argument" for the schema of a generic type's only
// argument ("argument|null" admits null). A schema with "enum" becomes a component.
func (b *builder) declared(t *types.Named, line string, at token.Pos) (*object, bool) {
	if line == "argument" || line == "argument|null" {
		if t.TypeArgs().Len() != 1 {
			b.refused.add(at, "%s: openapi: %s needs exactly one type argument", typeName(t), line)
			return newObject(), false
		}
		schema, nullable := b.schema(t.TypeArgs().At(0), at)
		return schema, nullable || line == "argument|null"
	}
	value, err := parseTree([]byte(line))
	schema, ok := value.(*object)
	if err != nil || !ok {
		b.refused.add(t.Obj().Pos(), "%s: the openapi: line is no JSON object", t.Obj().Name())
		return newObject(), false
	}
	if !schema.has("enum") {
		return schema, false
	}
	name := b.componentName(t)
	if b.claim(name, t.String(), at) {
		b.schemas.set(name, b.enumComponent(t, schema, nil))
	}
	return reference("schemas", name), false
}

// ownForm is the method by which a type replaces the JSON form of its structure.
func ownForm(t *types.Named) string {
	methods := types.NewMethodSet(types.NewPointer(t))
	for _, name := range []string{"MarshalJSON", "UnmarshalJSON", "MarshalText", "UnmarshalText", "MarshalJSONTo", "UnmarshalJSONFrom"} {
		if selection := methods.Lookup(nil, name); selection != nil {
			if len(selection.Index()) == 1 {
				return name
			}
		}
	}
	return ""
}

// values are the exported constants of a type in the order of their declaration. The empty string is Go's zero, not a value.
func (b *builder) values(t *types.Named) []*types.Const {
	if _, ok := t.Underlying().(*types.Basic); !ok {
		return nil
	}
	var found []*types.Const
	scope := t.Obj().Pkg().Scope()
	for _, name := range scope.Names() {
		value, ok := scope.Lookup(name).(*types.Const)
		if ok && value.Exported() && types.Identical(value.Type(), t) && value.Val().Kind() != constant.Unknown && value.Val().ExactString() != `""` {
			found = append(found, value)
		}
	}
	slices.SortFunc(found, func(a, b *types.Const) int { return int(a.Pos() - b.Pos()) })
	return found
}

// enumeration makes the component of a type with constants.
func (b *builder) enumeration(t *types.Named, values []*types.Const, at token.Pos) *object {
	name := b.componentName(t)
	if !b.claim(name, t.String(), at) {
		return reference("schemas", name)
	}
	kind := b.basic(t.Underlying().(*types.Basic), at)
	if method := ownForm(t); method != "" && !hasType(kind, "string") {
		b.refused.add(t.Obj().Pos(), "%s has its own form on the wire (%s); its doc comment must say it in a line openapi: {…}", typeName(t), method)
	}
	var list []any
	var texts []string
	for _, value := range values {
		var plain any = json.Number(value.Val().ExactString())
		if hasType(kind, "string") {
			plain = constant.StringVal(value.Val())
		}
		if slices.Contains(list, plain) {
			continue
		}
		list = append(list, plain)
		texts = append(texts, chinese(b.src.docs[value.Pos()]))
	}
	kind.set("enum", list)
	b.schemas.set(name, b.enumComponent(t, kind, texts))
	return reference("schemas", name)
}

// enumComponent adds the Chinese description, that of each value, and the first value as example.
func (b *builder) enumComponent(t *types.Named, schema *object, texts []string) *object {
	description := chinese(b.src.docs[t.Obj().Pos()])
	if description == "" {
		description = schema.text("description")
	}
	if description == "" {
		b.refused.add(t.Obj().Pos(), "the enumeration %s has no Chinese line in its doc comment", t.Obj().Name())
	}
	describeValues(schema, description, texts)
	return schema
}

func describeValues(schema *object, description string, texts []string) {
	descriptions := []any{}
	for i, text := range texts {
		if text != "" {
			if len(descriptions) == 0 {
				description += "\n"
			}
			description += fmt.Sprintf("\n- `%v`：", schema.list("enum")[i]) + strings.ReplaceAll(text, "\n", "")
			descriptions = append(descriptions, text)
		}
	}
	schema.set("description", description)
	if len(descriptions) > 0 && len(descriptions) == len(schema.list("enum")) {
		schema.set("x-enum-descriptions", descriptions)
	}
	if !schema.has("examples") {
		schema.set("examples", []any{schema.list("enum")[0]})
	}
}
