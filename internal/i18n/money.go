package i18n

import "fmt"

// Amount is what something costs, in cents.
type Amount struct {
	From, UpTo int64 // UpTo 0: From alone
	Estimate   bool  // nobody has confirmed it
}

// Amount words what something costs, in pages and mails alike: "46,00 €",
// "22,00 bis 112,00 €", "ungefähr 8,00 €", "kostenlos".
func (t Texts) Amount(a Amount) string {
	words := t.euro(a.From)
	switch {
	case a.UpTo > a.From:
		words = t.T("money.range", "from", t.euro(a.From), "to", t.euro(a.UpTo))
	case a.From == 0:
		return t.T("money.free")
	}
	if a.Estimate {
		return t.T("money.about", "amount", words)
	}
	return words
}

func (t Texts) euro(cents int64) string {
	return t.T("money.euro", "whole", cents/100, "cents", fmt.Sprintf("%02d", cents%100))
}
