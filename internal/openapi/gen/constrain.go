package main

import (
	"brandregistry/internal/text"
	"encoding/json"
	"errors"
	"fmt"
	"go/types"
	"slices"
	"strconv"
	"strings"
)

// limits is a schema under the constraints of a field's tags.
type limits struct {
	schema   *object
	required bool // the validator refuses its absence
}

// constrain applies every tag of the field but description, default and example.
func (b *builder) constrain(owner string, field *types.Var, schema *object, tag *tags) (limits, error) {
	result := limits{schema: schema}
	if value, ok := tag.lookup("swaggertype"); ok {
		replaced, err := replaceType(value)
		if err != nil {
			return result, err
		}
		result.schema = replaced
	}
	for _, key := range tag.keys {
		value, _ := tag.lookup(key)
		var err error
		switch {
		case key == "enums":
			result.schema, err = b.oneOf(owner, field, result.schema, strings.Split(value, ","))
		case key == "rule": // of form, which the use case holds the text against
			err = limit(result.schema, value, "")
		case key == "extensions":
			err = extend(result.schema, value)
		case keywordTags[key] != "":
			err = keyword(result.schema, key, value)
		}
		if err != nil {
			return result, err
		}
	}
	rules, ok := tag.lookup("validate")
	if !ok {
		return result, nil
	}
	_, pointer := types.Unalias(field.Type()).(*types.Pointer)
	return b.validated(owner, field, result.schema, strings.Split(rules, ","), pointer)
}

// validated applies the rules of go-playground/validator, as that package understands them: lengths of strings in
// runes, bounds of numbers, counts of items; dive goes on to the items.
func (b *builder) validated(owner string, field *types.Var, schema *object, rules []string, pointer bool) (result limits, err error) {
	result.schema = schema
	for i := 0; i < len(rules); i++ {
		name, parameter, _ := strings.Cut(rules[i], "=")
		switch {
		case name == "required":
			result.required = true
		case name == "omitempty", name == "omitnil", name == "omitzero":
		case slices.Contains(enumRules, name):
			if !schema.has("$ref") {
				return result, fmt.Errorf("validate: %s on a field whose type is no enumeration", name)
			}
		case name == "oneof":
			if result.schema, err = b.oneOf(owner, field, result.schema, strings.Fields(parameter)); err != nil {
				return result, err
			}
		case name == "dive":
			return result, b.dive(owner, field, result.schema, rules[i+1:])
		default:
			if err := limit(result.schema, name, parameter); err != nil {
				return result, fmt.Errorf("validate: %s: %w", rules[i], err)
			}
		}
	}
	if !result.required || pointer {
		return result, nil
	}
	switch schema := result.schema; {
	case hasType(schema, "boolean"):
		return result, errors.New("validate: required on a boolean refuses false; use a pointer")
	case hasType(schema, "integer"), hasType(schema, "number"):
		if !excludesZero(schema) {
			return result, errors.New("validate: required on a number refuses 0; use a pointer, or say min or gt")
		}
	case hasType(schema, "string") && !schema.has("minLength") && !schema.has("pattern") && !schema.has("format"):
		schema.set("minLength", 1)
	}
	return result, nil
}

func excludesZero(schema *object) bool {
	if least, ok := schema.get("minimum").(json.Number); ok {
		value, err := least.Float64()
		return err == nil && value > 0
	}
	least, ok := schema.get("exclusiveMinimum").(json.Number)
	value, err := least.Float64()
	return ok && err == nil && value >= 0
}

// dive applies rules to the items of a list, or to the keys and the values of a map.
func (b *builder) dive(owner string, field *types.Var, schema *object, rules []string) error {
	if end := slices.Index(rules, "endkeys"); len(rules) > 0 && rules[0] == "keys" && end > 0 {
		keys := schema.member("propertyNames")
		if keys == nil {
			keys = newObject("type", "string")
		}
		keyLimits, err := b.validated(owner, field, keys, rules[1:end], false)
		if err != nil {
			return err
		}
		schema.set("propertyNames", keyLimits.schema)
		rules = rules[end+1:]
	}
	inner := "items"
	if hasType(schema, "object") {
		inner = "additionalProperties"
	}
	if schema.member(inner) == nil {
		return errors.New("validate: dive on a field that is no list or map")
	}
	found, err := b.validated(owner, field, schema.member(inner), rules, false)
	if err == nil {
		schema.set(inner, found.schema)
	}
	return err
}

// limit applies one rule that narrows a value.
func limit(schema *object, rule, parameter string) error {
	if known, ok := text.Rules[rule]; ok {
		if !hasType(schema, "string") {
			return errors.New("the field is no string")
		}
		return setRule(schema, known)
	}
	if format, ok := formats[rule]; ok && hasType(schema, "string") {
		return setOnce(schema, "format", format)
	}
	if rule == "unique" {
		if !hasType(schema, "array") || parameter != "" {
			return errors.New("the field is no list")
		}
		return setOnce(schema, "uniqueItems", true)
	}
	if hasType(schema, "integer") || hasType(schema, "number") {
		return bound(schema, rule, parameter)
	}
	for kind, suffix := range map[string]string{"string": "Length", "array": "Items", "object": "Properties"} {
		if hasType(schema, kind) {
			return count(schema, suffix, rule, parameter)
		}
	}
	return errors.New("the rule has no form in the schema")
}

// formats are the rules of the validator itself that are formats. They stand in answers only.
var formats = map[string]string{"uri": "uri"}

// setRule says in a schema what a rule of form says.
func setRule(schema *object, known text.Rule) error {
	if known.Format != "" {
		if err := setOnce(schema, "format", known.Format); err != nil {
			return err
		}
	}
	return setOnce(schema, "pattern", known.Pattern)
}

func bound(schema *object, rule, parameter string) error {
	keywords := map[string]string{
		"min": "minimum", "gte": "minimum", "max": "maximum", "lte": "maximum",
		"gt": "exclusiveMinimum", "lt": "exclusiveMaximum", "len": "const",
	}
	name, ok := keywords[rule]
	if !ok {
		return errors.New("the rule has no form in the schema")
	}
	if _, err := strconv.ParseFloat(parameter, 64); err != nil {
		return fmt.Errorf("%q is no number", parameter)
	}
	return setOnce(schema, name, json.Number(parameter))
}

func count(schema *object, suffix, rule, parameter string) error {
	number, err := strconv.Atoi(parameter)
	if err != nil {
		return errors.New("the rule has no form in the schema")
	}
	switch rule {
	case "min", "gte":
		return setOnce(schema, "min"+suffix, number)
	case "gt":
		return setOnce(schema, "min"+suffix, number+1)
	case "max", "lte":
		return setOnce(schema, "max"+suffix, number)
	case "lt":
		return setOnce(schema, "max"+suffix, number-1)
	case "len":
		return errors.Join(setOnce(schema, "min"+suffix, number), setOnce(schema, "max"+suffix, number))
	}
	return errors.New("the rule has no form in the schema")
}

// oneOf makes a component of a list of values, for an enumeration is always named. On an enumeration it may repeat all
// values; fewer make a component of their own.
func (b *builder) oneOf(owner string, field *types.Var, schema *object, texts []string) (*object, error) {
	kind := schema
	if target := b.schemas.member(strings.TrimPrefix(schema.text("$ref"), "#/components/schemas/")); target != nil {
		if !target.has("enum") {
			return schema, errors.New("a list of values on a component that is no enumeration")
		}
		kind = newObject("type", target.get("type"))
		if same(target.list("enum"), valuesOf(kind, texts)) {
			return schema, nil
		}
	}
	name := strings.TrimSuffix(strings.TrimSuffix(title(owner), "Query"), "Input") + field.Name()
	values := valuesOf(kind, texts)
	if values == nil || slices.Contains(values, nil) {
		return schema, fmt.Errorf("a list of values on a field that is neither string nor number")
	}
	if b.claim(name, fmt.Sprint(name, texts), field.Pos()) {
		component := newObject("type", kind.get("type"), "enum", values)
		describeValues(component, b.src.description(field), nil)
		b.schemas.set(name, component)
	}
	return reference("schemas", name), nil
}

func same(a, b []any) bool {
	missing := func(list []any) func(any) bool {
		return func(value any) bool { return !slices.Contains(list, value) }
	}
	return !slices.ContainsFunc(a, missing(b)) && !slices.ContainsFunc(b, missing(a))
}

// valuesOf reads each text as a value of the kind; nil when an enumeration cannot be of that kind.
func valuesOf(kind *object, texts []string) []any {
	values := make([]any, len(texts))
	for i, text := range texts {
		values[i], _ = literal(kind, text)
	}
	if !hasType(kind, "string") && !hasType(kind, "integer") && !hasType(kind, "number") {
		return nil
	}
	return values
}
