//go:build packages

package packages

import (
	"debug/elf"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"aufruf/internal/client"
	"aufruf/internal/town"
	"aufruf/internal/wire"
)

const (
	branch   = town.BranchID("grimma-markt")
	password = "drei-worte-genuegen"
)

// TestThePackagesOnAMachine goes once through the life of an installation. The
// steps stand on one another.
func TestThePackagesOnAMachine(t *testing.T) {
	m := boot(t)
	for _, step := range []struct {
		name string
		do   func(*machine)
	}{
		{"installed, nothing runs before its settings were looked at", install},
		{"the three programs lie at another address each time they run", movable},
		{"the server starts", startServer},
		{"the screen starts and has a board", startScreen},
		{"a call sounds on the card", call},
		{"a screen that hangs is started again", hang},
		{"a screen that is killed is started again", kill},
		{"an upgrade keeps settings and data", upgrade},
		{"the key of an earlier package gets a place of its own", moveKey},
		{"a backup is made every night, and can be restored", nightly},
		{"what only root may read and write goes in and out, from any folder", administrate},
		{"a mail server hands over bounces as the service's user", bounce},
		{"a reload ends nothing", reload},
		{"a crash is no mistake in the settings", crash},
		{"a mistake in the settings isn't tried for ever", mistake},
		{"another town has a service of its own", secondTown},
		{"a purge leaves the database alone", purge},
	} {
		if !t.Run(step.name, func(t *testing.T) {
			m.t = t
			step.do(m)
		}) {
			t.Fatal("the next steps stand on this one")
		}
	}
}

func install(m *machine) {
	m.sh("dpkg --install /mnt/aufruf-*.deb")
	for _, unit := range []string{"aufruf-server", "aufruf-display"} {
		if state, err := m.try("systemctl", "is-active", unit); err == nil {
			m.t.Errorf("%s is %s before anybody has looked at its settings", unit, state)
		}
		m.do("systemd-analyze", "verify", unit+".service")
	}
	// The console's compositor needs one, and this machine has none: read, not run.
	const added = "/etc/systemd/system/aufruf-display.service.d"
	m.do("mkdir", added)
	m.do("ln", "-s", "/usr/share/aufruf-display/kiosk.conf", added)
	m.do("systemd-analyze", "verify", "aufruf-display.service")
	m.do("rm", added+"/kiosk.conf")
}

// movable looks whether the programs are position-independent (PIE), without
// which the kernel can't choose their address.
func movable(m *machine) {
	for _, program := range []string{"aufruf-server", "aufruf-display", "aufruf-caller"} {
		file, err := elf.Open("/proc/" + m.pid + "/root/usr/bin/" + program)
		must(m.t, err)
		flags, err := file.DynValue(elf.DT_FLAGS_1)
		must(m.t, file.Close())
		if err != nil || file.Type != elf.ET_DYN || len(flags) != 1 || elf.DynFlag1(flags[0])&elf.DF_1_PIE == 0 {
			m.t.Errorf("%s: got %s with flags %v, %v, want a position-independent program", program, file.Type, flags, err)
		}
	}
}

// set changes a line of a file of settings.
func (m *machine) set(file, name, value string) {
	m.t.Helper()
	m.sh(fmt.Sprintf(`sed -i '/^#\?%[2]s=/d' /etc/aufruf/%[1]s && echo '%[2]s=%[3]s' >>/etc/aufruf/%[1]s`, file, name, value))
}

func (m *machine) url() string { return "http://" + m.address + ":80" }

func startServer(m *machine) {
	m.set("server.env", "AUFRUF_LISTEN", m.address+":80") // a port that needs a right
	m.set("server.env", "AUFRUF_INSECURE_HTTP", "true")
	m.set("server.env", "AUFRUF_CLOCK", "2026-12-01T09:05:00+01:00")
	m.do("systemctl", "enable", "--now", "aufruf-server")
	m.says("aufruf-server", "no town here yet", 1)
	m.do("aufruf-admin", "init", "--example", "grimma")
	m.says("aufruf-server", "msg=listening", 1)
	for _, folder := range []string{"/var/lib/aufruf", "/var/lib/aufruf-key"} {
		if got, want := m.sh("stat --format '%U %a' "+folder), "aufruf 750"; got != want {
			m.t.Errorf("%s: got %s, want %s", folder, got, want)
		}
	}
	for _, alarm := range []string{"share a folder", "core dump", "swapped memory"} {
		if said := m.journal("aufruf-server"); strings.Contains(said, alarm) {
			m.t.Errorf("it said:\n%s\nwant nothing of %q", said, alarm)
		}
	}
	m.sh("echo " + password + " | aufruf-admin user add lena --role clerk")
}

func startScreen(m *machine) {
	m.set("display.env", "AUFRUF_SERVER", m.url())
	m.sh(`cat >/etc/asound.conf <<'END'
pcm.!default { type file slave.pcm "null" file "/var/lib/aufruf-display/heard" format "raw" }
END`)
	// The watchdog is tried below, and a test doesn't wait for half a minute.
	m.sh("printf '[Service]\\nWatchdogSec=3\\n' >/etc/systemd/system/aufruf-display.service.d/hasty.conf && systemctl daemon-reload")
	m.do("systemctl", "enable", "--now", "aufruf-display") // returns once it has said that it is ready
	m.says("aufruf-display", "waiting to be paired", 1)

	m.do("systemctl", "stop", "aufruf-display")
	m.sh("aufruf-admin device add hall --kind display --branch " + string(branch) + " >/var/lib/aufruf-display/token")
	m.sh("chown aufruf-display: /var/lib/aufruf-display/token && chmod 600 /var/lib/aufruf-display/token")
	m.do("systemctl", "start", "aufruf-display")
	m.says("aufruf-display", "msg=connected", 1)
	m.await("the list of devices to know its sound", func() error {
		if list := m.do("aufruf-admin", "device", "list"); !strings.Contains(list, "ready") {
			return fmt.Errorf("it says %s", list)
		}
		return nil
	})
}

func call(m *machine) {
	ctx := m.t.Context()
	citizen, err := client.New(m.url(), nil, "")
	must(m.t, err)
	session, err := citizen.SignIn(ctx, "lena", password)
	must(m.t, err)
	staff, err := client.New(m.url(), client.Fixed(session.Token), "")
	must(m.t, err)
	ticket, err := staff.IssueTicket(ctx, wire.TicketRequest{Branch: branch, Services: []wire.ItemRequest{{ID: "meldebescheinigung"}}})
	must(m.t, err)
	m.sh("echo " + password + " >/run/password")
	number := m.sh("XDG_RUNTIME_DIR=/run aufruf-caller --server " + m.url() + " --user lena --password-file /run/password --branch " + string(branch) + " --room platz-1 next")
	if got, want := number, ticket.Number.String(); got != want {
		m.t.Errorf("called %q, want %q", got, want)
	}
	m.await("the gong", func() error {
		_, err := m.try("sh", "-c", "head --bytes 200000 /var/lib/aufruf-display/heard | tr -d '\\0' | grep --quiet .")
		return err
	})
	m.await("the board on disk", func() error {
		if kept := m.do("cat", "/var/lib/aufruf-display/board.json"); !strings.Contains(kept, number) {
			return fmt.Errorf("it is %s", kept)
		}
		return nil
	})
}

func hang(m *machine) {
	m.do("systemctl", "kill", "--signal", "STOP", "aufruf-display")
	m.says("aufruf-display", "Watchdog timeout", 1)
	m.says("aufruf-display", "msg=connected", 2)
}

func kill(m *machine) {
	m.do("systemctl", "kill", "--signal", "KILL", "aufruf-display", "aufruf-server")
	m.says("aufruf-server", "msg=listening", 2)
	m.says("aufruf-display", "msg=connected", 3)
}

func upgrade(m *machine) {
	before := m.sh("cat /etc/aufruf/*.env /var/lib/aufruf-display/token")
	m.sh("dpkg --install /mnt/aufruf-*.deb")
	m.says("aufruf-server", "msg=listening", 3)
	m.says("aufruf-display", "msg=connected", 4)
	if after := m.sh("cat /etc/aufruf/*.env /var/lib/aufruf-display/token"); after != before {
		m.t.Errorf("after the upgrade:\n%s\nwant:\n%s", after, before)
	}
}

// moveKey lets an upgrade find the key where earlier packages kept it.
func moveKey(m *machine) {
	m.do("systemctl", "stop", "aufruf-server")
	before := m.sh("cat /var/lib/aufruf-key/key && mv /var/lib/aufruf-key/key /var/lib/aufruf/key && rm -r /var/lib/aufruf-key")
	m.do("dpkg", "--install", m.sh("ls /mnt/aufruf-server*.deb"))
	if after := m.sh("cat /var/lib/aufruf-key/key"); after != before {
		m.t.Error("the key got lost on its way")
	}
	m.sh("test ! -e /var/lib/aufruf/key")
	// A copy that only root can read, found again after a theft.
	m.sh("cp /var/lib/aufruf-key/key /root/copy && cd /root && aufruf-admin key renew --old-key-file copy && ! aufruf-admin key renew --old-key-file=nocopy")
	m.do("systemctl", "start", "aufruf-server")
	m.says("aufruf-server", "msg=listening", 4)
}

// nightly runs what the timer starts, and restores the outcome.
func nightly(m *machine) {
	if next := m.do("systemctl", "show", "--property", "NextElapseUSecRealtime", "--value", "aufruf-backup.timer"); next == "" {
		m.t.Error("the timer of the backup doesn't run beside the server")
	}
	m.do("systemctl", "start", "aufruf-backup")
	made := m.sh("ls /var/lib/aufruf-backup/aufruf-*.db")
	m.sh("aufruf-admin export >/root/before && aufruf-admin user list >>/root/before")
	m.do("systemctl", "stop", "aufruf-server")
	m.sh("mkdir /root/old && mv /var/lib/aufruf/aufruf.db* /root/old/ && aufruf-admin restore " + made)
	m.do("systemctl", "start", "aufruf-server")
	m.says("aufruf-server", "msg=listening", 5)
	m.sh("aufruf-admin export >/root/after && aufruf-admin user list >>/root/after && cmp /root/before /root/after")
	for _, unit := range []string{"aufruf-backup.service", "aufruf-backup.timer", "aufruf-backup@neustadt.service", "aufruf-backup@neustadt.timer"} {
		m.do("systemd-analyze", "verify", unit)
	}
}

// administrate works in a folder that the service's user may not even enter.
func administrate(m *machine) {
	const private = "cd /root/private && "
	m.sh("install --directory --mode 0700 /root/private")
	m.sh(private + "aufruf-admin user list | grep --quiet lena")
	m.sh(private + "aufruf-admin export >town.yaml && aufruf-admin import town.yaml && aufruf-admin import - <town.yaml")
	m.sh(private + "aufruf-admin backup today.db && aufruf-admin backup - >piped.db && head -c 15 today.db | grep --quiet SQLite")
	if mode := m.sh("stat --format '%U %a' /root/private/today.db"); mode != "root 600" {
		m.t.Errorf("the backup is %s", mode)
	}
	m.sh(private + "aufruf-admin restore --database sqlite:/var/lib/aufruf/again.db today.db && rm /var/lib/aufruf/again.db")
	for call, says := range map[string]string{
		"aufruf-admin backup today.db":                   "exists already",
		"aufruf-admin backup nowhere/today.db":           "can't be written",
		"aufruf-admin import none.yaml":                  "no file none.yaml",
		"LANG=de_DE.UTF-8 aufruf-admin import none.yaml": "Die Datei none.yaml gibt es nicht",
		"aufruf-admin @nowhere user list":                "no settings",
		"runuser -u nobody -- /usr/sbin/aufruf-admin":    "sudo",
		"aufruf-admin user disable nobody-of-that-name":  "no such account",
	} {
		if said, err := m.try("sh", "-c", private+call); err == nil || !strings.Contains(err.Error(), says) {
			m.t.Errorf("%s: got %v, %s, want it to fail and say %q", call, err, said, says)
		}
	}
	m.sh("test ! -e /root/private/nowhere")
	m.sh(private + "LANG=de_DE.UTF-8 aufruf-admin --help | grep --quiet Befehle")
	for _, name := range []string{"aufruf-server", "aufruf-admin", "aufruf-display", "aufruf-caller"} {
		m.do("bash", "-c", ". /usr/share/bash-completion/completions/"+name+" && complete -p "+name)
	}
}

// bounce does what the lines of docs/mail.md have Postfix and Exim do. The report
// is about a mail that isn't known here, which only the database says.
func bounce(m *machine) {
	m.sh(`cat >/run/report <<'END'
From: MAILER-DAEMON@town.example
Content-Type: multipart/report; report-type=delivery-status; boundary=b
MIME-Version: 1.0

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; post.town.example

Final-Recipient: rfc822; ada@example.org
Action: failed
Status: 5.1.1

--b
Content-Type: text/rfc822-headers

Message-ID: <none.confirmation.0@town.example>

--b--
END`)
	const hand = "cd /root && env --ignore-environment /usr/sbin/runuser -u aufruf -- /usr/sbin/aufruf-admin mail bounced </run/report"
	m.sh("cp --archive /etc/aufruf/server.env /run/server.env")
	m.sh(`echo 'AUFRUF_BASE_URL="http://a.example/$(touch /run/aufruf-ran)"' >>/etc/aufruf/server.env`) // no shell reads it
	if said := m.sh(hand); !strings.Contains(said, "isn't known here") {
		m.t.Errorf("got %q", said)
	}
	m.sh("test ! -e /run/aufruf-ran && chmod 600 /etc/aufruf/server.env && chown root: /etc/aufruf/server.env")
	if said, err := m.try("sh", "-c", hand+"; test $? -eq 75"); err != nil {
		m.t.Errorf("without settings: got %v, %s, want 75, so that it is handed over again", err, said)
	}
	m.sh("cp --archive /run/server.env /etc/aufruf/server.env")
}

func reload(m *machine) {
	before := m.do("systemctl", "show", "--property", "MainPID", "aufruf-server")
	m.do("systemctl", "reload", "aufruf-server")
	if after := m.do("systemctl", "show", "--property", "MainPID", "aufruf-server"); after != before {
		m.t.Errorf("got %s after the reload, want %s", after, before)
	}
}

// crash ends the server as a fault in it would: Go's runtime ends with 2, which
// is what a mistake in the settings ends with.
func crash(m *machine) {
	m.do("systemctl", "kill", "--kill-who", "main", "--signal", "ABRT", "aufruf-server")
	m.says("aufruf-server", "msg=listening", 6)
}

func mistake(m *machine) {
	m.sh("cp --archive /etc/aufruf/server.env /run/server.env && echo AUFRUF_LISEN=:1 >>/etc/aufruf/server.env")
	if _, err := m.try("systemctl", "restart", "aufruf-server"); err == nil {
		m.t.Error("it started with a variable that doesn't exist")
	}
	if got, want := m.do("systemctl", "show", "--property", "ActiveState,NRestarts", "--value", "aufruf-server"), "failed"; !strings.Contains(got, want) || !strings.Contains(got, "0") {
		m.t.Errorf("got %q, want it failed and tried once", got)
	}
	m.sh("cp --archive /run/server.env /etc/aufruf/server.env")
	m.do("systemctl", "start", "aufruf-server") // returns once it is ready
	m.says("aufruf-server", "msg=listening", 7)
}

func secondTown(m *machine) {
	m.sh("echo AUFRUF_LISTEN=127.0.0.1:8100 >/etc/aufruf/server-neustadt.env")
	m.do("aufruf-admin", "@neustadt", "init", "--example", "grimma") // its folders don't exist yet
	m.do("systemctl", "start", "aufruf-server@neustadt")
	m.says("aufruf-server@neustadt", "msg=listening addr=127.0.0.1:8100", 1)
	m.sh("test -e /var/lib/aufruf@neustadt/aufruf.db && test -e /var/lib/aufruf-key@neustadt/key")
	inside := []string{"nsenter", "--mount", "--target", m.do("systemctl", "show", "--property", "MainPID", "--value", "aufruf-server@neustadt"), "ls", "/var/lib"}
	if seen := m.do(inside...); seen != "aufruf-key@neustadt\naufruf@neustadt" {
		m.t.Errorf("it sees %q, want its own folders alone", seen)
	}
	m.do("systemctl", "start", "aufruf-backup@neustadt")
	m.sh("test -e /var/lib/aufruf-backup@neustadt/aufruf-*.db")
	m.do("systemctl", "stop", "aufruf-server@neustadt")
	m.sh("rm -r /etc/aufruf/server-neustadt.env /var/lib/aufruf*@neustadt")
}

func purge(m *machine) {
	m.do("dpkg", "--remove", "aufruf-display", "aufruf-server")
	for _, unit := range []string{"aufruf-server", "aufruf-display"} {
		if state, err := m.try("systemctl", "is-active", unit); err == nil {
			m.t.Errorf("%s is %s after its package was removed", unit, state)
		}
	}
	m.sh("test -e /etc/aufruf/server.env && test -e /var/lib/aufruf-display/token")
	m.do("dpkg", "--purge", "aufruf-display", "aufruf-server")
	m.sh("test ! -e /etc/aufruf && test ! -e /var/lib/aufruf-display && test -e /var/lib/aufruf/aufruf.db && test -e /var/lib/aufruf-key/key")
}

// A later build is an upgrade of an earlier one, with tags and without.
func TestVersionsAreInOrder(t *testing.T) {
	version := func(described, time string) string {
		t.Helper()
		out, err := exec.Command("../../scripts/package/version.sh", described, time).Output()
		must(t, err)
		return strings.TrimSpace(string(out))
	}
	versions := []string{
		version("fedcba9", "20261128172600"),
		version("abc1234-dirty", "20261129080000"),
		version("v1.0.0-rc.1", ""),
		version("v1.0.0-rc.1-3-gabc1234", ""),
		version("v1.0.0", ""),
		version("v1.0.0-9-gffffff0", ""),
		version("v1.0.0-10-g0000000", ""),
		version("v1.0.1", ""),
	}
	for i := range versions[1:] {
		cmd := exec.Command("dpkg", "--compare-versions", versions[i], "lt", versions[i+1])
		cmd.Stderr = os.Stderr
		if err := cmd.Run(); err != nil {
			t.Errorf("%s isn't before %s: %v", versions[i], versions[i+1], err)
		}
	}
}
