package openapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
)

var english = message.NewPrinter(language.English)

// escape makes a name a token of a JSON pointer.
func escape(name string) string { return strings.NewReplacer("~", "~0", "/", "~1").Replace(name) }

// follow is the object at a pointer, and where it really stands when a $ref leads elsewhere; nil when there is none.
func (d *Document) follow(pointer string) (string, map[string]any) {
	var at any = d.root
	for token := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
		token = strings.NewReplacer("~1", "/", "~0", "~").Replace(token)
		switch value := at.(type) {
		case map[string]any:
			at = value[token]
		case []any:
			index, err := strconv.Atoi(token)
			if err != nil || index < 0 || index >= len(value) {
				return pointer, nil
			}
			at = value[index]
		default:
			return pointer, nil
		}
	}
	found, _ := at.(map[string]any)
	if target, ok := found["$ref"].(string); ok {
		return d.follow(strings.TrimPrefix(target, "#"))
	}
	return pointer, found
}

// schema compiles the schema at a pointer, once.
func (d *Document) schema(pointer string) (*jsonschema.Schema, error) {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	if found, ok := d.compiled[pointer]; ok {
		return found, nil
	}
	fragment := url.URL{Fragment: pointer}
	found, err := d.compiler.Compile(documentURL + fragment.String())
	if err != nil {
		return nil, fmt.Errorf("the schema at %s: %w", pointer, err)
	}
	d.compiled[pointer] = found
	return found, nil
}

// validate holds a value against the schema at a pointer. The error has one line for every member that does not match,
// with the JSON pointer to it.
func (d *Document) validate(pointer string, value any) error {
	schema, err := d.schema(pointer)
	if err != nil {
		return err
	}
	err = schema.Validate(value)
	if invalid, ok := errors.AsType[*jsonschema.ValidationError](err); ok {
		return errors.Join(leaves(invalid)...)
	}
	return err
}

func leaves(invalid *jsonschema.ValidationError) []error {
	at := pointerTo(invalid.InstanceLocation)
	if len(invalid.Causes) == 0 {
		return []error{fmt.Errorf("%s: %s", at, invalid.ErrorKind.LocalizedString(english))}
	}
	var found []error
	for _, cause := range invalid.Causes {
		found = append(found, leaves(cause)...)
	}
	if names, ok := invalid.ErrorKind.(*kind.PropertyNames); ok {
		// The location of this kind of error is not to be relied on (jsonschema v6.0.3 lets later members overwrite it),
		// and its causes speak of the name as a value of its own. The schema's place is right.
		_, schema, _ := strings.Cut(invalid.SchemaURL, "#")
		return []error{fmt.Errorf("the name %q, by the schema %s: %w", names.Property, schema, errors.Join(found...))}
	}
	return found
}

func pointerTo(tokens []string) string {
	if len(tokens) == 0 {
		return "the whole value"
	}
	var pointer strings.Builder
	for _, token := range tokens {
		pointer.WriteString("/" + escape(token))
	}
	return pointer.String()
}

// validateJSON reads a body whole and holds it against the schema at a pointer.
func (d *Document) validateJSON(pointer string, body []byte) error {
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("the body is no JSON: %w", err)
	}
	return d.validate(pointer, value)
}

// validateText holds the text of a parameter or a header against the schema at a pointer, read as that wants it. A list
// is separated by commas.
func (d *Document) validateText(pointer, text string) error {
	return d.validate(pointer, d.read(pointer, text))
}

func (d *Document) read(pointer, text string) any {
	at, schema := d.follow(pointer)
	for _, name := range kinds(schema) {
		switch name {
		case "integer", "number":
			if json.Valid([]byte(text)) && text != "" && strings.ContainsAny(text[:1], "-0123456789") {
				return json.Number(text)
			}
		case "boolean":
			if value, err := strconv.ParseBool(text); err == nil && (text == "true" || text == "false") {
				return value
			}
		case "array":
			list := []any{}
			for part := range strings.SplitSeq(text, ",") {
				list = append(list, d.read(at+"/items", part))
			}
			return list
		}
	}
	return text
}

func kinds(schema map[string]any) []string {
	if name, ok := schema["type"].(string); ok {
		return []string{name}
	}
	return texts(schema["type"])
}

func isJSON(mediaType string) bool {
	return mediaType == "application/json" || strings.HasSuffix(mediaType, "+json")
}
