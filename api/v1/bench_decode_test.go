package v1

import (
	"strings"
	"testing"
	"time"
)

// BenchmarkDecodeNested refuses 100,000 nested lists, over 10,000: a hostile body costs what its bytes
// cost, so that the ratio is near ten.
//
//	go test -run '^$' -bench DecodeNested ./api/v1
func BenchmarkDecodeNested(b *testing.B) {
	bodies := [2]string{}
	for i, depth := range []int{10_000, 100_000} {
		bodies[i] = `{"x":` + strings.Repeat("[", depth)
	}
	var took [2]time.Duration
	for b.Loop() {
		for i, body := range bodies {
			began := time.Now()
			if decodeSample(body) == nil {
				b.Fatal("nested lists are no sample")
			}
			took[i] += time.Since(began)
		}
	}
	b.ReportMetric(float64(took[1])/float64(took[0]), "100k/10k")
}
