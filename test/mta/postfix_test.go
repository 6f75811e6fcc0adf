//go:build mta

package mta

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

// postfix is a Postfix of its own.
type postfix struct {
	t       *testing.T
	address string
	etc     string
	plain   string // the configuration without settings
	log     *output
	master  *exec.Cmd
	libs    string
}

const postfixMain = `compatibility_level = 3.6
command_directory = %[1]s/usr/sbin
daemon_directory = %[1]s/usr/lib/postfix/sbin
shlib_directory = %[1]s/usr/lib/postfix
meta_directory = %[2]s/etc
queue_directory = %[2]s/spool
data_directory = %[2]s/data
mail_owner = news
setgid_group = uucp
default_privs = nobody
import_environment = MAIL_CONFIG MAIL_DEBUG MAIL_LOGTAG TZ LD_LIBRARY_PATH
export_environment = TZ MAIL_CONFIG LANG LD_LIBRARY_PATH
maillog_file = /dev/stdout
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = relay.town.example
mydestination =
alias_maps =
fast_flush_domains =
disable_dns_lookups = yes
smtp_host_lookup = native
relay_domains = away.example
smtpd_delay_reject = yes
transport_maps = texthash:%[2]s/etc/transport
virtual_mailbox_domains = town.example
virtual_mailbox_maps = static:all
virtual_transport = discard
`

const postfixMaster = `%[1]s inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
aufruf unix - n n - - pipe flags=q user=nobody argv=%[2]s
`

// startPostfix starts one that delivers to *@town.example, gives what is for
// *@away.example to next, and what comes back for bounces@town.example to a
// program. settings are further lines of its configuration; they stand there from
// the start, as one that is told to read them anew while it starts may never log,
// nor greet, again.
func startPostfix(t *testing.T, next, hook string, settings ...string) *postfix {
	t.Helper()
	unpacked := filepath.Join(folder(t), "postfix")
	place := publicDir(t)
	p := &postfix{t: t, address: freeAddress(t), etc: filepath.Join(place, "etc"), log: new(output), libs: filepath.Join(unpacked, "usr/lib/postfix")}
	for _, dir := range []string{"etc", "data", "spool"} {
		must(t, os.Mkdir(filepath.Join(place, dir), 0o755))
	}
	for _, dir := range strings.Fields("active bounce corrupt defer deferred flush hold incoming maildrop pid private public saved trace") {
		must(t, os.Mkdir(filepath.Join(place, "spool", dir), 0o755))
		if dir != "pid" {
			must(t, os.Chown(filepath.Join(place, "spool", dir), id(t, "news"), id(t, "uucp")))
		}
	}
	must(t, os.Chown(filepath.Join(place, "data"), id(t, "news"), 0))
	p.plain = fmt.Sprintf(postfixMain, unpacked, place)
	p.write("main.cf", with(p.plain, settings...))
	p.write("master.cf", fmt.Sprintf(postfixMaster, p.address, hook))
	p.write("transport", fmt.Sprintf("bounces@town.example aufruf:\naway.example smtp:[%s]:%s\n", host(next), port(next)))
	p.start(filepath.Join(unpacked, "usr/lib/postfix/sbin/master"))
	return p
}

func (p *postfix) write(name, text string) {
	p.t.Helper()
	must(p.t, os.WriteFile(filepath.Join(p.etc, name), []byte(text), 0o644))
}

func (p *postfix) start(program string) {
	p.t.Helper()
	p.master = exec.CommandContext(p.t.Context(), program, "-c", p.etc, "-s")
	p.master.Env = []string{"MAIL_CONFIG=" + p.etc, "LD_LIBRARY_PATH=" + p.libs, "PATH=/usr/bin:/bin"}
	p.master.Stdout, p.master.Stderr = p.log, p.log
	p.master.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	run(p.t, p.master)
	awaitListener(p.t, p.address, p.log)
	await(p.t, "the mail server's log", func() bool { return strings.Contains(p.log.String(), ": daemon started --") })
}

// with returns a configuration with lines in place of what it says of them. Two
// lines of one name Postfix warns of in every process, its logger among them.
func with(main string, lines ...string) string {
	for _, line := range lines {
		name, _, _ := strings.Cut(line, " =")
		main = regexp.MustCompile(`(?m)^`+name+` =.*\n`).ReplaceAllString(main, "") + line + "\n"
	}
	return main
}

// takeBack takes the settings back that it was started with, and has that read.
func (p *postfix) takeBack() {
	p.t.Helper()
	reloads := strings.Count(p.log.String(), ": reload --")
	p.write("main.cf", p.plain)
	must(p.t, p.master.Process.Signal(syscall.SIGHUP))
	await(p.t, "the configuration to be read", func() bool { return strings.Count(p.log.String(), ": reload --") > reloads })
}
