package v1

import (
	"brandregistry/internal/fault"
	"net/http"

	"github.com/google/uuid"
)

// Refuse answers a request outside the API with a fault, as the API does.
func Refuse(w http.ResponseWriter, q *http.Request, f *fault.Error) {
	id, lang := uuid.Must(uuid.NewV7()).String(), languageOf(q.Header.Get("Accept-Language"))
	body, _ := encodeProblem(f, problems[f.Code], id, lang) // its texts are the program's own
	h := w.Header()
	for name, value := range problemHeaders(lang) {
		h.Set(name, value)
	}
	h.Set("X-Request-Id", id)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Vary", vary)
	w.WriteHeader(problems[f.Code].status)
	_, _ = w.Write(body) // a client that went away needs no answer
}
