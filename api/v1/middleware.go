package v1

import (
	"fmt"
	"log/slog"
	"net/http"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/gin-contrib/cors"
	"github.com/gin-gonic/gin"
)

var (
	requestIDForm = regexp.MustCompile(`^[A-Za-z0-9._-]{8,64}$`)
	tokenText     = regexp.MustCompile(`br_[A-Za-z0-9_-]{8,}`)
)

// requestID takes a proxy's id when it is sane and no token, else makes one.
func (a *api) requestID(inbound string) string {
	if requestIDForm.MatchString(inbound) && !tokenText.MatchString(inbound) {
		return inbound
	}
	return a.newID()
}

const vary = "Accept, Accept-Language"

// commonHeaders are those of every answer.
func (r *request) commonHeaders() {
	h := r.gin.Writer.Header()
	h["X-Request-Id"] = []string{r.id}
	h["X-Content-Type-Options"] = []string{"nosniff"}
	if r.api.cors != nil {
		h["Vary"] = []string{vary + ", Origin"}
	} else {
		h["Vary"] = []string{vary}
	}
}

// exposed are the headers of answers that a page of another origin may read, beside those that every
// page may.
var exposed = []string{"ETag", "Location", "Retry-After", "Content-Disposition", "X-Request-ID", "Idempotency-Replayed", "Allow", "WWW-Authenticate"}

// Exposed are the names of the headers that a page of an allowed origin may read, in their canonical form.
func Exposed() []string {
	names := make([]string, len(exposed))
	for i, name := range exposed {
		names[i] = http.CanonicalHeaderKey(name)
	}
	return names
}

// newCORS makes the handler of cross-origin requests. It panics when an origin is malformed.
func newCORS(origins []string) gin.HandlerFunc {
	return cors.New(cors.Config{
		AllowOrigins:  origins,
		AllowMethods:  []string{"GET", "HEAD", "PUT", "POST", "PATCH", "DELETE"},
		AllowHeaders:  []string{"Authorization", "Content-Type", "If-Match", "If-None-Match", "Idempotency-Key", "Accept-Language", "X-Request-ID"},
		ExposeHeaders: exposed,
		MaxAge:        10 * time.Minute,
	})
}

// crossOrigin sets the headers of a request from an allowed origin and reports whether it answered
// it, being a preflight. Any other origin's request gets none: its browser withholds the answer.
func (a *api) crossOrigin(c *gin.Context) bool {
	if a.cors == nil {
		return false
	}
	if origin := c.Request.Header.Get("Origin"); !slices.Contains(a.origins, "*") && !slices.Contains(a.origins, origin) {
		return false
	}
	if c.Request.Method == http.MethodOptions && c.Request.Header.Get("Access-Control-Request-Method") == "" {
		return false
	}
	a.cors(c)
	return c.IsAborted()
}

// finish recovers from a panic, notes the token's use, and logs the request.
func (r *request) finish() {
	if cause := recover(); cause != nil {
		if cause == http.ErrAbortHandler {
			panic(cause)
		}
		r.api.log.ErrorContext(r.ctx, "panic", "request_id", r.id, "method", r.gin.Request.Method, "route", r.route.path,
			"error", safe(fmt.Sprint(cause)), "stack", string(debug.Stack()))
		if !r.gin.Writer.Written() {
			r.problem(internalFault())
		}
	}
	took := time.Since(r.started)
	status := r.gin.Writer.Status()
	route := r.gin.FullPath()
	if r.api.observer != nil {
		r.api.observer.Observe(r.gin.Request.Method, route, status, took)
	}
	r.api.log.LogAttrs(r.ctx, slog.LevelInfo, "request",
		slog.String("method", safe(r.gin.Request.Method)), slog.String("route", route), slog.String("path", safe(r.gin.Request.URL.Path)), slog.Int("status", status),
		slog.Int("bytes", max(0, r.gin.Writer.Size())), slog.Duration("duration", took), slog.String("request_id", r.id), slog.String("account", r.who.ID),
		slog.String("client", r.clientIP()))
	r.touch()
}

// safe makes what a client sent fit for a log line: valid UTF-8 of bounded length, without a token
// that was put in the place of its id.
func safe(s string) string {
	s = tokenText.ReplaceAllString(s, "br_…")
	const most = 500
	if len(s) > most {
		s = s[:most] + "…"
	}
	return strings.ToValidUTF8(s, "�")
}
