package v1

import (
	"brandregistry/internal/fault"
	"bytes"
	"errors"
	"reflect"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// maxViolations bounds how many places of a body are named.
const maxViolations = 100

// bodyReader fills a struct from JSON and notes everything that does not fit. It goes on after what does
// not fit, so that who filled in a form is told of all cells at once.
type bodyReader struct {
	dec   *jsontext.Decoder
	root  reflect.Type
	wrong []fault.Violation
}

// brokenJSON is a place from which on a body is no JSON.
type brokenJSON struct {
	at    jsontext.Pointer
	cause error
}

func (b brokenJSON) Error() string { return string(b.at) + ": " + b.cause.Error() }

// readJSON reads one strict JSON value into a struct: no unknown, repeated or case-variant member, null
// for what is a pointer only, no NUL, UTF-8 throughout, whole numbers for integers. It lists what does
// not fit, and fails with InvalidRequest where the body is no JSON.
func readJSON(body []byte, into any) ([]fault.Violation, error) {
	v := reflect.ValueOf(into).Elem()
	b := &bodyReader{dec: jsontext.NewDecoder(bytes.NewBuffer(body), jsontext.AllowDuplicateNames(true)), root: v.Type()}
	err := b.value(v, "")
	if rest := bytes.TrimLeft(body[b.dec.InputOffset():], " \t\r\n"); err == nil && len(rest) > 0 {
		err = brokenJSON{"", &jsontext.SyntacticError{ByteOffset: int64(len(body) - len(rest)), Err: errors.New("something follows")}}
	}
	var broken brokenJSON
	if errors.As(err, &broken) {
		var syntactic *jsontext.SyntacticError
		if !errors.As(broken.cause, &syntactic) {
			syntactic = &jsontext.SyntacticError{Err: broken.cause}
		}
		return nil, fault.Malformed(append(b.wrong, syntacticViolation(body, string(broken.at), syntactic)))
	}
	return b.wrong, err
}

func (b *bodyReader) add(at jsontext.Pointer, message, hint fault.Text) {
	if len(b.wrong) < maxViolations {
		b.wrong = append(b.wrong, violation(string(at), string(fault.InvalidRequest), message, hint))
	}
}

// value reads the next value.
func (b *bodyReader) value(v reflect.Value, at jsontext.Pointer) error {
	kind := b.dec.PeekKind()
	if !strings.ContainsRune(`ntf"0{[`, rune(kind)) { // no value begins here
		return b.skip(at)
	}
	if v.Kind() == reflect.Pointer {
		if kind == 'n' {
			return b.skip(at)
		}
		v.Set(reflect.New(v.Type().Elem()))
		return b.value(v.Elem(), at)
	}
	_, own := v.Addr().Interface().(json.Unmarshaler)
	switch want := v.Kind(); {
	case own:
		return b.scalar(v, at)
	case kind == 'n':
		b.add(at, fault.Textf("%s没有内容（null）。", "%s is null.", b.nameOf(at)), fault.Text{ZH: "请填写，或去掉这个字段。", EN: "Give a value, or drop the member."})
		return b.skip(at)
	case want == reflect.Struct && kind == '{':
		return b.object(v, at)
	case want == reflect.Map && kind == '{':
		return b.entries(v, at)
	case want == reflect.Slice && kind == '[':
		return b.items(v, at)
	case want == reflect.Struct || want == reflect.Map || want == reflect.Slice:
		b.add(at, fault.Textf("%s应为%s。", "%s must be %s.", b.nameOf(at), collectionTexts[want].what), collectionTexts[want].hint)
		return b.skip(at)
	}
	return b.scalar(v, at)
}

func (b *bodyReader) skip(at jsontext.Pointer) error {
	if err := b.dec.SkipValue(); err != nil {
		return brokenJSON{at, err}
	}
	return nil
}

// token reads one token of an object or a list.
func (b *bodyReader) token(at jsontext.Pointer) (jsontext.Token, error) {
	token, err := b.dec.ReadToken()
	if err != nil {
		return token, brokenJSON{at, err}
	}
	return token, nil
}

// scalar reads text, a number, a boolean, or what reads JSON itself.
func (b *bodyReader) scalar(v reflect.Value, at jsontext.Pointer) error {
	raw, err := b.dec.ReadValue()
	if err != nil {
		return brokenJSON{at, err}
	}
	err = json.Unmarshal(raw, v.Addr().Interface())
	var own *fault.Error // of a type that reads JSON itself
	switch {
	case errors.As(err, &own) && len(own.Violations) == 1:
		b.add(at, fault.Textf("%s%s", "%s: %s", b.nameOf(at), own.Violations[0].Message), own.Violations[0].Hint)
	case err != nil:
		message, hint := wantedText(v.Kind(), raw, b.nameOf(at))
		b.add(at, message, hint)
	case v.Kind() == reflect.String:
		b.refuseNUL(v.String(), at)
	}
	return nil
}

func (b *bodyReader) refuseNUL(s string, at jsontext.Pointer) {
	if strings.ContainsRune(s, 0) {
		b.add(at, fault.Textf("%s中有空字符（NUL）。", "%s holds a NUL character.", b.nameOf(at)),
			fault.Text{ZH: "请删去不可见字符后重新填写。", EN: "Remove invisible characters."})
	}
}

// members reads an object, each member once.
func (b *bodyReader) members(at jsontext.Pointer, read func(name string, at jsontext.Pointer) error) error {
	if _, err := b.token(at); err != nil {
		return err
	}
	seen := map[string]bool{}
	for b.dec.PeekKind() != '}' {
		token, err := b.token(at)
		if err != nil {
			return err
		}
		name := token.String()
		here, again := at.AppendToken(name), seen[name]
		seen[name] = true
		if again {
			b.add(here, b.inside(at, fault.Textf("字段 %q 出现了不止一次。", "The member %q appears more than once.", name)), fault.Text{ZH: "每个字段只写一次。", EN: "Write each member once."})
			err = b.skip(here)
		} else {
			b.refuseNUL(name, here)
			err = read(name, here)
		}
		if err != nil {
			return err
		}
	}
	_, err := b.token(at)
	return err
}

func (b *bodyReader) object(v reflect.Value, at jsontext.Pointer) error {
	return b.members(at, func(name string, here jsontext.Pointer) error {
		for _, f := range reflect.VisibleFields(v.Type()) {
			if tagName(f, "json") != name {
				continue
			}
			if b.dec.PeekKind() == 'n' && strings.HasPrefix(f.Tag.Get("validate")+",", "required,") {
				return b.skip(here) // it is missing, and the validator asks for it
			}
			return b.value(v.FieldByIndex(f.Index), here)
		}
		message, hint := unknownText(v.Type(), name)
		b.add(here, b.inside(at, message), hint)
		return b.skip(here)
	})
}

func (b *bodyReader) entries(v reflect.Value, at jsontext.Pointer) error {
	v.Set(reflect.MakeMap(v.Type()))
	return b.members(at, func(name string, here jsontext.Pointer) error {
		entry := reflect.New(v.Type().Elem()).Elem()
		if err := b.value(entry, here); err != nil {
			return err
		}
		v.SetMapIndex(reflect.ValueOf(name).Convert(v.Type().Key()), entry)
		return nil
	})
}

func (b *bodyReader) items(v reflect.Value, at jsontext.Pointer) error {
	if _, err := b.token(at); err != nil {
		return err
	}
	v.Set(reflect.MakeSlice(v.Type(), 0, 4))
	for b.dec.PeekKind() != ']' {
		item := reflect.New(v.Type().Elem()).Elem()
		if err := b.value(item, at.AppendToken(strconv.Itoa(v.Len()))); err != nil {
			return err
		}
		v.Set(reflect.Append(v, item))
	}
	_, err := b.token(at)
	return err
}

// inside puts the name of an object before what is said of one of its members; the body itself has none.
func (b *bodyReader) inside(at jsontext.Pointer, message fault.Text) fault.Text {
	if at == "" {
		return message
	}
	return fault.Textf("%s里：%s", "In %s: %s", b.nameOf(at), message)
}

// nameOf names a place of the body for people.
func (b *bodyReader) nameOf(at jsontext.Pointer) fault.Text { return placeName(b.root, string(at)) }
