package browser

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"sync"
	"testing"
	"time"
)

// Firefox is a Firefox with cookies of its own, as one person has it.
type Firefox struct {
	bidi *bidi
	user string // the context of its cookies
}

var _ Person = (*Firefox)(nil)

// firefox is the process that all tests of a package use; Run ends it.
var firefox struct {
	start sync.Once
	bidi  *bidi
	err   error
	end   func()
}

// OpenFirefox opens Debian's Firefox. The tests of its package begin with Run.
func OpenFirefox(t testing.TB) *Firefox {
	t.Helper()
	if !shared.wanted {
		t.Fatal("the tests of this package don't begin with browser.Run")
	}
	firefox.start.Do(func() { firefox.bidi, firefox.end, firefox.err = launchFirefox() })
	if firefox.err != nil {
		t.Fatal(firefox.err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	var made struct {
		User string `json:"userContext"`
	}
	if err := firefox.bidi.call(ctx, "browser.createUserContext", params{}, &made); err != nil {
		t.Fatal(err)
	}
	f := &Firefox{bidi: firefox.bidi, user: made.User}
	t.Cleanup(f.leave(t))
	return f
}

// leave returns what closes its pages and forgets its cookies.
func (f *Firefox) leave(t testing.TB) func() {
	return func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		if err := f.bidi.call(ctx, "browser.removeUserContext", params{"userContext": f.user}, nil); err != nil {
			t.Error(err)
		}
	}
}

// preferences of a profile: German pages, and nothing that talks to others or
// asks questions.
const preferences = `
user_pref("intl.accept_languages", "de");
user_pref("app.update.enabled", false);
user_pref("app.normandy.enabled", false);
user_pref("browser.aboutwelcome.enabled", false);
user_pref("browser.safebrowsing.downloads.remote.enabled", false);
user_pref("browser.safebrowsing.malware.enabled", false);
user_pref("browser.safebrowsing.phishing.enabled", false);
user_pref("browser.shell.checkDefaultBrowser", false);
user_pref("browser.startup.homepage", "about:blank");
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("extensions.systemAddon.update.enabled", false);
user_pref("network.captive-portal-service.enabled", false);
user_pref("network.connectivity-service.enabled", false);
user_pref("services.settings.server", "data:,none");
user_pref("toolkit.telemetry.enabled", false);
`

// launchFirefox starts a process with a profile that belongs to no test; end ends
// it and removes the profile.
func launchFirefox() (*bidi, func(), error) {
	profile, err := os.MkdirTemp("", "aufruf-firefox-")
	if err != nil {
		return nil, nil, err
	}
	if err := os.WriteFile(filepath.Join(profile, "user.js"), []byte(preferences), 0o600); err != nil {
		return nil, nil, err
	}
	cmd := exec.Command("firefox-esr", "--headless", "--no-remote", "--profile", profile, "--remote-debugging-port", "0")
	cmd.Env = append(os.Environ(), "HOME="+profile, "MOZ_CRASHREPORTER_DISABLE=1")
	said, err := cmd.StderrPipe()
	if err != nil {
		return nil, nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, nil, fmt.Errorf("start Firefox: %w", err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*patience) // a new profile takes long on a busy machine
	defer cancel()
	kill := context.AfterFunc(ctx, func() { _ = cmd.Process.Kill() })
	defer kill()
	b, err := connect(ctx, said)
	end := func() {
		quit(b, cmd)
		_ = os.RemoveAll(profile) // what is left of a profile disturbs nobody
	}
	if err != nil {
		end()
		return nil, nil, fmt.Errorf("start Firefox: %w", err)
	}
	return b, end, nil
}

var listening = regexp.MustCompile(`WebDriver BiDi listening on (ws://\S+)`)

// connect reads where a Firefox listens and connects with it.
func connect(ctx context.Context, said io.Reader) (*bidi, error) {
	lines := bufio.NewScanner(said)
	for lines.Scan() {
		if where := listening.FindStringSubmatch(lines.Text()); where != nil {
			go func() { _, _ = io.Copy(io.Discard, said) }() // a full pipe would stop it
			return dialBiDi(ctx, where[1]+"/session")
		}
	}
	return nil, errors.Join(errors.New("it ended before it listened"), lines.Err())
}

// quit has a Firefox end, and makes it where it doesn't.
func quit(b *bidi, cmd *exec.Cmd) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if b == nil || b.call(ctx, "browser.close", params{}, nil) != nil {
		_ = cmd.Process.Kill()
	}
	kill := context.AfterFunc(ctx, func() { _ = cmd.Process.Kill() })
	_ = cmd.Wait() // its exit code says nothing about a page
	kill()
}
