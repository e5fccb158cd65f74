package main

import (
	"context"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/types"
	"io"
	"log"
	"path/filepath"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi2"
	"github.com/getkin/kin-openapi/openapi2conv"
	"github.com/getkin/kin-openapi/openapi3"
	"github.com/go-openapi/spec"
	"github.com/swaggo/swag"
)

const server = "/api/v1"

// build makes the document of the module at root, checked, in both forms. tagTexts are added to the descriptions of tags.
func build(root string, tagTexts map[string]string) (jsonBytes, yamlBytes []byte, err error) {
	read, err := readAnnotations(root)
	if err != nil {
		return nil, nil, err
	}
	src, err := readSource(root)
	if err != nil {
		return nil, nil, err
	}
	refused := &refusals{src: src}
	tree := assemble(read, src, refused)
	for _, tag := range tree.list("tags") {
		tag := tag.(*object)
		if text, given := tagTexts[tag.text("name")]; given {
			tag.set("description", tag.text("description")+"\n\n"+text)
		}
	}
	if err := refused.err(); err != nil {
		return nil, nil, err
	}
	lint(tree, refused)
	if err := refused.err(); err != nil {
		return nil, nil, err
	}
	if jsonBytes, err = encodeJSON(tree); err != nil {
		return nil, nil, err
	}
	if err := verify(jsonBytes, tree); err != nil {
		return nil, nil, err
	}
	yamlBytes, err = encodeYAML(tree)
	return jsonBytes, yamlBytes, err
}

// readAnnotations is swag's output as OpenAPI 3.0.
func readAnnotations(root string) (*object, error) {
	api, internal := filepath.Join(root, "api"), filepath.Join(root, "internal")
	parser := swag.New(
		swag.SetDebugger(log.New(io.Discard, "", 0)),
		swag.SetStrict(true),
		swag.SetExcludedDirsAndFiles(filepath.Join(internal, "openapi")),
		swag.SetFieldParserFactory(func(_ *swag.Parser, field *ast.Field) swag.FieldParser { return newFieldReader(field) }),
	)
	if err := parser.ParseAPIMultiSearchDir([]string{api, internal}, "main.go", 0); err != nil {
		return nil, fmt.Errorf("swag: %w", err)
	}
	swagger := parser.GetSwagger()
	if len(swagger.Consumes) == 0 {
		swagger.Consumes = []string{"application/json"}
	}
	encoded, err := json.Marshal(swagger)
	if err != nil {
		return nil, err
	}
	var two openapi2.T
	if err := json.Unmarshal(encoded, &two); err != nil {
		return nil, err
	}
	three, err := openapi2conv.ToV3(&two)
	if err != nil {
		return nil, err
	}
	if encoded, err = three.MarshalJSON(); err != nil {
		return nil, err
	}
	tree, err := parseTree(encoded)
	if err != nil {
		return nil, err
	}
	return tree.(*object), nil
}

// A fieldReader gives swag the names of fields and nothing else: all that a tag says is read from the Go types later,
// and swag's own reading of some tags is an error where ours is not.
type fieldReader struct {
	field *ast.Field
	tag   *tags
}

func newFieldReader(field *ast.Field) fieldReader {
	reader := fieldReader{field, &tags{}}
	if field.Tag != nil {
		reader.tag, _ = parseTags(strings.Trim(field.Tag.Value, "`"))
		if reader.tag == nil {
			reader.tag = &tags{}
		}
	}
	return reader
}

func (f fieldReader) ShouldSkip() bool {
	return len(f.field.Names) > 0 && !f.field.Names[0].IsExported() || f.FirstTagValue("json") == "-"
}

func (f fieldReader) FieldNames() ([]string, error) {
	for _, key := range []string{"json", "form"} {
		if name := f.FirstTagValue(key); name != "" {
			return []string{name}, nil
		}
	}
	var names []string
	for _, name := range f.field.Names {
		names = append(names, name.Name)
	}
	return names, nil
}

func (f fieldReader) FirstTagValue(key string) string {
	value, _ := f.tag.lookup(key)
	value, _, _ = strings.Cut(value, ",")
	return value
}

func (f fieldReader) FormName() string   { return f.FirstTagValue("form") }
func (f fieldReader) HeaderName() string { return "" }
func (f fieldReader) PathName() string   { return "" }

// CustomSchema stands in for types of other modules, which swag does not find.
func (f fieldReader) CustomSchema() (*spec.Schema, error) {
	t := f.field.Type
	if star, ok := t.(*ast.StarExpr); ok {
		t = star.X
	}
	selector, ok := t.(*ast.SelectorExpr)
	if !ok {
		return nil, nil
	}
	for name := range foreign {
		if pkg, ok := selector.X.(*ast.Ident); ok && strings.HasSuffix("/"+name, "/"+pkg.Name+"."+selector.Sel.Name) {
			return swag.PrimitiveSchema("string"), nil
		}
	}
	return nil, nil
}

func (f fieldReader) ComplementSchema(*spec.Schema) error { return nil }
func (f fieldReader) IsRequired() (bool, error)           { return false, nil }

// A document under construction.
type document struct {
	src        *source
	refused    *refusals
	builder    *builder
	read       *object // what swag read
	parameters *object
	responses  *object
	headers    *object
}

// assemble makes the 3.1 document.
func assemble(read *object, src *source, refused *refusals) *object {
	d := &document{
		src: src, refused: refused, builder: newBuilder(src, refused), read: read,
		parameters: newObject(), responses: newObject(), headers: newObject(),
	}
	paths := newObject()
	found := d.operations()
	// Bodies first: a component that a client also sends admits null where it may leave a member out.
	d.builder.asked = true
	for _, operation := range found {
		operation.body = d.requestBody(operation)
	}
	d.builder.asked = false
	for _, operation := range found {
		if !paths.has(operation.path) {
			paths.set(operation.path, newObject())
		}
		paths.member(operation.path).set(strings.ToLower(operation.method), d.operation(operation))
	}
	d.checkUnreached()

	schemas := d.builder.schemas.sorted()
	components := newObject()
	for _, section := range []struct {
		name    string
		members *object
	}{{"schemas", schemas}, {"responses", d.responses}, {"parameters", d.parameters}, {"headers", d.headers}} {
		if len(section.members.keys) > 0 {
			components.set(section.name, section.members.sorted())
		}
	}
	components.set("securitySchemes", newObject("bearer", newObject("type", "http", "scheme", "bearer",
		"bearerFormat", "br_…", "description", "登录或签发所得的令牌，以 `br_` 开头；请求头为 `Authorization: Bearer br_…`，在文档页授权时只填令牌本身。")))
	tree := newObject("openapi", "3.1.0")
	tree.set("info", ordered(read.member("info"), "title", "version", "description"))
	tree.set("servers", []any{newObject("url", server)})
	tree.set("security", []any{newObject("bearer", []any{})})
	for _, tag := range read.list("tags") {
		tree.set("tags", append(tree.list("tags"), ordered(tag.(*object), "name", "description")))
	}
	return tree.set("paths", paths).set("components", components)
}

// ordered puts the named members first, and leaves out members that hold nothing.
func ordered(from *object, first ...string) *object {
	made := newObject()
	for _, key := range slices.Concat(first, from.keys) {
		if member, ok := from.get(key).(*object); from.has(key) && !(ok && len(member.keys) == 0) {
			made.set(key, from.get(key))
		}
	}
	return made
}

// checkUnreached refuses a wire struct that no operation names: it is dead, or an operation is not annotated.
func (d *document) checkUnreached() {
	pkg := d.src.packages[d.builder.wirePackage()]
	if pkg == nil {
		return
	}
	for _, name := range pkg.Scope().Names() {
		declared, ok := pkg.Scope().Lookup(name).(*types.TypeName)
		if !ok || !declared.Exported() || declared.IsAlias() {
			continue
		}
		named := declared.Type().(*types.Named)
		structure, ok := named.Underlying().(*types.Struct)
		if !ok || d.builder.embedded[typeName(named)] || named.TypeParams().Len() > 0 || !isWire(structure) {
			continue
		}
		if _, line := d.builder.openapiLine(named); line {
			continue
		}
		if _, reached := d.builder.owners[d.builder.structName(named)]; !reached {
			d.refused.add(declared.Pos(), "%s is an unused component: no operation reaches it", name)
		}
	}
}

func isWire(structure *types.Struct) bool {
	return slices.ContainsFunc(slices.Collect(structure.Fields()), func(*types.Var) bool { return true }) &&
		strings.Contains(structure.Tag(0), "json:")
}

// verify has kin-openapi read the bytes as a stranger would, and checks every schema and example.
func verify(encoded []byte, tree *object) error {
	parsed, err := openapi3.NewLoader().LoadFromData(encoded)
	if err != nil {
		return fmt.Errorf("the document cannot be read: %w", err)
	}
	if err := parsed.Validate(context.Background()); err != nil {
		return fmt.Errorf("the document is not valid: %w", err)
	}
	return verifySchemas(encoded, tree)
}
