package main

import (
	v1 "brandregistry/api/v1"
	"brandregistry/docs"
	"brandregistry/internal/fault"
	"brandregistry/internal/store"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	gopath "path"
	"strings"
	"time"
)

// readyTimeout bounds how long /readyz waits for the database.
const readyTimeout = 2 * time.Second

// outside serves what is not in the document, and hands everything else to the API.
func (s server) outside(api http.Handler, m *metrics) http.Handler {
	mux := http.NewServeMux()
	handle := func(path string, h http.Handler) { mux.Handle(path, m.measured(path, h)) }
	// A probe is answered whatever it accepts.
	handle("/livez", getOnly(func(w http.ResponseWriter, _ *http.Request) { answerText(w, http.StatusOK, "ok") }))
	handle("/readyz", getOnly(s.ready))
	handle("/openapi.json", negotiated(document(docs.OpenAPIJSON, "application/json")))
	handle("/openapi.yaml", negotiated(document(docs.OpenAPIYAML, "application/yaml")))
	page := negotiated(docs.Handler())
	handle("/docs", page)
	handle("/docs/", page)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// Not for the mux to redirect: what the API does not know it refuses in its own form.
		if h, pattern := mux.Handler(r); pattern != "" && r.URL.Path == cleaned(pattern, r.URL.Path) {
			h.ServeHTTP(w, r)
			return
		}
		api.ServeHTTP(w, r)
	})
}

// negotiated answers 406 where the page is of a media type that the client does not accept.
func negotiated(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(&negotiator{ResponseWriter: w, request: r}, r)
	})
}

// negotiator writes a page, or a refusal in its place.
type negotiator struct {
	http.ResponseWriter
	request *http.Request
	refused bool
}

func (n *negotiator) WriteHeader(status int) {
	h := n.Header()
	h.Add("Vary", "Accept")
	var refusal *fault.Error
	if status >= http.StatusMultipleChoices || !errors.As(v1.CheckAccept(n.request.Header, h.Get("Content-Type")), &refusal) {
		n.ResponseWriter.WriteHeader(status)
		return
	}
	n.refused = true
	for _, name := range []string{"Content-Length", "Content-Range", "Accept-Ranges", "Last-Modified", "ETag"} {
		h.Del(name)
	}
	v1.Refuse(n.ResponseWriter, n.request, refusal)
}

func (n *negotiator) Write(p []byte) (int, error) {
	if n.refused {
		return len(p), nil
	}
	return n.ResponseWriter.Write(p)
}

// cleaned returns path when the pattern serves it as it stands.
func cleaned(pattern, path string) string {
	if pattern == path {
		return path
	}
	if below, ok := strings.CutPrefix(path, strings.TrimSuffix(pattern, "/")); ok && strings.HasSuffix(pattern, "/") && gopath.Clean(below) == below {
		return path
	}
	return ""
}

// ready answers 200 when the registry can be used, else 503 and why: the database cannot be read or
// written or is damaged, its schema is not the program's, or its newest stamp is ahead of the clock.
func (s server) ready(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), readyTimeout)
	defer cancel()
	if err := s.store.CheckReady(ctx); err != nil {
		s.log.Warn("not ready", "error", err)
		w.Header().Set("Retry-After", "2")
		answerText(w, http.StatusServiceUnavailable, unreadiness(err))
		return
	}
	answerText(w, http.StatusOK, "ok")
}

// unreadiness says in Chinese why the registry is not ready: of what an operator can mend all of it.
func unreadiness(err error) string {
	var why store.NotReady
	if errors.As(err, &why) {
		return why.Error()
	}
	return "数据库暂时不可用"
}

func answerText(w http.ResponseWriter, status int, text string) {
	h := w.Header()
	h.Set("Content-Type", "text/plain; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, text+"\n") // a client that went away needs no answer
}

// getOnly refuses every other method.
func getOnly(h http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			answerText(w, http.StatusMethodNotAllowed, "此地址只接受 GET 和 HEAD")
			return
		}
		h(w, r)
	})
}

// document serves bytes that change with the program only. Any page may read them: they are public.
func document(content []byte, mediaType string) http.Handler {
	sum := sha256.Sum256(content)
	etag := `"` + base64.RawURLEncoding.EncodeToString(sum[:18]) + `"`
	return getOnly(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Type", mediaType)
		h.Set("ETag", etag)
		h.Set("Cache-Control", "no-cache")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Access-Control-Allow-Origin", "*")
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(content))
	})
}
