package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const (
	mainFile = "package main\n\n// main\n//\n//\t@title\t样例\n//\t@version\t1\n//\t@description\t样例接口\n//\t@contact.name\t管理员\n//\t@tag.name\t例\nfunc main() {}\n"
	nounFile = "package noun\n\n// 状态\ntype State string\n\nconst (\n\tOn State = \"on\"\n\tOff State = \"off\"\n)\n\n" +
		"// Bare has no Chinese line.\ntype Bare string\n\nconst One Bare = \"one\"\n\ntype Row struct{ A int }\n"
	problemType = "\n// Problem\ntype Problem struct {\n\tTitle string `json:\"title\" example:\"错误\"` // 标题\n}\n"
	goodRoute   = "@Summary 读\n@Description 读一个\n@ID read\n@Tags 例\n@Success 200 {object} Thing\n@Router /things [get]"
)

// module writes a small API whose wire package holds the struct Thing of these fields and an operation of these lines.
func module(t *testing.T, fields, route, more string) string {
	t.Helper()
	root := t.TempDir()
	wire := "package v1\n\nimport (\n\t\"time\"\n\t\"fixture/internal/noun\"\n)\n\nvar _ time.Time\nvar _ noun.State\n\n" +
		"type Thing struct {\n" + fields + "\n}\n\n// read\n//\n//\t" + strings.ReplaceAll(route, "\n", "\n//\t") + "\nfunc read() {}\n" + more
	if !strings.Contains(more, "type Problem ") {
		wire += problemType
	}
	for name, content := range map[string]string{
		"go.mod": "module fixture\n\ngo 1.26\n", "api/main.go": mainFile, "api/v1/wire.go": wire, "internal/noun/noun.go": nounFile,
	} {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func TestRefusedFields(t *testing.T) {
	tests := []struct{ name, fields, want string }{
		{"unknown key", "A string `json:\"a\" gorm:\"column:a\" example:\"x\"` // 甲", `the tag gorm:"column:a" has no form in the schema`},
		{"malformed tag", "A string `json:a` // 甲", "the struct tag is malformed"},
		{"no name", "A string // 甲", `the json tag "" gives no name`},
		{"JSON as a string", "A int `json:\"a,string\" example:\"1\"` // 甲", "says what a schema cannot"},
		{"two of a name", "A int `json:\"a\" example:\"1\"` // 甲\n\tB int `json:\"a\" example:\"1\"` // 乙", `a second field named "a"`},
		{"no description", "A string `json:\"a\" example:\"x\"` // letter", "A has no Chinese description"},
		{"no example", "A string `json:\"a\"` // 甲", "A has no example"},
		{"no example in a list", "A []string `json:\"a\"` // 甲", "A has no example"},
		{"no example of an instant", "A time.Time `json:\"a\"` // 甲", "A has no example"},
		{"example of the wrong type", "A int `json:\"a\" example:\"x\"` // 甲", `example: "x" is no number`},
		{"default of the wrong type", "A int `json:\"a\" default:\"x\" example:\"1\"` // 甲", `default: "x" is no number`},
		{"example out of bounds", "A int `json:\"a\" validate:\"max=3\" example:\"4\"` // 甲", "/components/schemas/Thing/properties/a: the example 4 does not match"},
		{"example against the pattern", "A string `json:\"a\" validate:\"period\" example:\"2026-Q5\"` // 甲", "the example 2026-Q5 does not match"},
		{"example against the format", "A string `json:\"a\" validate:\"date\" example:\"2026-02-30\"` // 甲", "the example 2026-02-30 does not match"},
		{"broken pattern", "A string `json:\"a\" pattern:\"(\" example:\"1\"` // 甲", "the document is not valid"},
		{"unknown rule", "A string `json:\"a\" validate:\"required_with=B\" example:\"1\"` // 甲", "validate: required_with=B: the rule has no form"},
		{"rule of another type", "A int `json:\"a\" validate:\"uuid\" example:\"1\"` // 甲", "validate: uuid: the field is no string"},
		{"bound that is no number", "A int `json:\"a\" validate:\"min=x\" example:\"1\"` // 甲", `validate: min=x: "x" is no number`},
		{"rules that contradict", "A string `json:\"a\" validate:\"period,subdistrict\" example:\"1\"` // 甲", "pattern is"},
		{"layout without format", "A string `json:\"a\" validate:\"datetime=15:04\" example:\"1\"` // 甲", "the rule has no form in the schema"},
		{"dive into nothing", "A string `json:\"a\" validate:\"dive,min=1\" example:\"1\"` // 甲", "dive on a field that is no list or map"},
		{"bound of a component", "A noun.State `json:\"a\" validate:\"min=1\"` // 甲", "validate: min=1: the rule has no form"},
		{"values of a boolean", "A bool `json:\"a\" validate:\"oneof=true\"` // 甲", "a list of values on a field that is neither"},
		{"required boolean", "A bool `json:\"a\" validate:\"required\"` // 甲", "required on a boolean refuses false"},
		{"required number", "A int `json:\"a\" validate:\"required\" example:\"1\"` // 甲", "required on a number refuses 0"},
		{"swaggertype", "A string `json:\"a\" swaggertype:\"file\" example:\"x\"` // 甲", `swaggertype "file" is not known`},
		{"nullable by extension", "A string `json:\"a\" extensions:\"x-nullable\" example:\"x\"` // 甲", "nullability is the pointer's"},
		{"enumeration without text", "A noun.Bare `json:\"a\"` // 甲", "the enumeration Bare has no Chinese line"},
		{"struct of a noun", "A noun.Row `json:\"a\"` // 甲", "fixture/internal/noun.Row is not a wire type"},
		{"struct without name", "A struct{ B int } `json:\"a\"` // 甲", "has no schema; give it a name"},
		{"own form", "A Own `json:\"a\" example:\"x\"` // 甲", "fixture/api/v1.Own has its own form on the wire (MarshalJSON)"},
		{"own form of no JSON", "A Odd `json:\"a\" example:\"x\"` // 甲", "Odd: the openapi: line is no JSON object"},
	}
	const more = "\ntype Own int\n\nfunc (Own) MarshalJSON() ([]byte, error) { return nil, nil }\n\n// Odd\n// openapi: number\ntype Odd int\n"
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			refuses(t, module(t, "\t"+test.fields, goodRoute, more), test.want)
		})
	}
}

func TestRefusedOperations(t *testing.T) {
	const field = "\tA string `json:\"a\" example:\"x\"` // 甲"
	change := func(old, new string) string { return strings.Replace(goodRoute, old, new, 1) }
	tests := []struct{ name, route, more, want string }{
		{"no summary", change("@Summary 读\n", ""), "", "GET /things has no Chinese @Summary"},
		{"no tag", change("@Tags 例\n", ""), "", "GET /things has no @Tags"},
		{"undeclared tag", change("@Tags 例", "@Tags 他"), "", "which api/main.go does not declare"},
		{"no id", change("@ID read\n", ""), "", "GET /things has no @ID"},
		{"no success", change("@Success 200 {object} Thing", "@Failure 404 {object} Thing"), "", "GET /things has no @Success"},
		{"two of an id", goodRoute, "\n// again\n//\n//\t" + strings.ReplaceAll(change("/things", "/others"), "\n", "\n//\t") + "\nfunc again() {}\n", "duplicated @id"},
		{"no such type", change("{object} Thing", "{object} Nothing"), "", "cannot find type definition: Nothing"},
		{"a list without name", change("{object} Thing", "{array} Thing"), "", "the answer 200 is not a named struct"},
		{"unknown status", change("@Router", "@Failure 418 {object} Problem\n@Router"), "", "the status 418 is not in the table"},
		{"unknown answer header", change("@Router", "@Header 200 {string} X-Odd \"怪\"\n@Router"), "", "the header X-Odd is not in the table"},
		{"unknown header parameter", change("@Router", "@Param X-Odd header string true \"怪\"\n@Router"), "", "the header X-Odd is not in the table"},
		{"unknown path parameter", change("@Router /things", "@Param odd path string true \"怪\"\n@Router /things/{odd}"), "", "the path parameter odd is not in the table"},
		{"missing path parameter", change("/things", "/things/{id}"), "", "GET /things/{id} has no @Param {id}"},
		{"superfluous path parameter", change("@Router", "@Param id path string true \"编号\"\n@Router"), "", "@Param id is not in the path"},
		{"query without struct", change("@Router", "@Param q query string false \"词\"\n@Router"), "", "query parameters are the fields of a struct"},
		{"query of a map", change("@Router", "@Param q query odd false \"词\"\n@Router"),
			"\ntype odd struct {\n\tM map[string]string `form:\"m\" example:\"a:b\"` // 图\n}\n", "a query parameter is a scalar"},
		{"codes without status", goodRoute,
			"\n// 代码\ntype Code string\n\nconst Odd Code = \"odd\"\n\n// Problem\ntype Problem struct {\n\tCode Code `json:\"code\"` // 代码\n}\n",
			"Problem has the code odd, which no status"},
		{"unused component", goodRoute, "\ntype Dead struct {\n\tA int `json:\"a\" example:\"1\"` // 甲\n}\n", "Dead is an unused component"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			refuses(t, module(t, field, test.route, test.more), test.want)
		})
	}
}

func refuses(t *testing.T, root, want string) {
	t.Helper()
	_, _, err := build(root, nil)
	if err == nil {
		t.Fatalf("no error, want one with %q", want)
	}
	if !strings.Contains(err.Error(), want) {
		t.Errorf("error %q, want one with %q", err, want)
	}
}

func TestRun(t *testing.T) {
	root := module(t, "\tA string `json:\"a\" example:\"x\"` // 甲", goodRoute, "")
	docs := filepath.Join(root, "docs")
	if err := os.Mkdir(docs, 0o755); err != nil {
		t.Fatal(err)
	}
	t.Chdir(docs)
	var stderr strings.Builder
	for _, step := range []struct {
		name string
		args []string
		want int
	}{{"nothing written yet", []string{"-check"}, 1}, {"written", nil, 0}, {"fresh", []string{"-check"}, 0}, {"unknown flag", []string{"-x"}, 2}} {
		if got := run(step.args, &stderr); got != step.want {
			t.Errorf("%s: exit %d, want %d; %s", step.name, got, step.want, stderr.String())
		}
	}
	if err := os.WriteFile("openapi.yaml", []byte("old"), 0o644); err != nil {
		t.Fatal(err)
	}
	if got := run([]string{"-check"}, &stderr); got != 1 || !strings.Contains(stderr.String(), "docs/openapi.yaml is stale") {
		t.Errorf("stale: exit %d; %s", got, stderr.String())
	}
}

// The error of a tag says where the field stands.
func TestRefusalNamesFileAndLine(t *testing.T) {
	root := module(t, "\tA string `json:\"a\" gorm:\"x\" example:\"x\"` // 甲", goodRoute, "")
	refuses(t, root, "api/v1/wire.go:12: A: the tag gorm")
}

// A reference to nothing and a nameless enumeration cannot come from Go types; the finished tree is searched for them.
func TestLintOfTheTree(t *testing.T) {
	src, err := readSource("testdata/fixture")
	if err != nil {
		t.Fatal(err)
	}
	tree, err := parseTree([]byte(`{"paths":{"/session":{"post":{"tags":["x"],"summary":"登录","operationId":"login","responses":{"200":
		{"content":{"application/json":{"schema":{"type":"object","properties":{"a":{"enum":["x"]},"b":{"$ref":"#/components/schemas/None"}}}}}}}}}},
		"components":{"schemas":{"Alone":{"type":"string"}}}}`))
	if err != nil {
		t.Fatal(err)
	}
	refused := &refusals{src: src}
	lint(tree.(*object), refused)
	found := refused.err()
	for _, want := range []string{"#/components/schemas/None refers to nothing", "#/components/schemas/Alone is an unused component",
		"/properties/a: an enumeration that is no component"} {
		if found == nil || !strings.Contains(found.Error(), want) {
			t.Errorf("no %q in %v", want, found)
		}
	}
}
