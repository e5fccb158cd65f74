package v1

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"
)

// isHead marks the context of a HEAD that is routed as the GET of the same path.
type isHead struct{}

// headAsGet routes a HEAD as a GET, where there is one: it is answered alike, without the body.
func headAsGet(engine *gin.Engine) gin.HandlerFunc {
	return func(c *gin.Context) {
		if c.Request.Method != http.MethodHead || !slices.Contains(allowedMethods(c), http.MethodGet) {
			return
		}
		c.Writer.Header().Del("Allow")
		c.Request = c.Request.WithContext(context.WithValue(c.Request.Context(), isHead{}, true))
		c.Request.Method = http.MethodGet
		c.Writer.WriteHeader(http.StatusOK) // until it is answered: Gin has noted 405
		engine.HandleContext(c)
		c.Abort()
	}
}

// restoreHead gives a request that headAsGet routed its method back.
func restoreHead(c *gin.Context) {
	if c.Request.Context().Value(isHead{}) != nil {
		c.Request.Method = http.MethodHead
	}
}

// allowedMethods are those that the path takes, as Gin has found them, and HEAD beside GET.
func allowedMethods(c *gin.Context) []string {
	methods := strings.Split(c.Writer.Header().Get("Allow"), ", ")
	if slices.Contains(methods, http.MethodGet) {
		methods = append(methods, http.MethodHead)
	}
	slices.Sort(methods)
	return methods
}
