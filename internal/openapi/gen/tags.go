package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// Rules that hold for every value of the field's enumeration, and so add nothing to it.
var enumRules = []string{"enum", "indicator"}

// Tags that name a keyword of the schema, with the kind of their value.
var keywordTags = map[string]string{
	"format": "string", "pattern": "string", "title": "string",
	"minimum": "number", "maximum": "number", "multipleOf": "number",
	"minLength": "integer", "maxLength": "integer", "minItems": "integer", "maxItems": "integer",
}

// Tags that are read elsewhere.
var structuralTags = []string{"json", "form", "nullable", "validate", "rule", "example", "default", "enums", "extensions", "swaggertype"}

// tags is one struct tag, read whole.
type tags struct {
	keys   []string
	values reflect.StructTag
}

func (t *tags) lookup(key string) (string, bool) { return t.values.Lookup(key) }

// parseTags reads a whole struct tag and refuses a key that means nothing here.
func parseTags(raw string) (*tags, error) {
	found := &tags{values: reflect.StructTag(raw)}
	for rest := strings.TrimSpace(raw); rest != ""; rest = strings.TrimSpace(rest) {
		key, after, ok := strings.Cut(rest, ":")
		if !ok || key == "" || strings.ContainsAny(key, " \"") {
			return nil, fmt.Errorf("the struct tag is malformed at %q", rest)
		}
		quoted, err := strconv.QuotedPrefix(after)
		if err != nil {
			return nil, fmt.Errorf("the struct tag is malformed at %q", rest)
		}
		if _, keyword := keywordTags[key]; !keyword && !slices.Contains(structuralTags, key) {
			return nil, fmt.Errorf("the tag %s:%s has no form in the schema", key, quoted)
		}
		found.keys = append(found.keys, key)
		rest = after[len(quoted):]
	}
	return found, nil
}

// literal reads the text of an example or a default as the schema's type wants it. A list is separated by commas, or
// JSON; a map is "key:value,key:value", or JSON.
func literal(schema *object, text string) (any, error) {
	if schema.has("anyOf") {
		schema, _ = schema.list("anyOf")[0].(*object)
	}
	if text == "null" && hasType(schema, "null") {
		return nil, nil
	}
	switch {
	case hasType(schema, "integer"), hasType(schema, "number"):
		if _, err := strconv.ParseFloat(text, 64); err != nil {
			return nil, fmt.Errorf("%q is no number", text)
		}
		return json.Number(text), nil
	case hasType(schema, "boolean"):
		return strconv.ParseBool(text)
	case hasType(schema, "string"):
		return text, nil
	case hasType(schema, "array") && !strings.HasPrefix(text, "["):
		list := []any{}
		for part := range strings.SplitSeq(text, ",") {
			element, err := literal(schema.member("items"), part)
			if err != nil {
				return nil, err
			}
			list = append(list, element)
		}
		return list, nil
	case hasType(schema, "object") && !strings.HasPrefix(text, "{"):
		members := newObject()
		for part := range strings.SplitSeq(text, ",") {
			key, value, ok := strings.Cut(part, ":")
			if !ok {
				return nil, fmt.Errorf("%q is no key:value", part)
			}
			element, err := literal(schema.member("additionalProperties"), value)
			if err != nil {
				return nil, err
			}
			members.set(key, element)
		}
		return members, nil
	}
	if value, err := parseTree([]byte(text)); err == nil {
		return value, nil
	}
	return text, nil
}

// replaceType follows a swaggertype tag: "string", "primitive,integer", "array,string", "object".
func replaceType(value string) (*object, error) {
	kinds := []string{"string", "integer", "number", "boolean", "object"}
	switch parts := strings.Split(value, ","); {
	case len(parts) == 2 && parts[0] == "array" && slices.Contains(kinds, parts[1]):
		return newObject("type", "array", "items", newObject("type", parts[1])), nil
	case len(parts) == 2 && parts[0] == "primitive" && slices.Contains(kinds, parts[1]):
		return newObject("type", parts[1]), nil
	case len(parts) == 1 && slices.Contains(kinds, value):
		return newObject("type", value), nil
	}
	return nil, fmt.Errorf("swaggertype %q is not known", value)
}

// keyword sets what a tag of that name says.
func keyword(schema *object, key, value string) error {
	switch keywordTags[key] {
	case "string":
		return setOnce(schema, key, value)
	case "integer":
		if _, err := strconv.Atoi(value); err != nil {
			return fmt.Errorf("%s: %q is no integer", key, value)
		}
	default:
		if _, err := strconv.ParseFloat(value, 64); err != nil {
			return fmt.Errorf("%s: %q is no number", key, value)
		}
	}
	return setOnce(schema, key, json.Number(value))
}

// setOnce refuses a keyword that already says something else.
func setOnce(schema *object, key string, value any) error {
	if found := schema.get(key); found != nil && fmt.Sprint(found) != fmt.Sprint(value) {
		return fmt.Errorf("%s is %v already, and cannot be %v too", key, found, value)
	}
	schema.set(key, value)
	return nil
}

// extend follows an extensions tag: "x-name=value,x-flag".
func extend(schema *object, value string) error {
	for part := range strings.SplitSeq(value, ",") {
		key, text, valued := strings.Cut(part, "=")
		if !strings.HasPrefix(key, "x-") {
			return fmt.Errorf("extensions: %q does not begin with x-", part)
		}
		if key == "x-nullable" || key == "x-omitempty" {
			return errors.New("extensions: nullability is the pointer's, omission is omitzero's")
		}
		var parsed any = true
		if valued {
			parsed = text
			if value, err := parseTree([]byte(text)); err == nil {
				parsed = value
			}
		}
		schema.set(key, parsed)
	}
	return nil
}
