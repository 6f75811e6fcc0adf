package visitor

import "github.com/gin-gonic/gin"

const refusedKey = "refused"

// Refuse notes in a request why it is refused, by the key of the problem, for
// whoever watches all of them.
func Refuse(c *gin.Context, key string) { c.Set(refusedKey, key) }

// Refused returns why a request was refused; empty: it wasn't.
func Refused(c *gin.Context) string { return c.GetString(refusedKey) }
