package api

import (
	_ "embed"
	"net/http"

	"github.com/gin-gonic/gin"
)

//go:embed openapi.yaml
var openapi []byte

// openapi answers the description of this interface.
func (a *API) openapi(c *gin.Context) {
	c.Header("Cache-Control", "max-age=300")
	c.Data(http.StatusOK, "application/yaml", openapi)
}
