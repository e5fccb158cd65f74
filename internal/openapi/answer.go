package openapi

import (
	"errors"
	"fmt"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

const problemSchema = "/components/schemas/Problem"

// CheckAnswer holds an answer against what the document says of the request that got it. The path is that of the request,
// with the server's prefix, and may have a query. Every deviation is an error: an undocumented status, media type or
// member, a missing header, a body where none is documented. Beside the documented answers, a path without an operation
// may be answered by the problem 404, and a wrong method by the problem 405 with Allow.
func (d *Document) CheckAnswer(method, path string, status int, header http.Header, body []byte) error {
	if method == http.MethodHead {
		if len(body) > 0 {
			return fmt.Errorf("HEAD %s was answered with %d bytes", path, len(body))
		}
		return d.checkHead(path, status, header)
	}
	plain, _ := splitTarget(path)
	found, allowed := d.find(method, plain)
	if found == nil {
		if err := d.checkUnrouted(allowed, status, header, body); err != nil {
			return fmt.Errorf("%s %s, which is not documented: %w", method, plain, err)
		}
		return nil
	}
	if err := d.checkDocumented(found, status, header, body); err != nil {
		return fmt.Errorf("%s answered %d: %w", found, status, err)
	}
	return nil
}

// checkHead holds the status and the headers of an answer to HEAD against those of GET.
func (d *Document) checkHead(path string, status int, header http.Header) error {
	plain, _ := splitTarget(path)
	found, _ := d.find(http.MethodGet, plain)
	if found == nil {
		if status != http.StatusNotFound && status != http.StatusMethodNotAllowed {
			return fmt.Errorf("HEAD %s, which is not documented: answered %d", plain, status)
		}
		return nil
	}
	if !slices.Contains(found.Statuses, status) {
		return fmt.Errorf("HEAD of %s answered %d, which is not documented; these are: %v", found, status, found.Statuses)
	}
	at, response := d.follow(found.pointer + "/responses/" + strconv.Itoa(status))
	return d.checkHeaders(at, response, header)
}

func (d *Document) checkUnrouted(allowed []string, status int, header http.Header, body []byte) error {
	switch {
	case status != http.StatusNotFound && status != http.StatusMethodNotAllowed:
		return fmt.Errorf("answered %d", status)
	case status == http.StatusMethodNotAllowed && header.Get("Allow") == "":
		return errors.New("answered 405 without Allow")
	case status == http.StatusMethodNotAllowed && len(allowed) == 0:
		return errors.New("answered 405, but the path has no operation of any method")
	}
	if mediaType := mediaTypeOf(header); mediaType != "application/problem+json" {
		return fmt.Errorf("answered %d as %q, not as a problem", status, mediaType)
	}
	if err := d.validateJSON(problemSchema, body); err != nil {
		return fmt.Errorf("answered %d: %w", status, err)
	}
	return nil
}

func (d *Document) checkDocumented(o *operation, status int, header http.Header, body []byte) error {
	if !slices.Contains(o.Statuses, status) {
		return fmt.Errorf("the status is not documented; these are: %v", o.Statuses)
	}
	at, response := d.follow(o.pointer + "/responses/" + strconv.Itoa(status))
	if err := d.checkHeaders(at, response, header); err != nil {
		return err
	}
	content, _ := response["content"].(map[string]any)
	if len(content) == 0 {
		if len(body) > 0 {
			return fmt.Errorf("a body of %d bytes where none is documented", len(body))
		}
		return nil
	}
	mediaType := mediaTypeOf(header)
	if _, ok := content[mediaType]; !ok {
		return fmt.Errorf("the media type %q is not documented; these are: %s", mediaType, strings.Join(keys(content), ", "))
	}
	if !isJSON(mediaType) {
		return nil
	}
	return d.validateJSON(at+"/content/"+escape(mediaType)+"/schema", body)
}

// checkHeaders holds every documented header against its schema; the required ones have to be there.
func (d *Document) checkHeaders(pointer string, response map[string]any, header http.Header) error {
	documented, _ := response["headers"].(map[string]any)
	for _, name := range keys(documented) {
		at, described := d.follow(pointer + "/headers/" + escape(name))
		values := header.Values(name)
		if len(values) == 0 {
			if required, _ := described["required"].(bool); required {
				return fmt.Errorf("the header %s is missing", name)
			}
			continue
		}
		for _, value := range values {
			if err := d.validateText(at+"/schema", value); err != nil {
				return fmt.Errorf("the header %s: %w", name, err)
			}
		}
	}
	return nil
}

func mediaTypeOf(header http.Header) string {
	mediaType, _, err := mime.ParseMediaType(header.Get("Content-Type"))
	if err != nil {
		return header.Get("Content-Type")
	}
	return mediaType
}
