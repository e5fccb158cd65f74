package v1

import (
	"brandregistry/internal/fault"
	"brandregistry/internal/text"
	"errors"
	"reflect"
	"strconv"
	"strings"

	"github.com/go-playground/validator/v10"
)

// inlined stands in the validator's paths for an embedded struct, whose fields are its parent's.
const inlined = "<inlined>"

func newValidator() *validator.Validate {
	v := validator.New(validator.WithRequiredStructEnabled())
	v.RegisterTagNameFunc(func(f reflect.StructField) string {
		for _, key := range []string{"json", "form"} {
			if name := tagName(f, key); name != "" {
				return name
			}
		}
		if f.Anonymous {
			return inlined
		}
		return ""
	})
	for name, rule := range text.Rules {
		err := v.RegisterValidation(name, func(f validator.FieldLevel) bool {
			return f.Field().Kind() == reflect.String && rule.Holds(f.Field().String())
		})
		if err != nil {
			panic(err) // names are fixed
		}
	}
	return v
}

// validate holds a struct against its validate tags. It fails with InvalidRequest, naming every
// place: by JSON pointers, or by the names of query parameters.
func (a *api) validate(v any, query bool) error {
	if wrong := a.misfits(v, query); len(wrong) > 0 {
		return fault.Malformed(wrong)
	}
	return nil
}

// misfits lists what of a struct does not keep to its validate tags.
func (a *api) misfits(v any, query bool) []fault.Violation {
	err := a.validator.Struct(v)
	var found validator.ValidationErrors
	if !errors.As(err, &found) {
		return nil
	}
	t := reflect.TypeOf(v).Elem()
	wrong := make([]fault.Violation, len(found))
	for i, f := range found {
		broken, at := ruleTextOf(f.Tag(), f.Param(), f.Kind()), placeOf(f, query)
		message := fault.Textf("%s%s", "%s: %s", placeName(t, at), broken.message)
		if f.Tag() == "required" || f.Tag() == "words" && strings.TrimSpace(f.Value().(string)) == "" {
			message = missingText(t, at)
		}
		wrong[i] = violation(at, broken.code, message, broken.hint)
	}
	return wrong
}

func violation(pointer, code string, message, hint fault.Text) fault.Violation {
	return fault.Violation{Code: code, Key: pointer, Severity: fault.SeverityError, Pointer: pointer, Message: message, Hint: hint}
}

// placeOf turns the validator's path, "Input.areas[0].name", into a JSON pointer, or into the name
// of a query parameter.
func placeOf(f validator.FieldError, query bool) string {
	_, path, _ := strings.Cut(f.Namespace(), ".")
	var out strings.Builder
	write := func(token string) {
		out.WriteByte('/')
		out.WriteString(strings.NewReplacer("~", "~0", "/", "~1").Replace(token))
	}
	for path != "" {
		if key, ok := strings.CutPrefix(path, "["); ok { // an index, or the key of a map, whose values are no structs
			end := strings.IndexByte(key, ']')
			if _, err := strconv.Atoi(key[:end]); err != nil {
				end = strings.LastIndexByte(key, ']')
			}
			write(key[:end])
			path = strings.TrimPrefix(key[end+1:], ".")
			continue
		}
		end := strings.IndexAny(path+".", ".[")
		if name := path[:end]; name != inlined {
			write(name)
		}
		path = strings.TrimPrefix(path[end:], ".")
	}
	if query {
		name, _, _ := strings.Cut(strings.TrimPrefix(out.String(), "/"), "/")
		return name
	}
	return out.String()
}
