package main

import (
	"go/types"
	"net/http"
	"slices"
	"strings"
)

// An operation between swag's reading and the document.
type operation struct {
	method, path string
	read         *object
	handler      *handler
	public       bool
	body         *object // requestBody, nil when there is none
}

var methods = []string{"get", "put", "post", "patch", "delete"}

// operations lists what swag read, by path and method, each with the function that it annotates.
func (d *document) operations() []*operation {
	var found []*operation
	paths := d.read.member("paths")
	if paths == nil {
		d.refused.add(0, "no operation is annotated")
		return nil
	}
	for _, path := range paths.sorted().keys {
		for _, method := range methods {
			read := paths.member(path).member(method)
			if read == nil {
				continue
			}
			h := d.src.handlers[strings.ToUpper(method)+" "+path]
			if h == nil {
				d.refused.add(0, "%s %s is annotated outside api", strings.ToUpper(method), path)
				continue
			}
			public, _ := read.get("x-public").(bool)
			found = append(found, &operation{method: strings.ToUpper(method), path: path, read: read, handler: h, public: public})
		}
	}
	return found
}

func (d *document) operation(o *operation) *object {
	made := newObject()
	for _, key := range []string{"tags", "summary", "description", "operationId"} {
		if o.read.has(key) {
			made.set(key, o.read.get(key))
		}
	}
	parameters, headers := d.operationParameters(o)
	made.set("parameters", parameters)
	if o.body != nil {
		made.set("requestBody", o.body)
	}
	made.set("responses", d.operationResponses(o, headers))
	if o.read.has("deprecated") {
		made.set("deprecated", o.read.get("deprecated"))
	}
	if o.public {
		made.set("security", []any{})
	}
	for _, key := range o.read.keys {
		if strings.HasPrefix(key, "x-") && key != "x-public" {
			made.set(key, o.read.get(key))
		}
	}
	return made
}

// operationParameters are those of the path, of the query and of the header, and the names of the latter.
func (d *document) operationParameters(o *operation) (parameters []any, headers map[string]bool) {
	byPlace := make(map[string][]any)
	headers = make(map[string]bool)
	for _, line := range o.handler.parameters {
		switch line.in {
		case "path":
			if strings.Contains(o.path, "{"+line.name+"}") {
				byPlace["path"] = append(byPlace["path"], d.pathParameter(line, o.handler))
			} else {
				d.refused.add(o.handler.pos, "@Param %s is not in the path %s", line.name, o.path)
			}
		case "query":
			byPlace["query"] = append(byPlace["query"], d.queryParameters(line, o.handler)...)
		case "header":
			name := http.CanonicalHeaderKey(line.name)
			if _, ok := requestHeaders[name]; !ok {
				d.refused.add(o.handler.pos, "the header %s is not in the table of the generator", line.name)
				continue
			}
			switch {
			case name == "Accept-Language":
			case name == "If-None-Match" && o.method != http.MethodGet:
				byPlace["header"] = append(byPlace["header"], d.headerParameter(onlyNew, line.required))
			default:
				byPlace["header"] = append(byPlace["header"], d.headerParameter(name, line.required))
			}
			headers[name] = true
		}
	}
	all := slices.Concat(byPlace["path"], byPlace["query"], byPlace["header"])
	return append(all, d.headerParameter("Accept-Language", false)), headers
}

// requestBody is a component as JSON, or a file in each of the media types that are accepted.
func (d *document) requestBody(o *operation) *object {
	read := o.read.member("requestBody")
	if read == nil {
		return nil
	}
	lines := slices.DeleteFunc(slices.Clone(o.handler.parameters), func(line annotation) bool {
		return line.in != "body" && line.in != "formData"
	})
	body, content := newObject(), newObject()
	required := false
	for _, line := range lines {
		required = required || line.required
		if line.in == "body" {
			body.set("description", line.description)
		}
	}
	body.set("required", required)
	media := read.member("content")
	if media == nil {
		d.refused.add(o.handler.pos, "the request body has no media type")
		return nil
	}
	for _, mediaType := range media.sorted().keys {
		schema := media.member(mediaType).member("schema")
		switch {
		case len(lines) > 0 && lines[0].in == "formData":
			schema = d.formSchema(o.read.text("operationId"), lines, schema, o.handler)
			if mediaType != "multipart/form-data" {
				d.refused.add(o.handler.pos, "a form needs @Accept mpfd, not %s", mediaType)
			}
		case isJSON(mediaType):
			schema = d.component(schema, o, "the request body")
		default:
			schema = raw(mediaType)
		}
		content.set(mediaType, newObject("schema", schema))
	}
	return body.set("content", content)
}

func isJSON(mediaType string) bool {
	return mediaType == "application/json" || mediaType == "application/problem+json" || mediaType == "application/merge-patch+json"
}

// raw is a file: text as a string, anything else as octets.
func raw(mediaType string) *object {
	if strings.HasPrefix(mediaType, "text/") || mediaType == "application/x-ndjson" {
		return newObject("type", "string")
	}
	return binary(mediaType)
}

// component follows swag's $ref to the Go type, and refuses a JSON body that is no named component.
func (d *document) component(schema *object, o *operation, what string) *object {
	name, ok := strings.CutPrefix(schema.text("$ref"), "#/components/schemas/")
	if !ok {
		d.refused.add(o.handler.pos, "%s is not a named struct", what)
		return newObject()
	}
	t := d.typeOf(name)
	if t == nil {
		d.refused.add(o.handler.pos, "%s: no Go type for swag's %s", what, name)
		return newObject()
	}
	found, _ := d.builder.schema(t, o.handler.pos)
	if !found.has("$ref") {
		d.refused.add(o.handler.pos, "%s is not a named struct", what)
		return found
	}
	d.compare(d.read.member("components").member("schemas").member(name), found, o)
	return found
}

// compare has swag's reading of a struct confirm ours: the same members.
func (d *document) compare(theirs, made *object, o *operation) {
	name := strings.TrimPrefix(made.text("$ref"), "#/components/schemas/")
	ours := d.builder.schemas.member(name)
	if theirs.member("properties") == nil || ours.member("properties") == nil {
		return
	}
	a, b := slices.Clone(theirs.member("properties").keys), slices.Clone(ours.member("properties").keys)
	slices.Sort(a)
	slices.Sort(b)
	if !slices.Equal(a, b) {
		d.refused.add(o.handler.pos, "%s has the members %v, but swag reads %v", name, b, a)
	}
}

// typeOf finds the Go type of a name that swag made: v1.Account, v1.Page-v1_Account.
func (d *document) typeOf(name string) types.Type {
	name, arguments, generic := strings.Cut(name, "-")
	pkgName, typeName, _ := strings.Cut(name, ".")
	for _, pkg := range d.src.packages {
		if pkg.Name() != pkgName && strings.NewReplacer("/", "_", ".", "_", "-", "_").Replace(pkg.Path()) != pkgName {
			continue
		}
		declared, ok := pkg.Scope().Lookup(typeName).(*types.TypeName)
		if !ok {
			continue
		}
		if !generic {
			return declared.Type()
		}
		var list []types.Type
		for argument := range strings.SplitSeq(arguments, "-") {
			at := strings.LastIndexByte(argument, '_')
			if at < 0 {
				return nil
			}
			t := d.typeOf(argument[:at] + "." + argument[at+1:])
			if t == nil {
				return nil
			}
			list = append(list, t)
		}
		instance, err := types.Instantiate(nil, declared.Type(), list, true)
		if err != nil {
			return nil
		}
		return instance
	}
	return nil
}
