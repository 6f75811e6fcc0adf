package town

import "testing"

func TestWhatNobodySeesIsUnprintable(t *testing.T) {
	for _, r := range "\u0000\u0007\u001b\u007f\u0085\u00ad\u061c\u180e\u200b\u200e\u200f\u202a\u202e\u2028\u2029\u2060\u2066\u2069\ufeff\U000e0041\ue000" {
		if !Unprintable(r) {
			t.Errorf("%U is taken", r)
		}
	}
	for _, r := range "aßÉø中ا\u0301\u200c\u200d😀 -'.\n\t" {
		if Unprintable(r) {
			t.Errorf("%U is refused", r)
		}
	}
}

func TestANameNeedsSomethingToSee(t *testing.T) {
	for _, s := range []string{"", " ", "\u200d", "\u0301", "\u3164", "\u2800\u2800", "\u00a0", "\u200c\u200d"} {
		if Visible(s) {
			t.Errorf("%q counts as a name", s)
		}
	}
	for _, s := range []string{"Ada", "李", "می\u200cخواهم", "O", "😀", "e\u0301"} {
		if !Visible(s) {
			t.Errorf("%q counts as none", s)
		}
	}
}
