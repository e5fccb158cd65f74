package openapi

import (
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// CheckRequest holds a request that the server took (its answer was below 300) against the document, which must not
// refuse what the server takes. The path has the server's prefix and the query. Checked are the parameters of the path,
// those of the query, unknown and repeated ones too, and the body.
func (d *Document) CheckRequest(method, path string, body []byte, contentType string) error {
	err := d.Forbids(method, path, http.Header{"Content-Type": {contentType}}, body)
	if err != nil {
		return fmt.Errorf("the server took what the document refuses: %w", err)
	}
	return nil
}

// Forbids says why the document does not allow a request, in every place; nil when it allows it. A body has to be I-JSON
// (RFC 7493): a member that stands twice is none. A form is not looked into.
func (d *Document) Forbids(method, path string, header http.Header, body []byte) error {
	plain, query := splitTarget(path)
	found, _ := d.find(method, plain)
	if found == nil {
		return fmt.Errorf("%s %s is not documented", method, plain)
	}
	err := errors.Join(d.checkPath(found, plain), d.checkQuery(found, query), d.checkRequestHeaders(found, header), d.checkBody(found, body, header.Get("Content-Type")))
	if err != nil {
		return fmt.Errorf("%s: %w", found, err)
	}
	return nil
}

// checkRequestHeaders holds the documented headers that are given against their schemas. One that is missing is another
// matter than a malformed request, and has a status of its own.
func (d *Document) checkRequestHeaders(o *operation, header http.Header) error {
	var found []error
	for _, name := range o.HeaderParameters {
		for _, value := range header.Values(name) {
			if err := d.validateText(o.header[name].pointer+"/schema", value); err != nil {
				found = append(found, fmt.Errorf("the header %s=%q: %w", name, value, err))
			}
		}
		if name == "Idempotency-Key" && len(header.Values(name)) > 1 {
			found = append(found, fmt.Errorf("the header %s is repeated", name))
		}
	}
	if o.Method == http.MethodPost && !o.HasIdempotencyKey && header["Idempotency-Key"] != nil {
		found = append(found, errors.New("the header Idempotency-Key is not documented"))
	}
	return errors.Join(found...)
}

func (d *Document) checkPath(o *operation, path string) error {
	var found []error
	segments := strings.Split(path, "/")
	for i, segment := range o.segments {
		if !isParameter(segment) {
			continue
		}
		name := strings.Trim(segment, "{}")
		described, ok := o.path[name]
		if !ok {
			found = append(found, fmt.Errorf("the path parameter %s is not documented", name))
			continue
		}
		if err := d.validateText(described.pointer+"/schema", segments[i]); err != nil {
			found = append(found, fmt.Errorf("the path parameter %s=%q: %w", name, segments[i], err))
		}
	}
	return errors.Join(found...)
}

func (d *Document) checkQuery(o *operation, query string) error {
	values, err := url.ParseQuery(query)
	if err != nil {
		return fmt.Errorf("the query: %w", err)
	}
	var found []error
	names := make([]string, 0, len(values))
	for name := range values {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		described, ok := o.query[name]
		switch {
		case !ok:
			found = append(found, fmt.Errorf("the query parameter %s is not documented", name))
		case len(values[name]) > 1:
			found = append(found, fmt.Errorf("the query parameter %s is repeated", name))
		default:
			if err := d.validateText(described.pointer+"/schema", values[name][0]); err != nil {
				found = append(found, fmt.Errorf("the query parameter %s=%q: %w", name, values[name][0], err))
			}
		}
	}
	for _, name := range o.QueryParameters {
		if o.query[name].required && !values.Has(name) {
			found = append(found, fmt.Errorf("the query parameter %s is missing", name))
		}
	}
	return errors.Join(found...)
}

func (d *Document) checkBody(o *operation, body []byte, contentType string) error {
	switch {
	case len(body) == 0 && o.BodyRequired:
		return errors.New("the body is missing")
	case len(body) == 0:
		return nil
	case !o.HasBody:
		return fmt.Errorf("a body of %d bytes where none is documented", len(body))
	}
	mediaType, _, err := mime.ParseMediaType(contentType)
	if err != nil {
		return fmt.Errorf("the media type %q: %w", contentType, err)
	}
	if !slices.Contains(o.BodyTypes, mediaType) {
		return fmt.Errorf("the media type %q is not documented; these are: %s", mediaType, strings.Join(o.BodyTypes, ", "))
	}
	if !isJSON(mediaType) {
		return nil
	}
	if !jsontext.Value(body).IsValid() {
		return errors.New("the body is no I-JSON")
	}
	at, _ := d.follow(o.pointer + "/requestBody")
	return d.validateJSON(at+"/content/"+escape(mediaType)+"/schema", body)
}
