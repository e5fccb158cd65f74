package v1

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"os"
	"slices"
	"strings"

	"brandregistry/internal/fault"
)

const jsonType = "application/json"

// decode reads the JSON body into a struct and holds it against its validate tags. No body is an
// empty object. It fails with TooLarge, UnsupportedMediaType or InvalidRequest.
func (r *request) decode(into any) error {
	r.decoded = true
	body, err := r.readBody(MaxBody)
	if err != nil {
		return err
	}
	if err := requireMedia(r.gin.Request.Header, len(body) > 0, jsonType); err != nil {
		return err
	}
	r.body = body
	if _, err := r.idempotencyKey(); err != nil {
		return err
	}
	if !r.queried {
		if err := r.query(&struct{}{}); err != nil {
			return err
		}
	}
	if len(body) == 0 {
		body = []byte("{}")
	}
	return r.api.decodeBody(body, into)
}

// decodeBody reads a body into a struct and holds it against its validate tags. It fails with
// InvalidRequest, naming every place.
func (a *api) decodeBody(body []byte, into any) error {
	wrong, err := readJSON(body, into)
	if err != nil {
		return err
	}
	for _, v := range a.misfits(into, false) { // of what could not be read enough is said
		if !slices.ContainsFunc(wrong, func(w fault.Violation) bool { return within(v.Pointer, w.Pointer) || within(w.Pointer, v.Pointer) }) {
			wrong = append(wrong, v)
		}
	}
	if len(wrong) > 0 {
		return fault.Malformed(wrong)
	}
	return nil
}

// within reports whether a JSON pointer leads to or below another.
func within(pointer, above string) bool {
	rest, ok := strings.CutPrefix(pointer, above)
	return ok && (rest == "" || rest[0] == '/')
}

// bodyFault says whether a body that was not read yet is to be refused before a malformed parameter
// is: when it is too large or no JSON.
func (r *request) bodyFault() error {
	body, err := r.readBody(MaxBody)
	switch {
	case fault.Is(err, fault.TooLarge):
		return err
	case err == nil && len(body) > 0:
		return requireMedia(r.gin.Request.Header, true, jsonType)
	}
	return nil
}

// noBody refuses a body where the handler reads none; an empty object is none.
func (r *request) noBody() error {
	body, err := r.readBody(1 << 10)
	if trimmed := bytes.TrimSpace(body); err == nil && (len(trimmed) == 0 || string(trimmed) == "{}") {
		r.body = trimmed
		return nil
	}
	return fault.Invalid("", fault.Text{ZH: "此操作不接受请求体。", EN: "This operation takes no body."},
		fault.Text{ZH: "请去掉请求体。", EN: "Drop the body."})
}

// readBody reads a body of at most so many bytes, whether or not its length is announced.
func (r *request) readBody(most int64) ([]byte, error) {
	if r.gin.Request.ContentLength > most {
		return nil, tooLarge(most)
	}
	body, err := io.ReadAll(http.MaxBytesReader(r.gin.Writer, r.gin.Request.Body, most))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return nil, tooLarge(most)
	case err != nil && r.ctx.Err() != nil && !errors.Is(err, os.ErrDeadlineExceeded): // who is slow is still there to be told
		return nil, r.ctx.Err()
	case errors.Is(err, os.ErrDeadlineExceeded):
		return nil, tooSlow(err)
	case err != nil:
		return nil, fault.Invalid("", fault.Text{ZH: "请求体没有收全。", EN: "The body did not arrive in full."},
			fault.Text{ZH: "请重新发送。", EN: "Send it again."}).Because(err)
	}
	return body, nil
}

// tooSlow refuses a body that did not arrive in the time that the server waits for one.
func tooSlow(err error) error {
	return fault.Invalid("", fault.Text{ZH: "发送太慢，请求体没有收全，等待已超时。", EN: "The body was sent too slowly: it did not arrive in full before the time was up."},
		fault.Text{ZH: "请换更快的网络后重新发送；文件请先压缩。", EN: "Send it again over a faster line; make a file smaller first."}).Because(err)
}

func tooLarge(most int64) error {
	return fault.New(fault.TooLarge, "请求体超过 %s，请减小后重试。", "The body is larger than %s.", sizeText(most))
}

func sizeText(n int64) string {
	if n%(1<<20) == 0 {
		return fmt.Sprintf("%d MiB", n>>20)
	}
	return fmt.Sprintf("%d KiB", n>>10)
}

// requireMedia refuses a Content-Type that is none of those, in another charset than UTF-8, or
// missing although there is a body, and a body that is compressed.
func requireMedia(h http.Header, body bool, mediaTypes ...string) error {
	if body {
		if err := requirePlain(h); err != nil {
			return err
		}
	}
	values := h["Content-Type"]
	if len(values) == 0 && !body {
		return nil
	}
	if len(values) == 1 {
		t, params, err := mime.ParseMediaType(values[0])
		charset, given := params["charset"]
		if err == nil && slices.Contains(mediaTypes, t) && (!given || strings.EqualFold(charset, "utf-8")) {
			return nil
		}
	}
	return fault.New(fault.UnsupportedMediaType, "请求体须为 %s（UTF-8），并在 Content-Type 中注明。", "The body must be %s in UTF-8, and Content-Type must say so.", strings.Join(mediaTypes, ", "))
}

// requirePlain refuses a body that is compressed, or encoded in another way.
func requirePlain(h http.Header) error {
	for coding := range strings.SplitSeq(strings.Join(h["Content-Encoding"], ","), ",") {
		if coding = strings.TrimSpace(coding); coding != "" && !strings.EqualFold(coding, "identity") {
			return fault.New(fault.UnsupportedMediaType, "请求体不能压缩或另行编码，而 Content-Encoding 是%s。请原样发送，并去掉这个请求头。",
				"The body must not be compressed, but Content-Encoding is %s. Send it as it is, without that header.", excerpt(coding))
		}
	}
	return nil
}
