// Package docs holds the published OpenAPI document and serves the page on which it is read and tried.
//
// openapi.json and openapi.yaml are written by internal/openapi/gen; do not edit them.
//
// swagger-ui/ holds files of the npm package swagger-ui-dist, unchanged; swagger-ui/VERSION names the version and the
// SHA-256 of each file, and a test compares them. To take another version, in swagger-ui/:
//
//	npm pack swagger-ui-dist@VERSION
//	tar -xzf swagger-ui-dist-*.tgz --strip-components=1 $(awk 'NF == 2 && $1 != "version" {print "package/" $2}' VERSION)
//	rm swagger-ui-dist-*.tgz
//
// then write the new version and the output of sha256sum into VERSION.
package docs

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"time"
)

//go:generate go run ../internal/openapi/gen

// OpenAPIJSON is the document as it is served at /openapi.json.
//
//go:embed openapi.json
var OpenAPIJSON []byte

// OpenAPIYAML is the same document in YAML, as it is served at /openapi.yaml.
//
//go:embed openapi.yaml
var OpenAPIYAML []byte

//go:embed page swagger-ui
var files embed.FS

const index = "page/index.html"

// roots are where the program's root is, seen from each address of the page: a proxy may serve the program below a path
// of its own, which the page cannot know. In the page {{root}} stands for it.
var roots = map[string]string{"/docs": "", "/docs/": "../", "/docs/" + index: "../../"}

// contentSecurityPolicy lets the page run its own two scripts and call its own origin, nothing else. It needs no
// 'unsafe-inline': swagger-ui sets styles through the CSSOM, which a policy does not govern. img-src takes data: because
// its icons are data URLs.
const contentSecurityPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " +
	"connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"

type asset struct {
	content     []byte
	contentType string
	etag        string
}

// Handler serves the documentation page at /docs and /docs/ and its assets below /docs/. It answers GET and HEAD; every
// answer has a strong ETag and is revalidated by the browser, so a new program is never read with an old page.
// The page loads the document from /openapi.json, which the caller serves. All that the page refers to is relative to
// the page, so that it may be served below the path of a proxy.
func Handler() http.Handler {
	assets := make(map[string]asset) // by path
	err := fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := files.ReadFile(name)
		if err != nil {
			return err
		}
		assets["/docs/"+name] = newAsset(name, content)
		return nil
	})
	if err != nil {
		panic(fmt.Sprintf("docs: embedded files: %v", err)) // they are part of the program: cannot happen
	}

	page := string(assets["/docs/"+index].content)
	for address, root := range roots {
		assets[address] = newAsset(index, []byte(strings.ReplaceAll(page, "{{root}}", root)))
	}

	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("Content-Security-Policy", contentSecurityPolicy)
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("Referrer-Policy", "no-referrer")

		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			header.Set("Allow", "GET, HEAD")
			http.Error(w, "此地址只接受 GET 和 HEAD", http.StatusMethodNotAllowed)
			return
		}
		file, ok := assets[r.URL.Path]
		if !ok {
			http.Error(w, "文档中没有这个文件", http.StatusNotFound)
			return
		}
		header.Set("Content-Type", file.contentType)
		header.Set("Cache-Control", "no-cache")
		header.Set("ETag", file.etag)
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(file.content))
	})
}

func newAsset(name string, content []byte) asset {
	sum := sha256.Sum256(content)
	return asset{content: content, contentType: contentType(name), etag: `"` + base64.RawURLEncoding.EncodeToString(sum[:]) + `"`}
}

// contentType knows the few kinds of file that there are; the host's own table of types is not asked, so that every
// host answers alike.
func contentType(name string) string {
	switch path.Ext(name) {
	case ".html":
		return "text/html; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".png":
		return "image/png"
	}
	return "text/plain; charset=utf-8"
}
