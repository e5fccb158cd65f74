package apitest

import (
	"brandregistry/docs"
	"brandregistry/internal/openapi"
	"net/http"
	"sync"
	"testing"
)

// Document is the published document.
var Document = sync.OnceValues(func() (*openapi.Document, error) { return openapi.Load(docs.OpenAPIJSON) })

// checkDocument holds an answer against the document, and the request too when it was taken.
func checkDocument(t testing.TB, req *http.Request, target, body string, r Response) {
	t.Helper()
	d, err := Document()
	if err != nil {
		t.Fatal(err)
	}
	if err := d.CheckAnswer(req.Method, target, r.Status, r.Header, r.Body); err != nil {
		t.Error(err)
	}
	if r.Status < 300 {
		method := req.Method
		if method == http.MethodHead {
			method = http.MethodGet
		}
		if err := d.CheckRequest(method, target, []byte(body), req.Header.Get("Content-Type")); err != nil {
			t.Error(err)
		}
	}
}
