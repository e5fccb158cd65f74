package v1

import (
	"brandregistry/internal/area"
	"brandregistry/internal/fault"
	"brandregistry/internal/period"
	"errors"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/go-playground/validator/v10"
)

var (
	usernameForm = regexp.MustCompile(`^[a-z][a-z0-9._-]{2,31}$`)
	pointerForm  = regexp.MustCompile(`^(/([^~/]|~[01])*)*$`)
)

// textRules are the rules of a text's form that the validator does not know of itself.
var textRules = map[string]func(string) bool{
	"area_code":   func(s string) bool { _, err := area.Parse(s); return err == nil },
	"subdistrict": func(s string) bool { c, err := area.Parse(s); return err == nil && c.Level() == area.LevelSubdistrict },
	"period":      func(s string) bool { _, err := period.Parse(s); return err == nil },
	"date":        func(s string) bool { _, err := period.ParseDate(s); return err == nil },
	"stamp":       func(s string) bool { _, err := time.Parse(time.RFC3339Nano, s); return err == nil },
	"username":    usernameForm.MatchString,
	"pointer":     pointerForm.MatchString,
	"uuid":        uuidForm.MatchString,
}

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
	for name, holds := range textRules {
		err := v.RegisterValidation(name, func(f validator.FieldLevel) bool {
			return f.Field().Kind() == reflect.String && holds(f.Field().String())
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
	err := a.validator.Struct(v)
	var found validator.ValidationErrors
	if !errors.As(err, &found) {
		return err
	}
	wrong := make([]fault.Violation, len(found))
	for i, f := range found {
		said := ruleTextOf(f.Tag(), f.Param(), f.Kind())
		wrong[i] = violation(placeOf(f, query), said.code, said.message, said.hint)
	}
	return fault.Malformed(wrong)
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
