package doctor

import (
	"crypto/x509"
	"strings"
	"time"
)

// renewWithin is how long before its end a certificate should have been renewed.
const renewWithin = 14 * 24 * time.Hour

// CertificateTime finds whether browsers take a certificate now, as far as its
// time says; from names where it was seen.
func (r *Report) CertificateTime(leaf *x509.Certificate, from string, now time.Time) {
	begins, ends := leaf.NotBefore.Local().Format(time.DateTime), leaf.NotAfter.Local().Format(time.DateOnly)
	switch {
	case now.After(leaf.NotAfter):
		r.Fault("certificate_over", "from", from, "day", ends)
	case now.Before(leaf.NotBefore):
		r.Fault("certificate_early", "from", from, "moment", begins)
	case leaf.NotAfter.Sub(now) < renewWithin:
		r.Note("certificate_ends", "from", from, "day", ends)
	default:
		r.Fine("certificate", "day", ends)
	}
}

// CertificateName finds whether a certificate is for a host.
func (r *Report) CertificateName(leaf *x509.Certificate, from, host string) {
	if leaf.VerifyHostname(host) == nil {
		return
	}
	names := append([]string{}, leaf.DNSNames...)
	for _, address := range leaf.IPAddresses {
		names = append(names, address.String())
	}
	if len(names) == 0 {
		names = []string{leaf.Subject.String()}
	}
	r.Fault("certificate_names", "from", from, "names", strings.Join(names, ", "), "host", host)
}

// CertificateAuthority finds whether a chain, its leaf first, leads to an
// authority that this machine knows.
func (r *Report) CertificateAuthority(chain []*x509.Certificate, from string) {
	leaf, between := chain[0], x509.NewCertPool()
	for _, c := range chain[1:] {
		between.AddCert(c)
	}
	// Its time is another finding: here it is within.
	_, err := leaf.Verify(x509.VerifyOptions{Intermediates: between, CurrentTime: leaf.NotAfter.Add(-time.Second)})
	if err != nil {
		r.Fault("certificate_unknown", "from", from, "issuer", leaf.Issuer.String())
	}
}
