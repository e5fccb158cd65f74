package v1

import (
	"brandregistry/internal/fault"
	"maps"
	"net/textproto"
	"slices"
	"strings"
)

// partHeader is what the header of a form's part says of it.
type partHeader struct {
	field string // never empty
	file  string // the file's name; "" when it has none
	named bool   // a name is given, though it may be empty: it is a file, not a text
}

var nameHint = fault.Text{ZH: "请在 Content-Disposition 中写明 name：file 或 purpose。", EN: "Give it one in Content-Disposition: file or purpose."}

// readPartHeader reads the Content-Disposition of a form's part (RFC 7578). It fails with InvalidRequest.
func readPartHeader(h textproto.MIMEHeader) (partHeader, error) {
	kind, params, repeated := parseDisposition(h.Get("Content-Disposition"))
	switch {
	case kind != "" && kind != "form-data":
		return partHeader{}, fault.Invalid("", fault.Textf("表单里有一部分的 Content-Disposition 是 %q，不是 form-data。", "The Content-Disposition of a part is %q, not form-data.", kind),
			fault.Text{ZH: `请写成：Content-Disposition: form-data; name="file"; filename="认定.pdf"`, EN: `Write: Content-Disposition: form-data; name="file"; filename="a.pdf"`})
	case repeated != "":
		return partHeader{}, fault.Invalid("", fault.Textf("表单里有一部分的 Content-Disposition 写了不止一次 %s。", "The Content-Disposition of a part repeats %s.", repeated),
			fault.Text{ZH: "请只写一次。", EN: "Write it once."})
	case params["name"] == "":
		return partHeader{}, fault.Invalid("", fault.Text{ZH: "表单里有一部分没有字段名。", EN: "A part of the form has no name."}, nameHint)
	}
	isFileName := func(key string) bool { return key == "filename" || strings.HasPrefix(key, "filename*") }
	return partHeader{params["name"], fileName(params), slices.ContainsFunc(slices.Collect(maps.Keys(params)), isFileName)}, nil
}

// parseDisposition splits a Content-Disposition into its kind and its parameters, and tells the first
// that is repeated. It reads what programs send although the grammar has it otherwise: values without
// quotes that hold spaces, semicolons or other letters than ASCII, and quotes that do not end.
func parseDisposition(header string) (kind string, params map[string]string, repeated string) {
	kind, rest, _ := strings.Cut(header, ";")
	params = map[string]string{}
	last := ""
	for rest = strings.TrimSpace(rest); rest != ""; rest = strings.TrimSpace(rest) {
		key, after, found := strings.Cut(rest, "=")
		if !found || strings.ContainsAny(key, "; \t\"") { // of a value that holds a semicolon
			part, more, _ := strings.Cut(rest, ";")
			if part = strings.TrimSpace(part); part != "" && last != "" {
				params[last] += ";" + part
			}
			rest = more
			continue
		}
		key = strings.ToLower(key)
		if _, given := params[key]; given && repeated == "" {
			repeated = key
		}
		params[key], rest = cutValue(strings.TrimSpace(after))
		last = key
	}
	return strings.ToLower(strings.TrimSpace(kind)), params, repeated
}

// cutValue cuts the value of a parameter from what follows it. A backslash within quotes escapes the
// special characters only, for paths of Windows come with single ones.
func cutValue(s string) (value, rest string) {
	if !strings.HasPrefix(s, `"`) {
		value, rest, _ = strings.Cut(s, ";")
		return strings.TrimSpace(value), rest
	}
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == '"':
			_, rest, _ = strings.Cut(s[i:], ";")
			return b.String(), rest
		case s[i] == '\\' && i+1 < len(s) && strings.IndexByte(`()<>@,;:\"/[]?=`, s[i+1]) >= 0:
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String(), ""
}
