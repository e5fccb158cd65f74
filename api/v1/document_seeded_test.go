package v1_test

import (
	"brandregistry/api/apitest"
	v1 "brandregistry/api/v1"
	"brandregistry/docs"
	"brandregistry/internal/openapi"
	"encoding/json"
	"net/http"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// A document with one rule tighter or looser than the server's is noticed within a few drawn requests.
func TestASeededDisagreementIsNoticed(t *testing.T) {
	for _, tt := range []struct {
		name, operation, schema, member string
		seed                            map[string]any // in place of what the member's schema says
	}{
		{"nothing", "createBrand", "BrandInput", "carrier", nil},
		{"a carrier must be empty", "createBrand", "BrandInput", "carrier", map[string]any{"type": "string", "maxLength": 0}},
		{"an area code is any text", "createBrand", "BrandInput", "area_code", map[string]any{"type": "string"}},
		{"a date is any text", "putExtension", "ExtensionInput", "until", map[string]any{"type": "string"}},
		{"a target is more than all", "putGoals", "CoverageGoalInput", "target_percent", map[string]any{"type": "integer", "minimum": 101}},
		{"a day is in any form", "putPeriod", "PeriodInput", "opens_on", map[string]any{"type": "string", "maxLength": 20}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var root map[string]any
			if err := json.Unmarshal(docs.OpenAPIJSON, &root); err != nil {
				t.Fatal(err)
			}
			if tt.seed != nil {
				schema := root["components"].(map[string]any)["schemas"].(map[string]any)[tt.schema].(map[string]any)
				schema["properties"].(map[string]any)[tt.member] = tt.seed
			}
			changed, err := json.Marshal(root)
			if err != nil {
				t.Fatal(err)
			}
			d, err := openapi.Load(changed)
			if err != nil {
				t.Fatal(err)
			}
			if noticed := disagrees(t, d, root, tt.operation); noticed != (tt.seed != nil) {
				t.Errorf("noticed: %v", noticed)
			}
		})
	}
}

// disagrees draws requests of an operation from a document until an answer disagrees with it.
func disagrees(t *testing.T, d *openapi.Document, root map[string]any, operation string) bool {
	s := apitest.New(t)
	all := d.Operations()
	o := all[slices.IndexFunc(all, func(o openapi.Operation) bool { return o.ID == operation })]
	draw := rapid.Custom(func(rt *rapid.T) apitest.Request { return drawRequest(rt, root, o) })
	for i := range 300 {
		q := draw.Example(i)
		body, _ := q.Body.([]byte)
		header := http.Header{"Content-Type": {"application/json"}}
		for name, value := range q.Header {
			header.Set(name, value)
		}
		if apitest.Disagreement(d, q.Method, v1.Base+q.Path, header, string(body), s.Do(t, q)) != nil {
			return true
		}
	}
	return false
}
