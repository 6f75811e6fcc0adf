package app

import "net/netip"

// network is one that an origin lies in, and how many times the share of a single
// address it has.
type network struct {
	prefix string
	share  int
}

// networksOf returns the networks of an origin, the smallest first: of IPv6 its
// /64, which is a household's, and the /56 and /48 that a provider may give to
// one customer.
func networksOf(origin string) []network {
	all := []network{{origin, 1}}
	prefix, err := netip.ParsePrefix(origin)
	if err != nil || !prefix.Addr().Is6() {
		return all
	}
	for i, bits := range []int{56, 48} {
		if wider, err := prefix.Addr().Prefix(bits); err == nil {
			all = append(all, network{wider.String(), i + 2})
		}
	}
	return all
}
