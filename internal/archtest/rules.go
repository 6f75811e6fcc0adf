// Package archtest keeps the import rules of docs/ARCHITECTURE.md: who may know
// whom inside the module, and which package alone may touch which library. It
// holds the rules as a table and a test that compares them with what the
// compiler sees; it is imported by nobody. Tests may reach further than the
// code they test, so their imports are not judged.
package archtest

// rule bounds what a package of ours may import from the module.
type rule struct {
	pkg   string   // path below the module; "/..." takes in what is below
	only  []string // nil: anything but never; empty: nothing of ours
	never []string
}

var nothing = []string{}

// pages is what each surface's pages may know.
var pages = []string{"internal/access", "internal/app", "internal/plan", "internal/ledger", "internal/booking", "internal/catalogue", "internal/i18n", "internal/problem", "internal/town", "internal/visitor", "web"}

// rules has a line for each package below cmd and internal; of several that
// fit, the longest counts.
var rules = []rule{
	// Leaves: the words that everybody shares.
	{pkg: "internal/problem", only: nothing},
	{pkg: "internal/town", only: nothing},
	{pkg: "internal/hub", only: nothing},
	{pkg: "internal/qr", only: nothing},
	{pkg: "internal/clock", only: nothing},
	{pkg: "internal/escpos", only: nothing},
	{pkg: "internal/escpos/escpostest", only: nothing},
	{pkg: "internal/licences", only: nothing},
	{pkg: "internal/systemd", only: nothing},
	{pkg: "internal/oidc", only: nothing},
	{pkg: "internal/oidc/oidctest", only: nothing},
	{pkg: "internal/seal", only: []string{"internal/town"}},

	// Rules: pure, ignorant of each other and of every surface.
	{pkg: "internal/booking", only: []string{"internal/problem", "internal/town"}},
	{pkg: "internal/queue", only: []string{"internal/problem", "internal/town"}},
	{pkg: "internal/figures", only: []string{"internal/queue", "internal/town"}},
	{pkg: "internal/announce", only: []string{"internal/problem", "internal/town"}},
	{pkg: "internal/rush", only: nothing},
	{pkg: "internal/distress", only: []string{"internal/town"}},
	{pkg: "internal/deskwork", only: []string{"internal/problem", "internal/town"}},
	{pkg: "internal/wire", only: []string{"internal/deskwork", "internal/problem", "internal/town"}},

	// The shell around them.
	{pkg: "internal/catalogue", only: []string{"internal/booking", "internal/queue", "internal/problem", "internal/town"}},
	{pkg: "internal/ledger", only: []string{"internal/booking", "internal/queue", "internal/catalogue", "internal/town"}},
	{pkg: "internal/secrets", only: nothing},
	{pkg: "internal/repeat", only: []string{"internal/clock", "internal/ledger", "internal/secrets", "internal/problem", "internal/town"}},
	{pkg: "internal/plan", only: []string{"internal/booking", "internal/catalogue", "internal/clock", "internal/ledger", "internal/queue", "internal/problem", "internal/town"}},
	{pkg: "internal/daybook", only: []string{"internal/booking", "internal/clock", "internal/ledger", "internal/plan", "internal/queue", "internal/problem", "internal/town"}},
	{pkg: "internal/access", only: []string{"internal/plan", "internal/clock", "internal/ledger", "internal/repeat", "internal/secrets", "internal/problem", "internal/town"}},
	{pkg: "internal/app", only: []string{"internal/access", "internal/distress", "internal/figures", "internal/daybook", "internal/plan", "internal/ledger", "internal/repeat", "internal/secrets", "internal/deskwork", "internal/rush", "internal/booking", "internal/queue", "internal/announce", "internal/clock", "internal/catalogue", "internal/seal", "internal/problem", "internal/town"}},
	{pkg: "internal/app/apptest", only: []string{"internal/access", "internal/app", "internal/catalogue", "internal/ledger", "internal/notify", "internal/seal", "internal/store/sqlite/sqlitetest", "internal/town"}},
	{pkg: "internal/store/...", only: []string{"internal/ledger", "internal/store", "internal/booking", "internal/queue", "internal/catalogue", "internal/problem", "internal/town"}},
	{pkg: "internal/store/sqlite/sqlitetest", only: []string{"internal/store/sqlite"}},
	{pkg: "internal/store/postgres/pgtest", only: []string{"internal/store/postgres"}},
	{pkg: "internal/notify/...", only: []string{"internal/notify", "internal/town"}},
	{pkg: "internal/live", only: []string{"internal/access", "internal/app", "internal/distress", "internal/ledger", "internal/catalogue", "internal/hub", "internal/wire", "internal/notify", "internal/booking", "internal/queue", "internal/problem", "internal/town"}},
	{pkg: "internal/visitor", only: nothing},
	{pkg: "internal/watch", only: nothing},
	{pkg: "internal/security", only: []string{"internal/access", "internal/ledger", "internal/visitor"}},
	{pkg: "internal/config/manual", only: []string{"internal/config", "internal/i18n", "internal/town"}},
	{pkg: "internal/doctor", only: []string{"internal/config", "internal/i18n"}},
	{pkg: "internal/config", only: []string{"internal/i18n", "internal/problem", "internal/town"}},
	{pkg: "internal/i18n", only: []string{"internal/problem", "internal/town"}},

	// The surfaces, of which none knows another.
	{pkg: "internal/mail/...", only: []string{"internal/app", "internal/catalogue", "internal/i18n", "internal/queue", "internal/problem", "internal/town"}},
	{pkg: "internal/api", only: []string{"internal/access", "internal/app", "internal/figures", "internal/plan", "internal/ledger", "internal/deskwork", "internal/catalogue", "internal/live", "internal/hub", "internal/wire", "internal/visitor", "internal/watch", "internal/i18n", "internal/booking", "internal/queue", "internal/problem", "internal/town"}},
	{pkg: "internal/web/page", only: append(pages, "internal/qr", "internal/queue")},
	{pkg: "internal/web/booking", only: append(pages, "internal/daybook", "internal/web/page", "internal/qr", "internal/queue", "internal/wire")},
	{pkg: "internal/web/setup", only: append(pages, "internal/web/page")},
	{pkg: "internal/web/printing", only: append(pages, "internal/web/page", "internal/escpos")},
	{pkg: "internal/web/staff", only: append(pages, "internal/daybook", "internal/distress", "internal/web/page", "internal/web/printing", "internal/live", "internal/oidc", "internal/deskwork", "internal/queue")},
	{pkg: "internal/web/office", only: append(pages, "internal/daybook", "internal/figures", "internal/web/page", "internal/web/printing", "internal/web/staff", "internal/live", "internal/queue")},
	{pkg: "internal/web/device", only: append(pages, "internal/web/page", "internal/web/printing", "internal/announce", "internal/queue", "internal/wire", "assets")},
	{pkg: "internal/web", only: []string{"internal/web/...", "internal/access", "internal/app", "internal/escpos", "internal/i18n", "internal/live", "internal/visitor"}},

	// The other side of the wire: it knows the contract and no server.
	{pkg: "internal/client", only: []string{"internal/deskwork", "internal/wire", "internal/problem", "internal/town"}},
	{pkg: "internal/display", only: []string{"internal/wire", "internal/client", "internal/announce", "internal/i18n", "internal/qr", "internal/problem", "internal/town", "assets", "web"}},
	{pkg: "internal/caller", only: []string{"internal/deskwork", "internal/wire", "internal/client", "internal/i18n", "internal/problem", "internal/town"}},
	{pkg: "internal/audio/...", only: []string{"internal/announce", "internal/problem", "internal/town", "assets"}},

	// Wiring. The three programs meet only over the network.
	{pkg: "cmd/server", never: []string{"internal/client", "internal/display", "internal/caller", "internal/audio"}},
	{pkg: "cmd/display", never: []string{"internal/access", "internal/app", "internal/daybook", "internal/ledger", "internal/plan", "internal/store/...", "internal/api", "internal/web", "internal/caller"}},
	{pkg: "cmd/caller", never: []string{"internal/access", "internal/app", "internal/daybook", "internal/ledger", "internal/plan", "internal/store/...", "internal/api", "internal/web", "internal/display", "internal/audio"}},

	{pkg: "internal/archtest", only: nothing},
}

// fences names, for a library, the packages that alone may import it.
var fences = map[string][]string{
	"github.com/mattn/go-sqlite3":     {"internal/store/sqlite"},
	"github.com/jackc/pgx":            {"internal/store/postgres/...", "internal/notify/..."},
	"github.com/pressly/goose":        {"internal/store/..."},
	"github.com/gin-gonic/gin":        {"internal/api", "internal/visitor", "internal/watch", "internal/security", "internal/web/...", "cmd/server", "test/bench"}, // there as the yardstick
	"github.com/gorilla/websocket":    {"internal/api", "internal/client"},
	"github.com/faiface/beep":         {"internal/audio"},
	"github.com/hajimehoshi/oto":      {"internal/audio"},
	"github.com/goccy/go-yaml":        {"internal/catalogue"},
	"go.yaml.in/yaml":                 {"internal/catalogue"},
	"gopkg.in/yaml.v3":                {"internal/catalogue"},
	"github.com/rickar/cal":           {"internal/booking", "internal/catalogue"},
	"github.com/wneessen/go-mail":     {"internal/mail/..."},
	"github.com/emersion/go-message":  {"internal/mail/..."},
	"github.com/boombuler/barcode":    {"internal/qr", "internal/web/..."},
	"github.com/arran4/golang-ical":   {"internal/mail/..."},
	"github.com/nicksnyder/go-i18n":   {"internal/i18n"},
	"github.com/charmbracelet":        {"internal/caller", "cmd/caller"},
	"github.com/coreos/go-oidc":       {"internal/oidc"},
	"golang.org/x/oauth2":             {"internal/oidc"},
	"github.com/zitadel/oidc":         {"internal/oidc/oidctest"},
	"github.com/go-jose/go-jose":      {"internal/oidc/oidctest"},
	"github.com/spf13":                {"internal/config/...", "cmd/..."},
	"github.com/alexedwards/argon2id": {"internal/access"},
	"github.com/trustelem/zxcvbn":     {"internal/access"},
	"database/sql":                    {"internal/store/...", "internal/town"}, // town: only how a value is stored
}

// free names what a program must not contain at all, however deep.
var free = map[string][]string{
	// runs on any desk: one file that needs no library
	"cmd/caller": {"github.com/mattn/go-sqlite3", "github.com/faiface/beep", "github.com/hajimehoshi/oto", "github.com/gin-gonic/gin"},
	// runs in a data centre: no sound library to install
	"cmd/server": {"github.com/faiface/beep", "github.com/hajimehoshi/oto", "github.com/zitadel/oidc"},
	// hangs on a wall: no database
	"cmd/display": {"github.com/mattn/go-sqlite3", "github.com/jackc/pgx", "github.com/gin-gonic/gin"},
}

// pure names the packages that get time and chance as arguments and do no I/O.
var pure = []string{"internal/problem", "internal/town", "internal/clock", "internal/booking", "internal/queue", "internal/announce", "internal/distress", "internal/deskwork", "internal/wire"}

// impure is what a pure package does not import.
var impure = []string{"os", "io/fs", "net", "math/rand", "crypto/rand", "log", "log/slog", "context"}

// clocks are the functions of package time that ask what time it is.
var clocks = []string{"Now", "Since", "Until", "After", "AfterFunc", "Sleep", "Tick", "NewTicker", "NewTimer"}
