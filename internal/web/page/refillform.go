package page

import (
	"bytes"
	"html"
	"net/url"
	"slices"

	tags "golang.org/x/net/html"
)

// refill writes into a page what was sent by one of its forms; false: it has no
// such form. Hidden fields are left as the page makes them, and so is a choice that
// no longer offers what was chosen.
func refill(content []byte, sent Sent) ([]byte, bool) {
	at := bestForm(content, sent)
	if at < 0 {
		return content, false
	}
	w := refiller{sent: map[string][]string{}, offered: map[string][]string{}}
	for name, values := range sent.Fields {
		w.sent[name] = slices.Clone(values)
	}
	eachOf(content, at, func(inside bool, _ tags.TokenType, _ []byte, token tags.Token) {
		if inside {
			w.note(token)
		}
	})
	eachOf(content, at, func(inside bool, kind tags.TokenType, raw []byte, token tags.Token) {
		if inside {
			raw = w.rewritten(kind, raw, token)
		}
		w.out.Write(raw)
	})
	return w.out.Bytes(), true
}

// eachOf walks through a page and says which tags stand in one of its forms.
func eachOf(content []byte, at int, visit func(inside bool, kind tags.TokenType, raw []byte, token tags.Token)) {
	form, inside := -1, false
	each(content, func(kind tags.TokenType, raw []byte, token tags.Token) {
		if token.Data == "form" && kind == tags.StartTagToken {
			form++
			inside = form == at
		}
		visit(inside, kind, raw, token)
		if token.Data == "form" && kind == tags.EndTagToken {
			inside = false
		}
	})
}

// each walks through a page, tag by tag.
func each(content []byte, visit func(kind tags.TokenType, raw []byte, token tags.Token)) {
	z := tags.NewTokenizer(bytes.NewReader(content))
	for {
		kind := z.Next()
		if kind == tags.ErrorToken {
			return
		}
		raw := bytes.Clone(z.Raw())
		visit(kind, raw, z.Token())
	}
}

// bestForm finds which form of a page was sent: one with its address, or a button
// with it, that agrees best in what it sends along unseen; -1: none.
func bestForm(content []byte, sent Sent) int {
	best, most, form := -1, -1, -1
	posts, sends, agrees := false, false, 0
	each(content, func(kind tags.TokenType, _ []byte, token tags.Token) {
		start := kind == tags.StartTagToken || kind == tags.SelfClosingTagToken
		switch {
		case start && token.Data == "form":
			form++
			posts, sends, agrees = attribute(token, "method") == "post", pathOf(attribute(token, "action")) == sent.Action, 0
		case kind == tags.EndTagToken && token.Data == "form":
			if posts && sends && agrees > most {
				best, most = form, agrees
			}
			posts = false
		case start && posts:
			sends = sends || pathOf(attribute(token, "formaction")) == sent.Action
			agrees += agreement(token, sent)
		}
	})
	return best
}

// agreement says how much a field of a form speaks for it: most where it holds unseen
// what was sent.
func agreement(token tags.Token, sent Sent) int {
	name := attribute(token, "name")
	values, known := sent.Fields[name]
	unseen := token.Data == "button" || attribute(token, "type") == "hidden"
	switch {
	case name == "" || !known:
		return 0
	case unseen && slices.Contains(values, attribute(token, "value")):
		return 2
	case unseen:
		return 0
	}
	return 1
}

func pathOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Path
}

func attribute(token tags.Token, name string) string {
	for _, a := range token.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// refiller rewrites the fields of one form.
type refiller struct {
	out     bytes.Buffer
	sent    map[string][]string // what has not found its field yet, in the order of the form
	offered map[string][]string // by each group of buttons of which one is chosen
	choice  *choice             // the list that is being read
	text    *string             // what the text field that is being read gets
}

// choice is a list of a form, kept back until it is known whether it still offers
// what was chosen.
type choice struct {
	chosen string
	raw    bytes.Buffer // as the page has it
	with   bytes.Buffer // with what was chosen
	offers bool
}

func (w *refiller) rewritten(kind tags.TokenType, raw []byte, token tags.Token) []byte {
	switch {
	case w.text != nil:
		return w.textarea(kind, raw)
	case w.choice != nil:
		return w.list(kind, raw, token)
	case kind != tags.StartTagToken && kind != tags.SelfClosingTagToken:
		return raw
	}
	name := attribute(token, "name")
	switch token.Data {
	case "input":
		return w.input(raw, name, token)
	case "textarea":
		if value, ok := w.next(name); ok {
			w.text = &value
		}
	case "select":
		if value, ok := w.next(name); ok {
			w.choice = &choice{chosen: value}
			return w.list(kind, raw, token)
		}
	}
	return raw
}

// textarea leaves out what the page has in a text field, and puts in its place what
// was typed. The first line break in one counts for nothing.
func (w *refiller) textarea(kind tags.TokenType, raw []byte) []byte {
	if kind == tags.TextToken {
		return nil
	}
	text := "\n" + html.EscapeString(*w.text) + string(raw)
	w.text = nil
	return []byte(text)
}

// list gathers a list up to its end.
func (w *refiller) list(kind tags.TokenType, raw []byte, token tags.Token) []byte {
	l := w.choice
	l.raw.Write(raw)
	if kind == tags.StartTagToken && token.Data == "option" {
		chosen := attribute(token, "value") == l.chosen
		l.offers = l.offers || chosen
		raw = switched(token, "selected", chosen)
	}
	l.with.Write(raw)
	if kind != tags.EndTagToken || token.Data != "select" {
		return nil
	}
	w.choice = nil
	if l.offers {
		return l.with.Bytes()
	}
	return l.raw.Bytes()
}

// next takes the next value that was sent under a name.
func (w *refiller) next(name string) (string, bool) {
	values := w.sent[name]
	if name == "" || len(values) == 0 {
		return "", false
	}
	w.sent[name] = values[1:]
	return values[0], true
}

func (w *refiller) input(raw []byte, name string, token tags.Token) []byte {
	value := attribute(token, "value")
	switch attribute(token, "type") {
	case "hidden":
		w.next(name)
		return raw
	case "password", "submit", "button", "file":
		return raw
	case "checkbox":
		return switched(token, "checked", slices.Contains(w.sent[name], value))
	case "radio":
		chosen := w.sent[name]
		if len(chosen) == 0 || !slices.Contains(w.offered[name], chosen[0]) {
			return raw
		}
		return switched(token, "checked", chosen[0] == value)
	}
	if typed, ok := w.next(name); ok {
		return valued(token, typed)
	}
	return raw
}

// note remembers what a group of buttons offers.
func (w *refiller) note(token tags.Token) {
	if token.Data == "input" && attribute(token, "type") == "radio" {
		name := attribute(token, "name")
		w.offered[name] = append(w.offered[name], attribute(token, "value"))
	}
}

// switched is a tag with an attribute that is there or isn't.
func switched(token tags.Token, name string, on bool) []byte {
	token.Attr = slices.DeleteFunc(token.Attr, func(a tags.Attribute) bool { return a.Key == name })
	if on {
		token.Attr = append(token.Attr, tags.Attribute{Key: name})
	}
	return []byte(token.String())
}

// valued is an input with another value.
func valued(token tags.Token, value string) []byte {
	token.Attr = slices.DeleteFunc(token.Attr, func(a tags.Attribute) bool { return a.Key == "value" })
	token.Attr = append(token.Attr, tags.Attribute{Key: "value", Val: value})
	return []byte(token.String())
}

// withOrigin has each form of a page say where it stood before: the page answers a
// form, so its own address is none to come back to.
func withOrigin(content []byte, page string) []byte {
	if page == "" {
		return content
	}
	var out bytes.Buffer
	field := `<input type="hidden" name="` + originField + `" value="` + html.EscapeString(page) + `">`
	each(content, func(kind tags.TokenType, raw []byte, token tags.Token) {
		out.Write(raw)
		if kind == tags.StartTagToken && token.Data == "form" && attribute(token, "method") == "post" {
			out.WriteString(field)
		}
	})
	return out.Bytes()
}
