package apitest

import (
	"brandregistry/docs"
	"brandregistry/internal/openapi"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"
)

// Document is the published document.
var Document = sync.OnceValues(func() (*openapi.Document, error) { return openapi.Load(docs.OpenAPIJSON) })

// beyond lists what is malformed although the document allows it, because no schema can say it. Everything
// else that the document allows is not answered 400.
var beyond = []struct {
	code, place, message *regexp.Regexp
	why                  string
}{
	{regexp.MustCompile(`^invalid_request$`), regexp.MustCompile(`^cursor$`), nil, "a cursor is opaque: only the server knows whether it is one of this list"},
	{regexp.MustCompile(`^invalid_request$`), regexp.MustCompile(`^(/period|period|from|to)$`), nil, "the frequency of periods is the deployment's, and which have begun is the day's"},
	{regexp.MustCompile(`^invalid_request$`), regexp.MustCompile(`^(on|as_of)$`), nil, "whether a day has come, and whether anything was known at an instant, is not in the text"},
	{regexp.MustCompile(`^invalid_request$`), regexp.MustCompile(`^q$`), nil, "how many words a search has"},
	{regexp.MustCompile(`^invalid_request$`), regexp.MustCompile(`^/etags/`), nil, "the keys of one member have to be among the items of another"},
	{regexp.MustCompile(`^invalid_request$`), nil, regexp.MustCompile(`NUL`), "no text holds the character U+0000"},
	{regexp.MustCompile(`^invalid_request$`), nil, regexp.MustCompile(`请只填整数|最多两位小数`), "JSON Schema takes 1.0 and 1e2 for integers, and 9.5e1 for a number of two decimals"},
}

// checkDocument holds an answer against the document, and the request both ways: what the document allows is
// not malformed, and what it forbids is not taken.
func checkDocument(t testing.TB, req *http.Request, target, body string, r Response) {
	t.Helper()
	d, err := Document()
	if err != nil {
		t.Fatal(err)
	}
	if err := d.CheckAnswer(req.Method, target, r.Status, r.Header, r.Body); err != nil {
		t.Error(err)
	}
	if err := Disagreement(d, req.Method, target, req.Header, body, r); err != nil {
		t.Error(err)
	}
}

// Disagreement says that a document forbids a request that was taken, or allows one that was malformed; nil when
// document and answer agree.
func Disagreement(d *openapi.Document, method, target string, header http.Header, body string, r Response) error {
	if method == http.MethodHead {
		method = http.MethodGet
	}
	switch forbidden := d.Forbids(method, target, header, []byte(body)); {
	case r.Status < 300 && forbidden != nil:
		return fmt.Errorf("%s %s is taken, but the document forbids it: %w", method, target, forbidden)
	case r.Status == http.StatusBadRequest && forbidden == nil && !isForm(header) && !isBeyond(r.Body):
		return fmt.Errorf("%s %s %.200s is malformed, but the document allows it: %s", method, target, body, r.Body)
	}
	return nil
}

// isForm reports whether a request of the header holds a file, which no schema describes.
func isForm(header http.Header) bool {
	return strings.HasPrefix(header.Get("Content-Type"), "multipart/")
}

// isBeyond reports whether all that is wrong by a problem is beyond the document.
func isBeyond(problem []byte) bool {
	var p struct {
		Violations []struct{ Code, Pointer, Message string }
	}
	if json.Unmarshal(problem, &p) != nil || len(p.Violations) == 0 {
		return false
	}
	for _, v := range p.Violations {
		known := false
		for _, b := range beyond {
			known = known || b.code.MatchString(v.Code) && (b.place == nil || b.place.MatchString(v.Pointer)) && (b.message == nil || b.message.MatchString(v.Message))
		}
		if !known {
			return false
		}
	}
	return true
}
