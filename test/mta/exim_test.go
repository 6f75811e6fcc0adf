//go:build mta

package mta

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
)

const eximConfig = `exim_path = %[1]s
spool_directory = %[2]s/spool
log_file_path = %[2]s/log/%%slog
pid_file_path = %[2]s/exim.pid
exim_user = news
exim_group = news
never_users =
primary_hostname = relay.town.example
local_interfaces = 127.0.0.1
daemon_smtp_ports = %[3]s
domainlist ours = town.example
acl_smtp_rcpt = rcpt
keep_environment =
timezone = UTC

begin acl
rcpt:
  deny condition = ${if exists{%[2]s/refuse}}
       message = relay not permitted
  deny domains = +ours
       local_parts = unknown
       message = Unknown user
  accept

begin routers
bounces:
  driver = accept
  domains = +ours
  local_parts = bounces
  transport = aufruf
here:
  driver = accept
  domains = +ours
  transport = nowhere
away:
  driver = manualroute
  domains = away.example
  transport = smtp
  route_list = * %[4]s
  self = send

begin transports
smtp:
  driver = smtp
  port = %[5]s
  hosts_try_chunking =
nowhere:
  driver = appendfile
  file = /dev/null
  user = news
  no_mode_fail_narrower
aufruf:
  driver = pipe
  command = %[6]s
  user = nobody
  temp_errors = 75
  path = /usr/bin:/bin

begin retry
* * F,1h,15m

begin rewrite
`

// exim is an Exim of its own.
type exim struct {
	t       *testing.T
	address string
	place   string
}

// startExim is startPostfix with Exim.
func startExim(t *testing.T, next, hook string) *exim {
	t.Helper()
	unpacked := filepath.Join(folder(t), "exim")
	e := &exim{t: t, address: freeAddress(t), place: publicDir(t)}
	for _, dir := range []string{"spool", "log"} {
		must(t, os.Mkdir(filepath.Join(e.place, dir), 0o755))
		must(t, os.Chown(filepath.Join(e.place, dir), id(t, "news"), id(t, "news")))
	}
	// It starts itself anew by another user, who is trusted with the one
	// configuration in its own place: that place is put there for it alone.
	program := filepath.Join(unpacked, "usr/sbin/exim4")
	config := filepath.Join(e.place, "etc")
	must(t, os.Mkdir(config, 0o755))
	must(t, os.WriteFile(filepath.Join(config, "exim4.conf"), fmt.Appendf(nil, eximConfig, program, e.place, port(e.address), host(next), port(next), hook), 0o644))
	log := new(output)
	daemon := exec.CommandContext(t.Context(), "unshare", "--mount", "sh", "-c", `mount --bind "$1" /etc/exim4 && exec "$2" -bdf -q1m`, "sh", config, program)
	daemon.Env = []string{"PATH=/usr/sbin:/usr/bin:/sbin:/bin"}
	daemon.Stdout, daemon.Stderr = log, log
	daemon.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	run(t, daemon)
	awaitListener(t, e.address, log)
	return e
}

// refuse makes it refuse us, or no more.
func (e *exim) refuse() (mend func()) {
	e.t.Helper()
	file := filepath.Join(e.place, "refuse")
	must(e.t, os.WriteFile(file, nil, 0o644))
	return func() { must(e.t, os.Remove(file)) }
}
