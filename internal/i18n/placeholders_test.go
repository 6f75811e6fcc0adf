package i18n

import (
	"go/ast"
	"go/parser"
	"go/token"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"aufruf/internal/town"
)

var placeholder = regexp.MustCompile(`\{([a-z_]+)\}`)

// sayers are the functions that say a sentence, with what they put before its key.
var sayers = map[string]string{
	"T": "", "N": "", "say": "", "Usage": "", "Failure": "", "Because": "", "Fine": "cli.doctor.", "Note": "cli.doctor.", "Fault": "cli.doctor.",
}

// byScript are filled in the browser.
var byScript = []string{"booking.hold.left_script", "staff.arrived.shown", "staff.screens.tested"}

// A sentence whose placeholder nobody fills is read with its braces.
func TestEveryPlaceholderIsFilledWhereItsSentenceIsSaid(t *testing.T) {
	texts := mustLoad(t).For(town.German)
	calls := 0
	eachSource(t, func(path, text string) {
		if !strings.HasSuffix(path, ".go") {
			for _, line := range strings.Split(text, "{{") {
				action, _, _ := strings.Cut(line, "}}")
				calls += texts.inAction(t, path, action)
			}
			return
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, text, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok && !call.Ellipsis.IsValid() {
				calls += texts.inCall(t, path, call)
			}
			return true
		})
	})
	if calls < 500 {
		t.Errorf("looked at %d calls: that can't be all", calls)
	}
}

// inCall looks at a call that says a key, followed by names and values.
func (t Texts) inCall(test *testing.T, path string, call *ast.CallExpr) int {
	said, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return 0
	}
	beginning, says := sayers[said.Sel.Name]
	var words []string
	for _, arg := range call.Args {
		if word, ok := literal(arg); ok {
			words = append(words, word)
		}
	}
	if !says || len(words) == 0 || !t.Has(beginning+words[0]) {
		return 0
	}
	t.wantFilled(test, path, beginning+words[0], words[1:])
	if todo := beginning + words[0] + "_do"; t.Has(todo) {
		t.wantFilled(test, path, todo, words[1:])
	}
	return 1
}

var keyInAction = regexp.MustCompile(`\.(T|N) "([a-z0-9_.-]+)"([^)]*)`)

func (t Texts) inAction(test *testing.T, path, action string) (calls int) {
	for _, found := range keyInAction.FindAllStringSubmatch(action, -1) {
		var given []string
		for _, name := range regexp.MustCompile(`"([^"]*)"`).FindAllStringSubmatch(found[3], -1) {
			given = append(given, name[1])
		}
		if t.Has(found[2]) {
			t.wantFilled(test, path, found[2], given)
			calls++
		}
	}
	return calls
}

func (t Texts) wantFilled(test *testing.T, path, key string, given []string) {
	sentence, _ := t.find(key)
	for _, p := range placeholder.FindAllStringSubmatch(sentence, -1) {
		if name := p[1]; name != "count" && name != "program" && !slices.Contains(given, name) && !slices.Contains(byScript, key) {
			test.Errorf("%s says %s without {%s}: %q", path, key, name, sentence)
		}
	}
}

func literal(e ast.Expr) (string, bool) {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	value, err := strconv.Unquote(lit.Value)
	return value, err == nil
}
