package v1_test

import (
	"brandregistry/api/apitest"
	v1 "brandregistry/api/v1"
	"brandregistry/internal/openapi"
	"regexp"
	"slices"
	"testing"

	"github.com/gin-gonic/gin"
)

// Every route is an operation of the document and every operation a route; who needs a token, and
// which take an Idempotency-Key, is documented as it is done.
func TestRoutesAreTheDocuments(t *testing.T) {
	d, err := apitest.Document()
	if err != nil {
		t.Fatal(err)
	}
	s := apitest.New(t)
	engine, ok := s.Handler.(*gin.Engine)
	if !ok {
		t.Fatalf("the handler is a %T", s.Handler)
	}
	parameter := regexp.MustCompile(`:(\w+)`)
	operations := d.Operations()
	routed := map[string]bool{}
	for _, route := range engine.Routes() {
		path := parameter.ReplaceAllString(route.Path, "{$1}")
		routed[route.Method+" "+path] = true
		i := slices.IndexFunc(operations, func(o openapi.Operation) bool { return o.Method == route.Method && o.Path == path })
		if i < 0 {
			t.Errorf("%s %s is not documented", route.Method, path)
			continue
		}
		o := operations[i]
		if public := o.Path == v1.Base+"/session" && o.Method == "POST"; o.Public != public {
			t.Errorf("%s: documented as public: %v", o.ID, o.Public)
		}
		secret := o.Path == v1.Base+"/session" || o.Path == v1.Base+"/accounts/{id}/tokens"
		if want := o.Method == "POST" && !secret; o.HasIdempotencyKey != want {
			t.Errorf("%s: documented with an Idempotency-Key: %v", o.ID, o.HasIdempotencyKey)
		}
	}
	for _, o := range operations {
		if !routed[o.Method+" "+o.Path] {
			t.Errorf("%s is documented but not routed", o.ID)
		}
	}
}

// Every operation but the public one is refused without a token before anything else is looked at.
func TestEveryRouteNeedsAToken(t *testing.T) {
	d, err := apitest.Document()
	if err != nil {
		t.Fatal(err)
	}
	s := apitest.New(t)
	example := regexp.MustCompile(`\{\w+\}`)
	for _, o := range d.Operations() {
		if o.Public {
			continue
		}
		path := example.ReplaceAllString(o.Path[len(v1.Base):], "x") + "?y"
		if r := s.Do(t, apitest.Request{Method: o.Method, Path: path, Body: "{"}); r.Status != 401 {
			t.Errorf("%s: %d %s", o.ID, r.Status, r.Body)
		}
	}
}
