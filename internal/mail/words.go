package mail

import "strings"

// own fills the town's words, or keeps ours where it has none.
func (w writer) own(words, ours string) string {
	if words == "" {
		return ours
	}
	return w.fill(words)
}

// ownParagraphs fills the town's words and parts them at empty lines. Within a
// paragraph a line break is a space, in plain text as in HTML.
func (w writer) ownParagraphs(words string) []string {
	var paragraphs []string
	for text := range strings.SplitSeq(words, "\n\n") {
		paragraphs = append(paragraphs, filled(oneLine(w.fill(text)))...)
	}
	return paragraphs
}

// fill puts values in the place of what stands in braces. The import has seen
// to it that the message has each; package catalogue lists them.
func (w writer) fill(words string) string {
	moment := w.moment()
	return strings.NewReplacer(
		"{date}", moment.date, "{time}", moment.time, "{number}", w.Data.Number.String(),
		"{branch}", w.Place.Branch, "{office}", w.Office, "{services}", strings.Join(w.what(), ", "),
		"{authority}", w.Authority, "{phone}", w.Place.Phone,
	).Replace(words)
}
