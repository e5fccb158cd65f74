package v1

import (
	"brandregistry/internal/fault"
	"brandregistry/internal/store"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
)

// keyless are the routes that take no Idempotency-Key although they are POSTs: their answers hold a
// secret, which is not kept.
var keyless = []string{"/session", "/accounts/:id/tokens"}

// idempotencyKey returns the Idempotency-Key of a POST; "" for none, and for other methods, which
// are idempotent by nature. It fails with InvalidRequest.
func (r *request) idempotencyKey() (string, error) {
	values, given := r.gin.Request.Header["Idempotency-Key"]
	if !given || r.gin.Request.Method != http.MethodPost {
		return "", nil
	}
	if slices.Contains(keyless, r.route.path) {
		return "", fault.Invalid("Idempotency-Key",
			fault.Text{ZH: "此操作的答复含有机密，不保存，因此不接受幂等键。", EN: "The answer holds a secret and is not kept, so no idempotency key is taken."},
			fault.Text{ZH: "请去掉 Idempotency-Key 请求头。", EN: "Drop the Idempotency-Key header."})
	}
	key := values[0]
	visible := !strings.ContainsFunc(key, func(c rune) bool { return c <= ' ' || c > '~' })
	if len(values) != 1 || key == "" || len(key) > 255 || !visible {
		return "", fault.Invalid("Idempotency-Key",
			fault.Text{ZH: "幂等键应为 1 至 255 个可见的 ASCII 字符，且只给一次。", EN: "The idempotency key must be 1 to 255 visible ASCII characters, given once."},
			fault.Text{ZH: "请使用 UUID 这样的随机值。", EN: "Use a random value such as a UUID."})
	}
	return key, nil
}

// digest tells one request from another under the same key: method, path, query, precondition, and
// the body with its media type.
func (r *request) digest() string {
	req := r.gin.Request
	h := sha256.New()
	for _, part := range []string{
		req.Method, req.URL.Path, req.URL.RawQuery, strings.Join(req.Header["If-Match"], ","),
		strings.Join(req.Header["If-None-Match"], ","), mediaTypeOf(req.Header), string(r.body),
	} {
		h.Write([]byte(strconv.Itoa(len(part)) + ":" + part)) // never fails
	}
	return hex.EncodeToString(h.Sum(nil))
}

// mediaTypeOf returns the media type of the body without its parameters: a charset or a multipart
// boundary does not make another request.
func mediaTypeOf(h http.Header) string {
	t, _, err := mime.ParseMediaType(h.Get("Content-Type"))
	if err != nil {
		return ""
	}
	return t
}

// errReplayed ends a request that was answered as it was before.
var errReplayed = errors.New("answered before")

// replay answers a request whose body was read, and which was answered before under its Idempotency-Key, so
// again, and fails then with errReplayed. It refuses what update would refuse before that.
func (r *request) replay() error {
	if err := r.settle(); err != nil {
		return err
	}
	key, err := r.idempotencyKey()
	if err != nil || key == "" {
		return err
	}
	return r.read(func(tx *store.Reader) error {
		first, err := tx.Remembered(key, r.digest())
		if err != nil || first == nil {
			return err
		}
		if r.out, err = replayed(first); err != nil {
			return err
		}
		return errReplayed
	})
}

// remembered is the answer as the store keeps it.
func (e *encoded) remembered() store.Remembrance {
	headers, err := json.Marshal(e.header, json.Deterministic(true))
	if err != nil {
		panic(err) // the adapter's own ASCII
	}
	return store.Remembrance{Status: e.status, Headers: string(headers), Body: e.body}
}

// replayed is a remembered answer, given again.
func replayed(m *store.Remembrance) (*encoded, error) {
	e := &encoded{status: m.Status, body: m.Body, replay: true}
	err := json.Unmarshal([]byte(m.Headers), &e.header)
	return e, err
}
