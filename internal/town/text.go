package town

// Text is a sentence or a name in one or several languages, as the catalogue
// gives it.
type Text map[Language]string

// In returns the text in a language, else in German, else empty. Plain German
// falls back to German.
func (t Text) In(language Language) string {
	if s, ok := t[language]; ok {
		return s
	}
	return t[German]
}

// Plain returns a text that reads the same in every language.
func Plain(s string) Text {
	if s == "" {
		return nil
	}
	return Text{German: s}
}
