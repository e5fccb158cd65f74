package v1

import (
	"brandregistry/internal/brand"
	"brandregistry/internal/period"
	"brandregistry/internal/store"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
)

// answer is what a handler wants answered. Make one with ok, created, noContent, plain, report or file.
type answer struct {
	status   int
	body     any    // written as JSON; nil: no body
	etag     string // without quotes; "": none
	location string // path below Base of what was created
	secret   bool   // never remembered under an Idempotency-Key, for it holds a secret
	hashed   bool   // the ETag is a hash of the bytes and If-None-Match is answered 304

	content   []byte // instead of body: a file
	mediaType string
	fileName  string // offered for saving; "": shown

	stored *brand.Evidence // instead of body: the content of this file, read part by part
	shown  bool            // it may be shown in the browser
}

// ok answers 200 with a resource at a version. Version 0 is a default's; its ETag is "0".
func ok(body any, version period.Instant) answer {
	return answer{status: http.StatusOK, body: body, etag: etagOf(version)}
}

// created answers 201 with a resource that is now found at the location, a path below Base.
func created(body any, location string, version period.Instant) answer {
	return answer{status: http.StatusCreated, body: body, location: location, etag: etagOf(version)}
}

// noContent answers 204.
func noContent() answer { return answer{status: http.StatusNoContent} }

// plain answers 200 with what has no version: a list, the result of an action.
func plain(body any) answer { return answer{status: http.StatusOK, body: body} }

// reportAnswer answers 200 with a body whose ETag is the hash of its bytes, or 304 without one when the
// client has these bytes already.
func reportAnswer(body any) answer { return answer{status: http.StatusOK, body: body, hashed: true} }

// file answers 200 with bytes of another media type, offered for saving under the name unless it is "".
func file(content []byte, mediaType, name string) answer {
	return answer{status: http.StatusOK, content: content, mediaType: mediaType, fileName: name}
}

// stored answers 200 with the content of a file, or 304 when the client has it already.
func stored(e brand.Evidence, shown bool) answer {
	return answer{status: http.StatusOK, stored: &e, shown: shown}
}

// etagOf is a version as it stands in a body's etag.
func etagOf(version period.Instant) string { return strconv.FormatInt(int64(version), 10) }

// encoded is an answer in bytes. Its headers are those that are remembered with it.
type encoded struct {
	status int
	header map[string]string
	body   []byte
	replay bool
	stored *brand.Evidence // its content is the body
}

// encode writes the answer in the language of the request.
func (a answer) encode(r *request) (*encoded, error) {
	out := &encoded{status: a.status, header: map[string]string{"Content-Language": r.lg, "Cache-Control": "no-store"}, body: a.content}
	switch {
	case a.stored != nil:
		if err := CheckAccept(r.gin.Request.Header, a.stored.MediaType); err != nil {
			return nil, err
		}
		out.stored = a.stored
		out.header["ETag"] = `"` + a.stored.SHA256 + `"`
		out.header["Cache-Control"] = "private, no-cache"
		if noneMatch(r.gin.Request.Header, a.stored.SHA256) {
			out.status, out.stored = http.StatusNotModified, nil
			break
		}
		out.header["Content-Type"] = a.stored.MediaType
		out.header["Content-Disposition"] = disposition(a.stored.FileName, a.shown)
		out.header["Content-Security-Policy"] = "default-src 'none'; sandbox"
	case a.content != nil:
		out.header["Content-Type"] = a.mediaType
		if a.fileName != "" {
			out.header["Content-Disposition"] = disposition(a.fileName, false)
		}
	case a.body != nil:
		var err error
		if out.body, err = json.Marshal(a.body, json.Deterministic(true)); err != nil {
			return nil, err
		}
		out.header["Content-Type"] = jsonType
	default:
		delete(out.header, "Content-Language")
	}
	if a.location != "" {
		out.header["Location"] = Base + strings.TrimPrefix(a.location, Base)
	}
	if a.etag != "" {
		out.header["ETag"] = `"` + a.etag + `"`
	}
	if a.hashed {
		sum := sha256.Sum256(out.body)
		etag := base64.RawURLEncoding.EncodeToString(sum[:18])
		out.header["ETag"] = `"` + etag + `"`
		out.header["Cache-Control"] = "private, no-cache"
		if noneMatch(r.gin.Request.Header, etag) {
			out.status, out.body = http.StatusNotModified, nil
			delete(out.header, "Content-Type")
			delete(out.header, "Content-Disposition")
		}
	}
	return out, nil
}

// disposition offers a file name that need not be ASCII (RFC 6266).
func disposition(name string, shown bool) string {
	kind := "attachment"
	if shown {
		kind = "inline"
	}
	ascii := strings.Map(func(c rune) rune {
		if c < ' ' || c > '~' || c == '"' || c == '\\' {
			return '_'
		}
		return c
	}, name)
	return kind + `; filename="` + ascii + `"; filename*=UTF-8''` + strings.ReplaceAll(url.QueryEscape(name), "+", "%20")
}

func (e *encoded) write(r *request) {
	w := r.gin.Writer
	h := w.Header()
	for name, value := range e.header {
		h.Set(name, value)
	}
	if e.replay {
		h.Set("Idempotency-Replayed", "true")
	}
	if e.status != http.StatusNoContent && e.status != http.StatusNotModified {
		size := int64(len(e.body))
		if e.stored != nil {
			size = e.stored.SizeBytes
		}
		h.Set("Content-Length", strconv.FormatInt(size, 10))
	}
	w.WriteHeader(e.status)
	if r.gin.Request.Method == http.MethodHead {
		w.WriteHeaderNow()
		return
	}
	if e.stored != nil {
		r.writeParts(*e.stored)
		return
	}
	if len(e.body) == 0 {
		w.WriteHeaderNow()
		return
	}
	if _, err := w.Write(e.body); err != nil {
		r.api.log.Debug("answer not delivered", "request_id", r.id, "error", err)
	}
}

// writeParts writes the content of a file, a snapshot a part: who reads slowly holds no connection to
// the database. A file that is deleted meanwhile, or that cannot be read, ends the answer before its
// announced length, which the client sees as a failure.
func (r *request) writeParts(e brand.Evidence) {
	for part, left := int64(0), e.SizeBytes; left > 0; part++ {
		var content []byte
		err := r.api.store.View(r.ctx, func(tx *store.Reader) (err error) {
			content, err = tx.Part(e.ID, part)
			return err
		})
		if err == nil && len(content) == 0 {
			err = errors.New("the file is gone")
		}
		if err == nil {
			_, err = r.gin.Writer.Write(content)
		}
		if err != nil {
			r.api.log.Warn("file not delivered", "request_id", r.id, "evidence", e.ID, "error", err)
			panic(http.ErrAbortHandler)
		}
		left -= int64(len(content))
	}
}
