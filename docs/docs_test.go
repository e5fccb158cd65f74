package docs_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"

	"brandregistry/docs"
)

const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " +
	"connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"

func serve(method, path string, header http.Header) *httptest.ResponseRecorder {
	request := httptest.NewRequest(method, path, nil)
	if header != nil {
		request.Header = header
	}
	recorder := httptest.NewRecorder()
	docs.Handler().ServeHTTP(recorder, request)
	return recorder
}

func TestHandler(t *testing.T) {
	const (
		html = "text/html; charset=utf-8"
		css  = "text/css; charset=utf-8"
		js   = "text/javascript; charset=utf-8"
		text = "text/plain; charset=utf-8"
	)
	tests := []struct {
		method, path string
		status       int
		contentType  string
		contains     string
	}{
		{"GET", "/docs", 200, html, "接口文档"},
		{"GET", "/docs/", 200, html, "接口文档"},
		{"GET", "/docs?tab=1", 200, html, "接口文档"},
		{"HEAD", "/docs", 200, html, ""},
		{"GET", "/docs/page/index.html", 200, html, "接口文档"},
		{"GET", "/docs/page/init.js", 200, js, "SwaggerUIBundle"},
		{"GET", "/docs/page/page.css", 200, css, ".masthead"},
		{"GET", "/docs/swagger-ui/swagger-ui.css", 200, css, ".swagger-ui"},
		{"GET", "/docs/swagger-ui/swagger-ui-bundle.js", 200, js, "SwaggerUIBundle"},
		{"GET", "/docs/swagger-ui/favicon-32x32.png", 200, "image/png", "PNG"},
		{"GET", "/docs/swagger-ui/LICENSE", 200, text, "Apache License"},
		{"GET", "/docs/swagger-ui/NOTICE", 200, text, "SmartBear"},
		{"GET", "/docs/unknown.js", 404, text, "没有这个文件"},
		{"GET", "/docs/page", 404, text, ""},
		{"GET", "/docs/page/", 404, text, ""},
		{"GET", "/docs/docs.go", 404, text, ""},
		{"GET", "/docs/swagger-ui/../page/init.js", 404, text, ""},
		{"GET", "/docs/swagger-ui/..%2fpage%2finit.js", 404, text, ""},
		{"GET", "/docsx", 404, text, ""},
		{"GET", "/page/index.html", 404, text, ""},
		{"POST", "/docs", 405, text, "GET"},
		{"DELETE", "/docs/page/init.js", 405, text, "GET"},
	}
	for _, test := range tests {
		t.Run(test.method+" "+test.path, func(t *testing.T) {
			recorder := serve(test.method, test.path, nil)
			header := recorder.Header()
			if recorder.Code != test.status {
				t.Errorf("status %d, want %d", recorder.Code, test.status)
			}
			if got := header.Get("Content-Type"); got != test.contentType {
				t.Errorf("Content-Type %q, want %q", got, test.contentType)
			}
			if !strings.Contains(recorder.Body.String(), test.contains) {
				t.Errorf("the body does not contain %q", test.contains)
			}
			if test.method == "HEAD" && recorder.Body.Len() != 0 {
				t.Errorf("HEAD answered %d bytes", recorder.Body.Len())
			}
			for name, want := range map[string]string{
				"Content-Security-Policy": policy,
				"X-Content-Type-Options":  "nosniff",
				"Referrer-Policy":         "no-referrer",
			} {
				if got := header.Get(name); got != want {
					t.Errorf("%s %q, want %q", name, got, want)
				}
			}
			if got := header.Get("ETag"); (got != "") != (test.status == 200) {
				t.Errorf("ETag %q on status %d", got, test.status)
			}
			if got := header.Get("Cache-Control"); test.status == 200 && got != "no-cache" {
				t.Errorf("Cache-Control %q, want no-cache", got)
			}
			if got := header.Get("Allow"); (got == "GET, HEAD") != (test.status == 405) {
				t.Errorf("Allow %q on status %d", got, test.status)
			}
		})
	}
}

func TestHandlerRevalidates(t *testing.T) {
	const path = "/docs/swagger-ui/swagger-ui-bundle.js"
	etag := serve("GET", path, nil).Header().Get("ETag")
	if !regexp.MustCompile(`^"[A-Za-z0-9_-]{43}"$`).MatchString(etag) {
		t.Fatalf("ETag %q is not strong and made of a SHA-256", etag)
	}
	if other := serve("GET", "/docs/page/init.js", nil).Header().Get("ETag"); other == etag {
		t.Errorf("two files share the ETag %s", etag)
	}
	same := serve("GET", path, http.Header{"If-None-Match": {etag}})
	if same.Code != http.StatusNotModified || same.Body.Len() != 0 {
		t.Errorf("same ETag: status %d with %d bytes, want 304 with none", same.Code, same.Body.Len())
	}
	if old := serve("GET", path, http.Header{"If-None-Match": {`"old"`}}); old.Code != http.StatusOK {
		t.Errorf("old ETag: status %d, want 200", old.Code)
	}
}

// The policy has no 'unsafe-inline', so anything inline would silently not run.
func TestIndexIsServedWhole(t *testing.T) {
	for _, address := range []string{"/docs", "/docs/", "/docs/page/index.html"} {
		checkIndex(t, address)
	}
}

func checkIndex(t *testing.T, address string) {
	t.Helper()
	index := serve("GET", address, nil).Body.String()

	at, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	references := regexp.MustCompile(`(?:src|href)="([^"]*)"`).FindAllStringSubmatch(index, -1)
	assets := 0
	for _, reference := range references {
		to, err := at.Parse(reference[1])
		if err != nil || strings.HasPrefix(reference[1], "/") {
			t.Fatalf("the page refers to %s, %v, which no proxy can serve below a path", reference[1], err)
		}
		switch path := to.Path; {
		case path == "/openapi.json" || path == "/openapi.yaml": // served by the program
		case strings.HasPrefix(path, "/docs/"):
			assets++
			if recorder := serve("GET", path, nil); recorder.Code != http.StatusOK {
				t.Errorf("the page refers to %s: status %d", path, recorder.Code)
			}
		default:
			t.Errorf("the page refers to %s, which is not the documentation's", path)
		}
	}
	if assets != 5 {
		t.Errorf("the page refers to %d assets, want two scripts, two style sheets and an icon", assets)
	}

	for _, script := range regexp.MustCompile(`(?s)<script([^>]*)>(.*?)</script>`).FindAllStringSubmatch(index, -1) {
		if !strings.Contains(script[1], "src=") || strings.TrimSpace(script[2]) != "" {
			t.Errorf("inline script: %s", script[0])
		}
	}
	if inline := regexp.MustCompile(`(?i)<style|\sstyle=|\son[a-z]+=|javascript:`).FindString(index); inline != "" {
		t.Errorf("inline style or handler: %q", inline)
	}
}

func TestSwaggerUIIsUnchanged(t *testing.T) {
	version, err := os.ReadFile("swagger-ui/VERSION")
	if err != nil {
		t.Fatal(err)
	}
	first, list, _ := strings.Cut(strings.TrimSpace(string(version)), "\n")
	if !regexp.MustCompile(`^version 5\.\d+\.\d+$`).MatchString(first) {
		t.Errorf("VERSION begins with %q", first)
	}
	listed := map[string]bool{"VERSION": true}
	for line := range strings.Lines(list) {
		fields := strings.Fields(line)
		if len(fields) != 2 {
			t.Fatalf("VERSION: %q is not a checksum and a name", line)
		}
		listed[fields[1]] = true
		recorder := serve("GET", "/docs/swagger-ui/"+fields[1], nil)
		sum := sha256.Sum256(recorder.Body.Bytes())
		if got := hex.EncodeToString(sum[:]); recorder.Code != http.StatusOK || got != fields[0] {
			t.Errorf("%s: status %d, SHA-256 %s, want %s", fields[1], recorder.Code, got, fields[0])
		}
	}
	entries, err := os.ReadDir("swagger-ui")
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if !listed[entry.Name()] {
			t.Errorf("swagger-ui/%s is not listed in VERSION", entry.Name())
		}
	}
}

func TestDocument(t *testing.T) {
	var document struct {
		OpenAPI string                     `json:"openapi"`
		Paths   map[string]json.RawMessage `json:"paths"`
	}
	decoder := json.NewDecoder(strings.NewReader(string(docs.OpenAPIJSON)))
	if err := decoder.Decode(&document); err != nil {
		t.Fatal(err)
	}
	if _, err := decoder.Token(); err != io.EOF {
		t.Errorf("openapi.json goes on after its value: %v", err)
	}
	if !strings.HasPrefix(document.OpenAPI, "3.1.") || document.Paths == nil {
		t.Errorf("openapi.json is version %q with %d paths", document.OpenAPI, len(document.Paths))
	}
	if !strings.Contains(string(docs.OpenAPIYAML), "openapi: ") {
		t.Error("openapi.yaml names no version")
	}
}
