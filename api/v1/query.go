package v1

import (
	"brandregistry/internal/fault"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// query reads the query into a struct: fields named by their form tag, of kind string, int, int64
// or bool, a pointer to one, or a list of strings separated by commas; default tags fill what is
// not given; validate tags hold. It fails with InvalidRequest, naming every parameter that is
// unknown, repeated or wrong.
func (r *request) query(into any) error {
	r.queried = true
	wrong, err := bindQuery(r.gin.Request.URL.RawQuery, into)
	if err != nil {
		return err
	}
	if len(wrong) > 0 {
		return fault.Malformed(wrong)
	}
	return r.api.validate(into, true)
}

// bindQuery fills into, a pointer to a struct, from a raw query. It lists what is wrong, and fails
// with InvalidRequest when the query cannot be decoded.
func bindQuery(raw string, into any) (wrong []fault.Violation, err error) {
	fields := queryFields(reflect.ValueOf(into).Elem())
	seen := map[string]bool{}
	for pair := range strings.SplitSeq(raw, "&") {
		if pair == "" {
			continue
		}
		name, value, err := queryPair(pair)
		if err != nil {
			return nil, err
		}
		i := slices.IndexFunc(fields, func(f queryField) bool { return f.name == name })
		switch {
		case i < 0:
			wrong = append(wrong, violation(name, "unknown", fault.Textf("没有名为 %q 的查询参数。", "There is no query parameter %q.", name),
				knownParameters(fields)))
		case seen[name]:
			wrong = append(wrong, violation(name, "repeated", fault.Textf("查询参数 %q 给了不止一次。", "The query parameter %q is repeated.", name),
				fault.Text{ZH: "每个参数只给一次。", EN: "Give each parameter once."}))
		default:
			if v, ok := fields[i].set(value); !ok {
				wrong = append(wrong, v)
			}
		}
		seen[name] = true
	}
	for _, f := range fields {
		if fallback := f.tag.Get("default"); fallback != "" && !seen[f.name] {
			f.set(fallback)
		}
	}
	return wrong, nil
}

func queryPair(pair string) (name, value string, err error) {
	name, value, _ = strings.Cut(pair, "=")
	name, nameErr := url.QueryUnescape(name)
	value, valueErr := url.QueryUnescape(value)
	if nameErr != nil || valueErr != nil || strings.Contains(pair, ";") || !utf8.ValidString(name+value) || strings.ContainsRune(name+value, 0) {
		return "", "", fault.Invalid(strings.ToValidUTF8(name, "�"),
			fault.Text{ZH: "查询字符串无法解析。", EN: "The query cannot be decoded."},
			fault.Text{ZH: "参数之间用 & 分隔，特殊字符用百分号编码（UTF-8）。", EN: "Separate parameters by & and percent-encode special characters in UTF-8."})
	}
	return name, value, nil
}

func knownParameters(fields []queryField) fault.Text {
	if len(fields) == 0 {
		return fault.Text{ZH: "此地址不接受查询参数。", EN: "This address takes no query parameters."}
	}
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.name
	}
	return fault.Textf("可用的参数：%s。", "It takes: %s.", strings.Join(names, ", "))
}

// queryField is a field of a query struct.
type queryField struct {
	name  string
	tag   reflect.StructTag
	value reflect.Value
}

// queryFields lists the fields, those of embedded structs in their place; an outer field hides an
// inner one of the same name.
func queryFields(v reflect.Value) []queryField {
	var own, inner []queryField
	for i := range v.NumField() {
		f := v.Type().Field(i)
		if f.Anonymous && f.Type.Kind() == reflect.Struct {
			inner = append(inner, queryFields(v.Field(i))...)
			continue
		}
		if name := tagName(f, "form"); name != "" && f.IsExported() {
			own = append(own, queryField{name, f.Tag, v.Field(i)})
		}
	}
	for _, f := range inner {
		if !slices.ContainsFunc(own, func(o queryField) bool { return o.name == f.name }) {
			own = append(own, f)
		}
	}
	return own
}

// set gives the field a value; it reports false, and what is wrong, when the value does not fit.
func (f queryField) set(s string) (fault.Violation, bool) {
	v := f.value
	if v.Kind() == reflect.Pointer {
		v.Set(reflect.New(v.Type().Elem()))
		v = v.Elem()
	}
	if s == "" && !f.takesEmpty(v.Kind()) {
		return violation(f.name, "empty", fault.Textf("查询参数 %q 没有值。", "The query parameter %q has no value.", f.name),
			fault.Text{ZH: "请给出值，或去掉这个参数。", EN: "Give a value, or drop the parameter."}), false
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(s)
	case reflect.Int, reflect.Int64:
		n, err := strconv.ParseInt(s, 10, 64)
		if err != nil || v.OverflowInt(n) || strconv.FormatInt(n, 10) != s {
			return violation(f.name, "integer", fault.Text{ZH: "应为整数。", EN: "It must be a whole number."}, fault.Text{ZH: "请写成 50 这样的数字。", EN: "Write a number such as 50."}), false
		}
		v.SetInt(n)
	case reflect.Bool:
		if s != "true" && s != "false" {
			return violation(f.name, "boolean", fault.Text{ZH: "应为 true 或 false。", EN: "It must be true or false."}, fault.Text{ZH: "请写 true 或 false。", EN: "Write true or false."}), false
		}
		v.SetBool(s == "true")
	case reflect.Slice:
		list := reflect.MakeSlice(v.Type(), 0, 4)
		for item := range strings.SplitSeq(s, ",") {
			list = reflect.Append(list, reflect.ValueOf(item).Convert(v.Type().Elem()))
		}
		v.Set(list)
	default:
		panic("v1: query parameter of kind " + v.Kind().String()) // a programming error, met by the first test
	}
	return fault.Violation{}, true
}

// takesEmpty reports whether an empty value can be meant: only for free text.
func (f queryField) takesEmpty(kind reflect.Kind) bool {
	if kind != reflect.String {
		return false
	}
	for rule := range strings.SplitSeq(f.tag.Get("validate"), ",") {
		name, _, _ := strings.Cut(rule, "=")
		if !slices.Contains([]string{"", "omitempty", "omitzero", "max", "lte"}, name) {
			return false
		}
	}
	return true
}

// tagName is the name that a struct tag gives a field; "" when it gives none.
func tagName(f reflect.StructField, key string) string {
	name, _, _ := strings.Cut(f.Tag.Get(key), ",")
	if name == "-" {
		return ""
	}
	return name
}
