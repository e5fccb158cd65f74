package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

const documentURL = "https://document.invalid/openapi.json"

// verifySchemas compiles every schema under JSON Schema 2020-12 with formats asserted, and checks every example and
// default against the schema that it stands in or beside.
func verifySchemas(encoded []byte, tree *object) error {
	plain, err := jsonschema.UnmarshalJSON(bytes.NewReader(encoded))
	if err != nil {
		return err
	}
	compiler := jsonschema.NewCompiler()
	compiler.DefaultDraft(jsonschema.Draft2020)
	compiler.AssertFormat()
	if err := compiler.AddResource(documentURL, plain); err != nil {
		return err
	}
	var found []error
	eachSchema(tree, func(pointer string, schema *object) {
		compiled, err := compiler.Compile(documentURL + "#" + pointer)
		if err != nil {
			found = append(found, fmt.Errorf("%s: %w", pointer, err))
			return
		}
		values := schema.list("examples")
		if schema.has("default") {
			values = append(values, schema.get("default"))
		}
		if owner := ownerOf(tree, pointer); owner.has("example") {
			values = append(values, owner.get("example"))
		}
		for _, value := range values {
			if err := validateValue(compiled, value); err != nil {
				found = append(found, fmt.Errorf("%s: the example %v does not match: %w", pointer, value, err))
			}
		}
	})
	return errors.Join(found...)
}

func validateValue(schema *jsonschema.Schema, value any) error {
	encoded, err := json.Marshal(value)
	if err != nil {
		return err
	}
	plain, err := jsonschema.UnmarshalJSON(bytes.NewReader(encoded))
	if err != nil {
		return err
	}
	return schema.Validate(plain)
}

// ownerOf is the parameter or header whose "schema" the pointer names, nil when it names another schema.
func ownerOf(tree *object, pointer string) *object {
	parent, ok := strings.CutSuffix(pointer, "/schema")
	if !ok {
		return nil
	}
	var at any = tree
	for token := range strings.SplitSeq(strings.TrimPrefix(parent, "/"), "/") {
		token = strings.NewReplacer("~1", "/", "~0", "~", "%7B", "{", "%7D", "}").Replace(token)
		switch value := at.(type) {
		case *object:
			at = value.get(token)
		case []any:
			index, err := strconv.Atoi(token)
			if err != nil || index >= len(value) {
				return nil
			}
			at = value[index]
		}
	}
	found, _ := at.(*object)
	return found
}

// eachSchema visits every schema of the document, with a JSON pointer to it that may stand in a URL's fragment.
func eachSchema(tree *object, visit func(pointer string, schema *object)) {
	escape := strings.NewReplacer("~", "~0", "/", "~1", "{", "%7B", "}", "%7D").Replace
	var schema func(string, *object)
	schema = func(pointer string, at *object) {
		visit(pointer, at)
		for _, key := range []string{"items", "additionalProperties", "propertyNames", "not"} {
			if inner := at.member(key); inner != nil {
				schema(pointer+"/"+key, inner)
			}
		}
		for _, key := range []string{"anyOf", "oneOf", "allOf"} {
			for i, inner := range at.list(key) {
				if inner, ok := inner.(*object); ok {
					schema(pointer+"/"+key+"/"+strconv.Itoa(i), inner)
				}
			}
		}
		if properties := at.member("properties"); properties != nil {
			for _, name := range properties.keys {
				schema(pointer+"/properties/"+escape(name), properties.member(name))
			}
		}
	}
	var search func(string, any)
	search = func(pointer string, value any) {
		switch value := value.(type) {
		case *object:
			for _, key := range value.keys {
				if inner := value.member(key); inner != nil && key == "schema" {
					schema(pointer+"/schema", inner)
				} else {
					search(pointer+"/"+escape(key), value.values[key])
				}
			}
		case []any:
			for i, element := range value {
				search(pointer+"/"+strconv.Itoa(i), element)
			}
		}
	}
	components := tree.member("components")
	if schemas := components.member("schemas"); schemas != nil {
		for _, name := range schemas.keys {
			schema("/components/schemas/"+name, schemas.member(name))
		}
	}
	for _, section := range []string{"responses", "parameters", "headers"} {
		search("/components/"+section, components.get(section))
	}
	search("/paths", tree.get("paths"))
}
