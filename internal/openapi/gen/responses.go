package main

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// operationResponses are the annotated answers and those that every operation of its kind has.
func (d *document) operationResponses(o *operation, headers map[string]bool) *object {
	read := o.read.member("responses")
	made := newObject()
	answered := false // with content
	if read != nil {
		for _, key := range read.keys {
			code := statusOf(key)
			if code == 0 {
				d.refused.add(o.handler.pos, "an answer without a status: %s", key)
				continue
			}
			answer := d.response(o, code, read.member(key))
			if headers["Idempotency-Key"] && code < http.StatusMultipleChoices {
				answer.set("headers", answer.member("headers").set("Idempotency-Replayed", d.headerReference("Idempotency-Replayed")).sorted())
			}
			answered = answered || code < http.StatusMultipleChoices && answer.has("content")
			made.set(key, answer)
		}
	}
	for _, code := range implied(o.method, o.public, o.body != nil, answered, headers) {
		if key := strconv.Itoa(code); !made.has(key) {
			made.set(key, d.refusal(o, code, nil))
		}
	}
	return made.sorted()
}

// response is one annotated answer.
func (d *document) response(o *operation, code int, read *object) *object {
	if code >= http.StatusBadRequest {
		return d.refusal(o, code, read)
	}
	description := read.text("description")
	if description == "" || description == http.StatusText(code) {
		description = successes[code]
	}
	if description == "" {
		d.refused.add(o.handler.pos, "the answer %d has no description", code)
	}
	made := newObject("description", description, "headers", d.responseHeaders(o, read))
	content := newObject()
	if media := read.member("content"); media != nil {
		for _, mediaType := range media.sorted().keys {
			if isJSON(mediaType) {
				schema := d.component(media.member(mediaType).member("schema"), o, "the answer "+strconv.Itoa(code))
				content.set(mediaType, newObject("schema", schema))
			} else {
				content.set(mediaType, newObject("schema", raw(mediaType)))
			}
		}
		made.set("content", content)
	}
	return made
}

var successes = map[int]string{
	http.StatusOK: "成功。", http.StatusCreated: "已新建。", http.StatusAccepted: "已受理。",
	http.StatusNoContent: "成功，无内容。", http.StatusNotModified: "未改动。",
}

// refusal is an answer of 400 or more: a problem. Answers that say the same share one component.
func (d *document) refusal(o *operation, code int, read *object) *object {
	known, ok := statuses[code]
	if !ok {
		d.refused.add(o.handler.pos, "the status %d is not in the table of the generator", code)
		return newObject("description", "")
	}
	schema := d.problem(o)
	if media := read.member("content"); media != nil {
		schema = d.component(media.member(media.sorted().keys[0]).member("schema"), o, "the answer "+strconv.Itoa(code))
	}
	description := read.text("description")
	own := description != "" && description != http.StatusText(code)
	if !own {
		description = known.text()
	}
	headers := d.responseHeaders(o, read)
	for _, name := range known.headers {
		if code == http.StatusPreconditionFailed {
			headers.set(name, d.headerReference(currentETag))
			continue
		}
		headers.set(name, d.headerReference(name))
	}
	media := newObject("schema", schema)
	if name := strings.TrimPrefix(schema.text("$ref"), "#/components/schemas/"); name == "Problem" {
		media.set("example", known.example(code, d.builder.schemas.member(name)))
	}
	made := newObject("description", description, "headers", headers.sorted(), "content", newObject("application/problem+json", media))
	if own || schema.text("$ref") != "#/components/schemas/Problem" || read.member("headers") != nil {
		return made
	}
	if !d.responses.has(known.component) {
		d.responses.set(known.component, made)
	}
	return reference("responses", known.component)
}

// problem is the component of every refusal that names no other.
func (d *document) problem(o *operation) *object {
	t := d.typeOf("v1.Problem")
	if t == nil {
		d.refused.add(o.handler.pos, "api/v1 declares no Problem")
		return newObject()
	}
	schema, _ := d.builder.schema(t, o.handler.pos)
	return schema
}

// responseHeaders are the annotated headers of an answer, and the number of its request.
func (d *document) responseHeaders(o *operation, read *object) *object {
	made := newObject()
	if headers := read.member("headers"); headers != nil {
		for _, key := range headers.keys {
			name := http.CanonicalHeaderKey(key)
			if name == "Etag" {
				name = "ETag"
			}
			component := name
			if digest, ok := digests[headers.member(key).text("description")]; ok {
				component = digest
			}
			switch {
			case answerHeaders[component] == nil:
				d.refused.add(o.handler.pos, "the header %s is not in the table of the generator", key)
			case name == "Location":
				made.set(name, copyOf(answerHeaders[name]).(*object).set("example", d.exampleLocation(o)))
			default:
				made.set(name, d.headerReference(component))
			}
		}
	}
	made.set("X-Request-ID", d.headerReference("X-Request-ID"))
	slices.Sort(made.keys)
	return made
}

// exampleLocation is where what an operation makes is found: at its own address, or below it by its id, or by its id
// among others of its kind.
func (d *document) exampleLocation(o *operation) string {
	path := o.path
	if o.method == http.MethodPost {
		path += "/{id}"
		if paths := d.read.member("paths"); strings.Count(path, "{id}") > 1 || !paths.has(path) {
			path = o.path[strings.LastIndexByte(o.path, '/'):] + "/{id}"
		}
	}
	for name, known := range pathParameters {
		path = strings.ReplaceAll(path, "{"+name+"}", fmt.Sprint(known.example))
	}
	return server + path
}

func (d *document) headerReference(name string) *object {
	if !d.headers.has(name) {
		d.headers.set(name, answerHeaders[name])
	}
	return reference("headers", name)
}
