package v1

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"brandregistry/internal/fault"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

const jsonType = "application/json"

// decode reads the JSON body into a struct and holds it against its validate tags. No body is an
// empty object. It fails with TooLarge, UnsupportedMediaType or InvalidRequest.
func (r *request) decode(into any) error {
	r.decoded = true
	body, err := r.readBody(MaxBody)
	if err != nil {
		return err
	}
	if err := requireMedia(r.gin.Request.Header, len(body) > 0, jsonType); err != nil {
		return err
	}
	r.body = body
	if _, err := r.idempotencyKey(); err != nil {
		return err
	}
	if !r.queried {
		if err := r.query(&struct{}{}); err != nil {
			return err
		}
	}
	if len(body) == 0 {
		body = []byte("{}")
	}
	if err := decodeJSON(body, into); err != nil {
		return err
	}
	return r.api.validate(into, false)
}

// bodyFault says whether a body that was not read yet is to be refused before a malformed parameter
// is: when it is too large or no JSON.
func (r *request) bodyFault() error {
	body, err := r.readBody(MaxBody)
	switch {
	case fault.Is(err, fault.TooLarge):
		return err
	case err == nil && len(body) > 0:
		return requireMedia(r.gin.Request.Header, true, jsonType)
	}
	return nil
}

// noBody refuses a body where the handler reads none; an empty object is none.
func (r *request) noBody() error {
	body, err := r.readBody(1 << 10)
	if trimmed := bytes.TrimSpace(body); err == nil && (len(trimmed) == 0 || string(trimmed) == "{}") {
		r.body = trimmed
		return nil
	}
	return fault.Invalid("", fault.Text{ZH: "此操作不接受请求体。", EN: "This operation takes no body."},
		fault.Text{ZH: "请去掉请求体。", EN: "Drop the body."})
}

// readBody reads a body of at most so many bytes, whether or not its length is announced.
func (r *request) readBody(most int64) ([]byte, error) {
	if r.gin.Request.ContentLength > most {
		return nil, tooLarge(most)
	}
	body, err := io.ReadAll(http.MaxBytesReader(r.gin.Writer, r.gin.Request.Body, most))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return nil, tooLarge(most)
	case err != nil && r.ctx.Err() != nil:
		return nil, r.ctx.Err()
	case err != nil:
		return nil, fault.Invalid("", fault.Text{ZH: "请求体没有收全。", EN: "The body did not arrive in full."},
			fault.Text{ZH: "请重新发送。", EN: "Send it again."}).Because(err)
	}
	return body, nil
}

func tooLarge(most int64) error {
	return fault.New(fault.TooLarge, "请求体超过 %s，请减小后重试。", "The body is larger than %s.", sizeText(most))
}

func sizeText(n int64) string {
	if n%(1<<20) == 0 {
		return fmt.Sprintf("%d MiB", n>>20)
	}
	return fmt.Sprintf("%d KiB", n>>10)
}

// requireMedia refuses a Content-Type that is none of those, in another charset than UTF-8, or
// missing although there is a body.
func requireMedia(h http.Header, body bool, mediaTypes ...string) error {
	values := h["Content-Type"]
	if len(values) == 0 && !body {
		return nil
	}
	if len(values) == 1 {
		t, params, err := mime.ParseMediaType(values[0])
		charset, given := params["charset"]
		if err == nil && slices.Contains(mediaTypes, t) && (!given || strings.EqualFold(charset, "utf-8")) {
			return nil
		}
	}
	return fault.New(fault.UnsupportedMediaType, "请求体须为 %s（UTF-8），并在 Content-Type 中注明。", "The body must be %s in UTF-8, and Content-Type must say so.", strings.Join(mediaTypes, ", "))
}

// errNull is the refusal of null where the field cannot be null.
var errNull = errors.New("null")

// notNull refuses null for everything but pointers and types that read JSON themselves. (The json
// package makes a zero value of it, which would pass for a value that was given.)
func notNull(dec *jsontext.Decoder, into any) error {
	if dec.PeekKind() == 'n' {
		switch into.(type) {
		case json.UnmarshalerFrom, json.Unmarshaler:
		default:
			if t := reflect.TypeOf(into).Elem(); t.Kind() != reflect.Pointer {
				return errNull
			}
		}
	}
	return errors.ErrUnsupported // the default way
}

// decodeJSON reads one strict JSON value: no unknown, duplicate or case-variant member, nothing
// after it, no NUL, UTF-8 throughout, whole numbers for integers. It fails with InvalidRequest.
func decodeJSON(body []byte, into any) error {
	err := json.Unmarshal(body, into, json.RejectUnknownMembers(true), json.WithUnmarshalers(json.UnmarshalFromFunc(notNull)))
	if err == nil {
		if at, found := findNUL(body); found {
			return fault.Invalid(at, fault.Text{ZH: "文本中有空字符（NUL）。", EN: "The text holds a NUL character."},
				fault.Text{ZH: "请删去不可见字符后重新填写。", EN: "Remove invisible characters."})
		}
		return nil
	}
	var semantic *json.SemanticError
	if errors.As(err, &semantic) {
		return semanticFault(semantic)
	}
	var syntactic *jsontext.SyntacticError
	if errors.As(err, &syntactic) {
		return syntacticFault(syntactic)
	}
	return syntacticFault(&jsontext.SyntacticError{Err: err})
}

// findNUL returns where an escaped NUL stands in a document that has been decoded; a bare one is no JSON.
func findNUL(body []byte) (pointer string, found bool) {
	if !bytes.Contains(body, []byte(`\u0000`)) {
		return "", false
	}
	dec := jsontext.NewDecoder(bytes.NewReader(body))
	for {
		token, err := dec.ReadToken()
		if err != nil {
			return "", false
		}
		if token.Kind() == '"' && strings.ContainsRune(token.String(), 0) {
			return string(dec.StackPointer()), true
		}
	}
}

func syntacticFault(e *jsontext.SyntacticError) error {
	at := string(e.JSONPointer)
	switch {
	case errors.Is(e, jsontext.ErrDuplicateName):
		return fault.Invalid(at, fault.Textf("字段 %q 出现了不止一次。", "The member %q appears more than once.", e.JSONPointer.LastToken()),
			fault.Text{ZH: "每个字段只写一次。", EN: "Write each member once."})
	case errors.Is(e, io.ErrUnexpectedEOF), errors.Is(e, io.EOF):
		return fault.Invalid(at, fault.Text{ZH: "JSON 不完整。", EN: "The JSON is incomplete."},
			fault.Text{ZH: "请检查括号和引号是否成对，或重新发送。", EN: "Check that brackets and quotes are closed, or send it again."})
	}
	return fault.Invalid(at, fault.Textf("第 %d 个字节处不是有效的 JSON（UTF-8）。", "Near byte %d it is no valid JSON in UTF-8.", e.ByteOffset),
		fault.Text{ZH: "请检查标点、引号、编码，以及 JSON 之后有无多余内容。", EN: "Check punctuation, quotes, encoding, and that nothing follows the JSON."})
}

func semanticFault(e *json.SemanticError) error {
	at := string(e.JSONPointer)
	var own *fault.Error // of a type that reads JSON itself
	switch {
	case errors.As(e.Err, &own) && len(own.Violations) == 1:
		return fault.Invalid(at, own.Violations[0].Message, own.Violations[0].Hint)
	case errors.Is(e, json.ErrUnknownName):
		name := e.JSONPointer.LastToken()
		hint := fault.Text{ZH: "请去掉它，或对照接口文档改正字段名（区分大小写）。", EN: "Drop it, or correct its name by the documentation; case matters."}
		if known := nearName(e.GoType, name); known != "" {
			hint = fault.Textf("是否应为 %q？字段名区分大小写。", "Did you mean %q? Case matters.", known)
		}
		return fault.Invalid(at, fault.Textf("没有名为 %q 的字段。", "There is no member named %q.", name), hint)
	case errors.Is(e, errNull):
		return fault.Invalid(at, fault.Text{ZH: "不能为 null。", EN: "It cannot be null."},
			fault.Text{ZH: "请填写，或去掉这个字段。", EN: "Give a value, or drop the member."})
	}
	return fault.Invalid(at, wantedText(e), fault.Text{ZH: "请对照接口文档改正。", EN: "Correct it by the documentation."})
}

// nearName finds the member of a struct that is spelt like name but for case and underscores.
func nearName(t reflect.Type, name string) string {
	if t == nil || t.Kind() != reflect.Struct {
		return ""
	}
	plain := func(s string) string { return strings.ToLower(strings.ReplaceAll(s, "_", "")) }
	for _, f := range reflect.VisibleFields(t) {
		if known := tagName(f, "json"); plain(known) == plain(name) {
			return known
		}
	}
	return ""
}

// wantedText says what was expected in place of a value of the wrong kind.
func wantedText(e *json.SemanticError) fault.Text {
	kind := reflect.Invalid
	if e.GoType != nil {
		t := e.GoType
		for t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		kind = t.Kind()
	}
	switch kind {
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64, reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		if e.JSONKind != '0' {
			return fault.Text{ZH: "应为整数。", EN: "It must be a whole number."}
		}
		if strings.ContainsAny(string(e.JSONValue), ".eE") {
			return fault.Text{ZH: "应为整数，不能带小数点或指数。", EN: "It must be a whole number without a fraction or an exponent."}
		}
		return fault.Text{ZH: "数值超出范围。", EN: "The number is out of range."}
	case reflect.Float32, reflect.Float64:
		if e.JSONKind == '0' {
			return fault.Text{ZH: "数值超出范围。", EN: "The number is out of range."}
		}
		return fault.Text{ZH: "应为数字。", EN: "It must be a number."}
	case reflect.String:
		return fault.Text{ZH: "应为文本。", EN: "It must be a string."}
	case reflect.Bool:
		return fault.Text{ZH: "应为 true 或 false。", EN: "It must be true or false."}
	case reflect.Slice, reflect.Array:
		return fault.Text{ZH: "应为数组。", EN: "It must be an array."}
	case reflect.Struct, reflect.Map:
		return fault.Text{ZH: "应为对象。", EN: "It must be an object."}
	}
	return fault.Text{ZH: "值的类型不对。", EN: "The value is of the wrong kind."}
}
