// Package openapi holds requests and answers against the published OpenAPI document. It is what tests use to keep the
// document true; no program imports it. The document is written by the command in gen.
package openapi

import (
	"bytes"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

const documentURL = "https://document.invalid/openapi.json"

var methods = []string{"get", "put", "post", "patch", "delete"}

// A Document is an OpenAPI 3.1 document made ready for checking. It is safe for concurrent use.
type Document struct {
	root       map[string]any
	prefix     string // path of the server, such as /api/v1
	operations []*operation

	mutex    sync.Mutex
	compiler *jsonschema.Compiler
	compiled map[string]*jsonschema.Schema // by pointer
}

// An Operation is one method of one path, as the document describes it.
type Operation struct {
	Method             string   // GET
	Path               string   // with the server's prefix: /api/v1/areas/{code}
	ID                 string   // operationId
	Tags               []string // as documented
	Public             bool     // needs no token
	PathParameters     []string
	QueryParameters    []string
	HeaderParameters   []string
	HasIfMatch         bool
	HasIdempotencyKey  bool
	HasBody            bool
	BodyRequired       bool
	BodyTypes          []string // media types of the body
	Statuses           []int    // documented answers, ascending
	AnswerTypes        []string // media types of the answers below 400
	RequiresParameters bool     // a query parameter is required
}

type operation struct {
	Operation
	pointer  string // to the operation object
	segments []string
	query    map[string]parameter
	path     map[string]parameter
	header   map[string]parameter
}

type parameter struct {
	pointer  string // to the parameter object
	required bool
}

// Load reads a document. It is an error when the bytes are no OpenAPI 3.1 document with a single server.
func Load(doc []byte) (*Document, error) {
	plain, err := jsonschema.UnmarshalJSON(bytes.NewReader(doc))
	if err != nil {
		return nil, fmt.Errorf("openapi: %w", err)
	}
	root, ok := plain.(map[string]any)
	if version, _ := root["openapi"].(string); !ok || !strings.HasPrefix(version, "3.1.") {
		return nil, errors.New("openapi: not an OpenAPI 3.1 document")
	}
	d := &Document{root: root, compiler: jsonschema.NewCompiler(), compiled: make(map[string]*jsonschema.Schema)}
	d.compiler.DefaultDraft(jsonschema.Draft2020)
	d.compiler.AssertFormat()
	if err := d.compiler.AddResource(documentURL, plain); err != nil {
		return nil, fmt.Errorf("openapi: %w", err)
	}
	servers, _ := root["servers"].([]any)
	if len(servers) != 1 {
		return nil, errors.New("openapi: the document does not have exactly one server")
	}
	server, _ := servers[0].(map[string]any)
	d.prefix, _ = server["url"].(string)
	paths, _ := root["paths"].(map[string]any)
	for path, item := range paths {
		item, _ := item.(map[string]any)
		for _, method := range methods {
			if item[method] != nil {
				found, err := d.index(path, method)
				if err != nil {
					return nil, err
				}
				d.operations = append(d.operations, found)
			}
		}
	}
	slices.SortFunc(d.operations, func(a, b *operation) int {
		if byPath := strings.Compare(a.Path, b.Path); byPath != 0 {
			return byPath
		}
		return strings.Compare(a.Method, b.Method)
	})
	return d, nil
}

// Operations lists every operation, by path and method.
func (d *Document) Operations() []Operation {
	list := make([]Operation, len(d.operations))
	for i, found := range d.operations {
		list[i] = found.Operation
	}
	return list
}

func (d *Document) index(path, method string) (*operation, error) {
	pointer := "/paths/" + escape(path) + "/" + method
	_, described := d.follow(pointer)
	found := &operation{
		pointer: pointer, segments: strings.Split(d.prefix+path, "/"),
		query: make(map[string]parameter), path: make(map[string]parameter), header: make(map[string]parameter),
	}
	found.Method, found.Path = strings.ToUpper(method), d.prefix+path
	found.ID, _ = described["operationId"].(string)
	found.Tags = texts(described["tags"])
	security, own := described["security"].([]any)
	found.Public = own && len(security) == 0
	parameters, _ := described["parameters"].([]any)
	for i := range parameters {
		at, read := d.follow(pointer + "/parameters/" + strconv.Itoa(i))
		name, _ := read["name"].(string)
		required, _ := read["required"].(bool)
		switch read["in"] {
		case "path":
			found.PathParameters = append(found.PathParameters, name)
			found.path[name] = parameter{at, required}
		case "query":
			found.QueryParameters = append(found.QueryParameters, name)
			found.query[name] = parameter{at, required}
			found.RequiresParameters = found.RequiresParameters || required
		case "header":
			found.HeaderParameters = append(found.HeaderParameters, name)
			found.header[name] = parameter{at, required}
		default:
			return nil, fmt.Errorf("openapi: %s %s: the parameter %q is nowhere", found.Method, path, name)
		}
	}
	found.HasIfMatch = slices.Contains(found.HeaderParameters, "If-Match")
	found.HasIdempotencyKey = slices.Contains(found.HeaderParameters, "Idempotency-Key")
	if _, body := d.follow(pointer + "/requestBody"); body != nil {
		found.HasBody = true
		found.BodyRequired, _ = body["required"].(bool)
		content, _ := body["content"].(map[string]any)
		found.BodyTypes = keys(content)
	}
	responses, _ := described["responses"].(map[string]any)
	for _, key := range keys(responses) {
		status, err := strconv.Atoi(key)
		if err != nil {
			return nil, fmt.Errorf("openapi: %s %s: %q is no status", found.Method, path, key)
		}
		found.Statuses = append(found.Statuses, status)
		if _, response := d.follow(pointer + "/responses/" + key); status < 400 {
			content, _ := response["content"].(map[string]any)
			found.AnswerTypes = append(found.AnswerTypes, keys(content)...)
		}
	}
	slices.Sort(found.AnswerTypes)
	found.AnswerTypes = slices.Compact(found.AnswerTypes)
	return found, nil
}

// find is the operation of a request, the path with its prefix and without its query. A literal segment wins over a
// parameter. When only the method is wrong, allowed names the documented ones.
func (d *Document) find(method, path string) (found *operation, allowed []string) {
	segments := strings.Split(path, "/")
	var best []*operation
	for _, candidate := range d.operations {
		if !candidate.matches(segments) {
			continue
		}
		if len(best) > 0 {
			switch order := moreLiteral(candidate.segments, best[0].segments); {
			case order > 0:
				best = nil
			case order < 0:
				continue
			}
		}
		best = append(best, candidate)
	}
	for _, candidate := range best {
		if candidate.Method == method {
			return candidate, nil
		}
		allowed = append(allowed, candidate.Method)
	}
	return nil, allowed
}

func (o *operation) matches(segments []string) bool {
	if len(segments) != len(o.segments) {
		return false
	}
	for i, segment := range o.segments {
		if segment != segments[i] && !(isParameter(segment) && segments[i] != "") {
			return false
		}
	}
	return true
}

func isParameter(segment string) bool { return strings.HasPrefix(segment, "{") }

// moreLiteral is positive when a has a literal where b first has a parameter.
func moreLiteral(a, b []string) int {
	for i := range a {
		if isParameter(a[i]) != isParameter(b[i]) {
			if isParameter(b[i]) {
				return 1
			}
			return -1
		}
	}
	return 0
}

func splitTarget(target string) (path, query string) {
	path, query, _ = strings.Cut(target, "?")
	if plain, err := url.PathUnescape(path); err == nil {
		path = plain
	}
	return path, query
}

func (o *operation) String() string { return o.Method + " " + o.Path + " (" + o.ID + ")" }

func keys(members map[string]any) []string {
	list := make([]string, 0, len(members))
	for key := range members {
		list = append(list, key)
	}
	slices.Sort(list)
	return list
}

func texts(value any) []string {
	var list []string
	elements, _ := value.([]any)
	for _, element := range elements {
		if text, ok := element.(string); ok {
			list = append(list, text)
		}
	}
	return list
}
