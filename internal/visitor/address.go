package visitor

import (
	"net/netip"

	"github.com/gin-gonic/gin"
)

// Address returns the client's address as limits see it: of IPv6 its /64, which
// is what one household gets.
func Address(c *gin.Context) string {
	address, err := netip.ParseAddr(c.ClientIP())
	if err != nil {
		return c.ClientIP()
	}
	address = address.Unmap()
	if address.Is4() {
		return address.String()
	}
	prefix, err := address.WithZone("").Prefix(64)
	if err != nil {
		return address.String()
	}
	return prefix.String()
}
