package v1

import (
	"brandregistry/internal/fault"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// voiceless are the routes that answer without content, whatever the client accepts.
var voiceless = []string{
	"DELETE /session", "PUT /me/password", "DELETE /tokens/:id", "DELETE /brands/:id", "DELETE /evidence/:id",
	"DELETE /periods/:period/extensions/:area", "POST /coverage-records/:period/:area/discard",
}

// handle hands the request to its handler, if an answer can be given as the client accepts it.
func (r *request) handle() error {
	if r.route.path == "" { // of no route: what is answered is a problem
		return r.route.handle(r)
	}
	if err := r.negotiate(); err != nil {
		return err
	}
	return r.route.handle(r)
}

// negotiate fails with NotAcceptable when the client accepts nothing that the route answers with. What a
// file is answered with only the file says: see encode.
func (r *request) negotiate() error {
	if r.route.path == "/evidence/:id" || slices.Contains(voiceless, r.route.method+" "+r.route.path) {
		return nil
	}
	return CheckAccept(r.gin.Request.Header, jsonType)
}

// CheckAccept fails with NotAcceptable, naming the media type, when the Accept header does not admit it
// (RFC 9110, 12.5.1). The most specific range decides. A problem is answered whatever is accepted.
func CheckAccept(h http.Header, mediaType string) error {
	accept := strings.TrimSpace(strings.Join(h["Accept"], ","))
	if accept == "" {
		return nil
	}
	mediaType, _, _ = strings.Cut(mediaType, ";")
	kind, _, _ := strings.Cut(mediaType, "/")
	quality, best := 0.0, 0
	for part := range strings.SplitSeq(accept, ",") {
		name, q, ok := mediaRange(part)
		specific := 1 + slices.Index([]string{"*/*", kind + "/*", mediaType}, name)
		if ok && specific > 0 && (specific > best || specific == best && q > quality) {
			quality, best = q, specific
		}
	}
	if quality > 0 {
		return nil
	}
	return fault.New(fault.NotAcceptable, "此处只能给出 %[1]s，而请求只接受%[2]s。请把 Accept 改为 %[1]s，或去掉 Accept。",
		"Only %[1]s can be given here, but the request accepts only %[2]s. Send Accept: %[1]s, or no Accept.", mediaType, excerpt(accept))
}

// mediaRange reads one member of Accept; its parameters beside q do not matter here.
func mediaRange(member string) (name string, q float64, ok bool) {
	name, params, err := mime.ParseMediaType(member)
	if err != nil {
		return "", 0, false
	}
	if name == "*" { // as old clients write it
		name = "*/*"
	}
	q, given := 1.0, params["q"]
	if given != "" {
		if q, err = strconv.ParseFloat(given, 64); err != nil || !(q >= 0 && q <= 1) {
			return "", 0, false
		}
	}
	return name, q, true
}
