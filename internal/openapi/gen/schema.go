package main

import (
	"go/token"
	"go/types"
	"slices"
	"unicode"
	"unicode/utf8"
)

// Types from outside the module that may stand in a wire struct.
var foreign = map[string]func() *object{
	"time.Time":                 func() *object { return newObject("type", "string", "format", "date-time") },
	"encoding/json.RawMessage":  func() *object { return newObject() },
	"encoding/json.Number":      func() *object { return newObject("type", "number") },
	"mime/multipart.FileHeader": func() *object { return binary("application/octet-stream") },
}

func binary(mediaType string) *object {
	return newObject("type", "string", "format", "binary", "contentMediaType", mediaType)
}

// A builder makes the named schemas of Go types.
type builder struct {
	src      *source
	refused  *refusals
	schemas  *object
	owners   map[string]string // component name → what it was made of
	asked    bool              // building what a client sends: null stands for absent
	embedded map[string]bool   // types flattened into another
}

func newBuilder(src *source, refused *refusals) *builder {
	return &builder{
		src: src, refused: refused, schemas: newObject(),
		owners: make(map[string]string), embedded: make(map[string]bool),
	}
}

// claim reserves a component's name. It is false when the component exists; another owner of the name is refused.
func (b *builder) claim(name, owner string, pos token.Pos) bool {
	if other, taken := b.owners[name]; taken {
		if other != owner {
			b.refused.add(pos, "%s and %s would both be the component %s", owner, other, name)
		}
		return false
	}
	b.owners[name] = owner
	b.schemas.set(name, newObject())
	return true
}

// schema describes the JSON form of a type, and says whether null belongs to it.
func (b *builder) schema(t types.Type, at token.Pos) (schema *object, nullable bool) {
	switch t := types.Unalias(t).(type) {
	case *types.Pointer:
		schema, _ = b.schema(t.Elem(), at)
		return schema, true
	case *types.Named:
		return b.named(t, at)
	case *types.Basic:
		return b.basic(t, at), false
	case *types.Slice:
		if element, ok := types.Unalias(t.Elem()).(*types.Basic); ok && element.Kind() == types.Byte {
			return newObject("type", "string", "contentEncoding", "base64"), false
		}
		return newObject("type", "array", "items", b.element(t.Elem(), at)), false
	case *types.Array:
		return newObject("type", "array", "items", b.element(t.Elem(), at), "minItems", int(t.Len()), "maxItems", int(t.Len())), false
	case *types.Map:
		schema := newObject("type", "object")
		if key, _ := b.schema(t.Key(), at); key.has("$ref") || key.has("pattern") {
			schema.set("propertyNames", key)
		}
		return schema.set("additionalProperties", b.element(t.Elem(), at)), false
	case *types.Interface:
		return newObject(), false
	}
	b.refused.add(at, "the type %s has no schema; give it a name or an openapi: line", t)
	return newObject(), false
}

func (b *builder) element(t types.Type, at token.Pos) *object {
	schema, nullable := b.schema(t, at)
	if nullable {
		return orNull(schema)
	}
	return schema
}

func (b *builder) basic(t *types.Basic, at token.Pos) *object {
	info := t.Info()
	switch {
	case info&types.IsString != 0:
		return newObject("type", "string")
	case info&types.IsBoolean != 0:
		return newObject("type", "boolean")
	case info&types.IsInteger != 0:
		schema := newObject("type", "integer")
		if t.Kind() == types.Int32 || t.Kind() == types.Int64 {
			schema.set("format", t.Name())
		}
		if info&types.IsUnsigned != 0 {
			schema.set("minimum", 0)
		}
		return schema
	case info&types.IsFloat != 0:
		return newObject("type", "number")
	}
	b.refused.add(at, "the type %s has no schema (is it imported from outside the module?)", t)
	return newObject()
}

// structSchema makes the component of a struct: its fields in order, nothing beside them.
func (b *builder) structSchema(name string, t *types.Named, structure *types.Struct) {
	properties := newObject()
	required := []any{}
	b.walk(structure, "json", func(field *types.Var, tag *tags, option jsonName) {
		property, optional := b.property(name, field, tag, option)
		properties.set(option.name, property)
		if !optional {
			required = append(required, option.name)
		}
	})
	schema := b.schemas.member(name).set("type", "object")
	if text := chinese(b.src.docs[t.Origin().Obj().Pos()]); text != "" {
		schema.set("description", text)
	}
	schema.set("properties", properties)
	if len(required) > 0 {
		schema.set("required", required)
	}
	schema.set("additionalProperties", false)
}

// property is the schema of one field of a body.
func (b *builder) property(owner string, field *types.Var, tag *tags, option jsonName) (property *object, optional bool) {
	schema, nullable := b.schema(field.Type(), field.Pos())
	optional = option.optional
	limits, err := b.constrain(owner, field, schema, tag)
	if err != nil {
		b.refused.add(field.Pos(), "%s: %v", field.Name(), err)
		return schema, optional
	}
	schema = limits.schema
	if limits.required {
		optional = false
	}
	switch value, _ := tag.lookup("nullable"); {
	case value == "true":
		nullable = true
	case value == "false", limits.required, optional && !b.asked:
		// A pointer that must be given is never null, and an answer leaves out what it would have to call null.
		nullable = false
	}
	if nullable {
		schema = orNull(schema)
	}
	b.document(schema, field, tag)
	if title, _ := tag.lookup("title"); b.asked && title == "" {
		b.refused.add(field.Pos(), "%s has no title: what a form calls the field, which messages name it by", field.Name())
	}
	return schema, optional
}

// document adds the field's description, default and example.
func (b *builder) document(schema *object, field *types.Var, tag *tags) {
	if text := b.src.description(field); text != "" {
		schema.set("description", text)
	} else {
		b.refused.add(field.Pos(), "%s has no Chinese description; write it as the field's comment", field.Name())
	}
	if text, ok := tag.lookup("default"); ok {
		value, err := literal(schema, text)
		if err != nil {
			b.refused.add(field.Pos(), "%s: default: %v", field.Name(), err)
		}
		schema.set("default", value)
	}
	text, ok := tag.lookup("example")
	switch {
	case text == "-": // none: what only the server can make is not made up
	case ok:
		value, err := literal(schema, text)
		if err != nil {
			b.refused.add(field.Pos(), "%s: example: %v", field.Name(), err)
			return
		}
		schema.set("examples", []any{value})
	case schema.has("examples"):
	case hasType(schema, "boolean"):
		schema.set("examples", []any{true})
	case !explainsItself(schema):
		b.refused.add(field.Pos(), "%s has no example", field.Name())
	}
}

// explainsItself says that a schema is a component, a boolean, or a collection of such: it needs no example of its own.
func explainsItself(schema *object) bool {
	switch {
	case schema.has("$ref"), schema.has("examples"), hasType(schema, "boolean"), hasFormat(schema, "binary"):
		return true
	case schema.has("anyOf"):
		first, _ := schema.list("anyOf")[0].(*object)
		return explainsItself(first)
	case schema.has("items"):
		return explainsItself(schema.member("items"))
	case schema.member("additionalProperties") != nil:
		return explainsItself(schema.member("additionalProperties"))
	}
	return false
}

func hasFormat(schema *object, format string) bool { return schema.text("format") == format }

func hasType(schema *object, name string) bool {
	return schema.text("type") == name || slices.Contains(schema.list("type"), any(name))
}

// orNull admits null.
func orNull(schema *object) *object {
	switch kind := schema.get("type").(type) {
	case string:
		schema.set("type", []any{kind, "null"})
		return schema
	case []any:
		if !slices.Contains(kind, any("null")) {
			schema.set("type", append(slices.Clone(kind), "null"))
		}
		return schema
	}
	if len(schema.keys) == 0 {
		return schema
	}
	return newObject("anyOf", []any{schema, newObject("type", "null")})
}

func title(word string) string {
	first, size := utf8.DecodeRuneInString(word)
	return string(unicode.ToUpper(first)) + word[size:]
}
