package main

import (
	"brandregistry/internal/text"
	"go/types"
	"maps"
	"slices"
	"strings"
)

// A scalar is the schema and the example of a parameter that its name determines.
type scalar struct {
	rule    string // of form; "": a whole number from 1 on
	example any
}

// maxRevision is the largest number that a path takes.
const maxRevision = 9_999_999

func (s scalar) schema() *object {
	if s.rule == "" {
		return newObject("type", "integer", "minimum", 1, "maximum", maxRevision)
	}
	schema := newObject("type", "string")
	if err := setRule(schema, text.Rules[s.rule]); err != nil {
		panic(err) // the schema is empty
	}
	return schema
}

// Parameters of a path, by name.
var pathParameters = map[string]scalar{
	"area":   {"area_code", "330109001"},
	"code":   {"area_code", "330109"},
	"period": {"period", "2026-Q3"},
	"id":     {"uuid", "01890a5d-ac96-774b-bcce-b302099a8057"},
	"rid":    {"uuid", "01890a5d-ac96-774b-bcce-b302099a8058"},
	"year":   {"year", "2026"},
	"n":      {"", 1},
}

// Scalar types of noun packages that may stand in a wire struct.
var nounScalars = map[string]scalar{
	"area.Code":   {"area_code", nil},
	"period.ID":   {"period", nil},
	"period.Date": {"date", nil},
}

// A requestHeader is a header parameter shared by all operations that take it; a required one and an optional one are
// two components.
type requestHeader struct {
	component, optional string // names of the required and of the optional one
	description         string
	pattern             string // of its value; "": any text
	example             string
}

var requestHeaders = map[string]requestHeader{
	"If-Match": {"IfMatch", "IfMatchOptional",
		"读取时得到的 ETag，双引号也要带上；可以列几个，用逗号隔开，有一个相符即可；`*` 表示不论版本。资源已变动或已不存在则答 412；修改已有的资源而没有这一头，答 428。", `^(\*|[ \t,]*(W/)?"[^" ]*"([ \t]*,[ \t]*((W/)?"[^" ]*")?)*[ \t]*)$`, `"1760000000000000"`},
	"If-None-Match": {"IfNoneMatchRequired", "IfNoneMatch",
		"上次得到的 ETag，双引号也要带上；内容未变则答 304，没有正文。", "", exampleDigest},
	onlyNew: {"IfNotExistsRequired", "IfNotExists", "`*`：只新建，已存在则答 412。修改已有的资源请改用 If-Match。", `^\*$`, "*"},
	"Idempotency-Key": {"IdempotencyKeyRequired", "IdempotencyKey",
		"幂等键，1 至 255 个可见的 ASCII 字符。同一账号以同一键再次发送同一请求（方法、地址、If-Match 与请求体都相同）时返回首次的答复，保留 48 小时；把同一键用于另一请求则答 422。只记成功的答复，被拒绝的改正后可以用同一键再发。", "^[!-~]{1,255}$", "01890a5d-ac96-774b-bcce-b302099a8057"},
	"Accept-Language": {"AcceptLanguageRequired", "AcceptLanguage",
		"消息的语言：`zh-CN`（默认）或 `en`。", "", "zh-CN"},
}

// onlyNew stands in the table for the If-None-Match of a write.
const onlyNew = "If-None-Match: *"

// headerParameter refers to the shared parameter and makes it on first use.
func (d *document) headerParameter(name string, required bool) *object {
	known := requestHeaders[name]
	name, _, _ = strings.Cut(name, ":")
	component := known.optional
	if required {
		component = known.component
	}
	if !d.parameters.has(component) {
		schema := newObject("type", "string")
		if known.pattern != "" {
			schema = newObject("type", "string", "pattern", known.pattern)
		}
		d.parameters.set(component, newObject("name", name, "in", "header", "description", known.description,
			"required", required, "schema", schema, "example", known.example))
	}
	return reference("parameters", component)
}

// pathParameter takes the schema from the table.
func (d *document) pathParameter(line annotation, h *handler) *object {
	known, ok := pathParameters[line.name]
	if !ok {
		d.refused.add(h.pos, "the path parameter %s is not in the table of the generator", line.name)
		return newObject()
	}
	return newObject("name", line.name, "in", "path", "description", line.description, "required", true,
		"schema", known.schema(), "example", known.example)
}

// structOf is the struct that an annotation names, as its handler's file sees it.
func (d *document) structOf(line annotation, h *handler) (*types.Struct, string) {
	value, err := types.Eval(d.src.files, h.pkg, h.pos, line.typeName)
	if err != nil || !value.IsType() {
		d.refused.add(h.pos, "@Param %s: %s is no type here", line.name, line.typeName)
		return nil, ""
	}
	structure, ok := value.Type.Underlying().(*types.Struct)
	if !ok {
		d.refused.add(h.pos, "@Param %s: %s parameters are the fields of a struct, and %s is none", line.name, line.in, line.typeName)
		return nil, ""
	}
	name := line.typeName[strings.LastIndexByte(line.typeName, '.')+1:]
	return structure, name
}

// queryParameters makes one parameter of every field of the struct.
func (d *document) queryParameters(line annotation, h *handler) []any {
	structure, owner := d.structOf(line, h)
	if structure == nil {
		return nil
	}
	var found []any
	d.builder.walk(structure, "form", func(field *types.Var, tag *tags, option jsonName) {
		schema, _ := d.builder.schema(field.Type(), field.Pos())
		limits, err := d.builder.constrain(owner, field, schema, tag)
		if err != nil {
			d.refused.add(field.Pos(), "%s: %v", field.Name(), err)
			return
		}
		schema = limits.schema
		d.builder.document(schema, field, tag)
		if option.fallback != "" {
			value, err := literal(schema, option.fallback)
			if err != nil {
				d.refused.add(field.Pos(), "%s: default: %v", field.Name(), err)
			}
			schema.set("default", value)
		}
		if schema.has("properties") || schema.has("additionalProperties") {
			d.refused.add(field.Pos(), "%s: a query parameter is a scalar or a list of such", field.Name())
		}
		parameter := newObject("name", option.name, "in", "query", "description", schema.get("description"))
		if limits.required {
			parameter.set("required", true)
		}
		if hasType(schema, "array") {
			parameter.set("style", "form").set("explode", false)
		}
		schema.remove("description")
		parameter.set("schema", schema)
		if examples := schema.list("examples"); len(examples) > 0 {
			parameter.set("example", examples[0])
			schema.remove("examples")
		}
		found = append(found, parameter)
	})
	return found
}

// formSchema makes the component of a multipart form: the fields of a struct, and the single fields that swag read.
func (d *document) formSchema(operationID string, lines []annotation, read *object, h *handler) *object {
	name := title(operationID) + "Form"
	properties, required := newObject(), []any{}
	for _, line := range lines {
		if field := read.member("properties").member(line.name); field != nil {
			schema := newObject("type", field.get("type"))
			if hasFormat(field, "binary") {
				schema = binary("application/octet-stream")
			}
			for _, key := range slices.Sorted(maps.Keys(keywordTags)) {
				if value := field.get(key); value != nil && key != "format" {
					schema.set(key, value)
				}
			}
			schema.set("description", line.description)
			if example, err := literal(schema, line.example); line.example != "" && err == nil {
				schema.set("examples", []any{example})
			} else if !explainsItself(schema) {
				d.refused.add(h.pos, "the form field %s has no example(…)", line.name)
			}
			properties.set(line.name, schema)
			if line.required {
				required = append(required, line.name)
			}
			continue
		}
		structure, owner := d.structOf(line, h)
		if structure == nil {
			continue
		}
		d.builder.walk(structure, "form", func(field *types.Var, tag *tags, option jsonName) {
			schema, _ := d.builder.schema(field.Type(), field.Pos())
			limits, err := d.builder.constrain(owner, field, schema, tag)
			if err != nil {
				d.refused.add(field.Pos(), "%s: %v", field.Name(), err)
				return
			}
			d.builder.document(limits.schema, field, tag)
			properties.set(option.name, limits.schema)
			if limits.required {
				required = append(required, option.name)
			}
		})
	}
	if !d.builder.claim(name, "the form of "+operationID, h.pos) {
		return reference("schemas", name)
	}
	schema := d.builder.schemas.member(name).set("type", "object").set("properties", properties)
	if len(required) > 0 {
		schema.set("required", required)
	}
	schema.set("additionalProperties", false)
	return reference("schemas", name)
}
