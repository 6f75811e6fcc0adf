//go:build container

package packages

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"aufruf/test/townhall"
)

// TestTheContainer builds the image as `make container` does, on a base made of
// Debian's packages instead of one from a registry, and runs it as its own user:
// the health check before there is a town, and after.
func TestTheContainer(t *testing.T) {
	root, err := townhall.Root()
	if err != nil {
		t.Fatal(err)
	}
	const base, image = "localhost/aufruf-trial-base", "localhost/aufruf-trial"
	buildah := func(arguments ...string) string {
		t.Helper()
		out, err := tried(root, nil, "buildah", arguments...)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	made := buildah("from", "scratch")
	buildah("add", "--quiet", made, filepath.Join(root, "dist/debian"), "/")
	buildah("commit", "--quiet", "--rm", "--format", "docker", made, base)
	if _, err := tried(root, nil, "scripts/container.sh", image, "trial", base); err != nil {
		t.Fatal(err)
	}
	running := buildah("from", image)
	t.Cleanup(func() {
		buildah("rm", running)
		buildah("rmi", image, base)
	})
	for shown, want := range map[string]string{
		"{{.Docker.Config.User}}":             "65532:65532",
		"{{.Docker.Config.Healthcheck.Test}}": "[CMD /usr/bin/aufruf-server healthcheck]",
		"{{.Docker.Config.Volumes}}":          "map[/var/lib/aufruf:{} /var/lib/aufruf-backup:{} /var/lib/aufruf-key:{}]",
	} {
		if got := buildah("inspect", "--format", shown, running); got != want {
			t.Errorf("%s: got %q, want %q", shown, got, want)
		}
	}

	address := free(t)
	inside := func(arguments ...string) []string {
		return append([]string{"run", "--isolation", "chroot", "--user", "65532:65532", "--env", "AUFRUF_LISTEN=" + address, running, "--", "/usr/bin/aufruf-server"}, arguments...)
	}
	server := exec.Command("buildah", inside("serve")...)
	server.Dir = root
	var said strings.Builder
	server.Stdout, server.Stderr = &said, &said
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Process.Signal(os.Interrupt); err != nil {
			t.Error(err)
		}
		if err := server.Wait(); err != nil || t.Failed() {
			t.Logf("the server ended with %v and said:\n%s", err, &said)
		}
	})
	healthy := func(says string) {
		t.Helper()
		deadline := time.Now().Add(time.Minute)
		for {
			out, err := tried(root, nil, "buildah", inside("healthcheck")...)
			if strings.Contains(fmt.Sprint(out, " ", err), says) {
				return
			}
			if time.Now().After(deadline) {
				t.Fatalf("the health check says %s, %v, want %q", out, err, says)
			}
		}
	}
	healthy("no town has been set up here yet")
	file, err := os.Open(filepath.Join(root, "docs/examples/beispielstadt.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if _, err := tried(root, file, "buildah", inside("init", "-")...); err != nil {
		t.Fatal(err)
	}
	healthy("ready <nil>")
}

// free returns an address that nothing listens on.
func free(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}

func tried(folder string, stdin *os.File, name string, arguments ...string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, name, arguments...)
	cmd.Dir = folder
	cmd.Env = append(os.Environ(), "BUILDAH_ISOLATION=chroot")
	if stdin != nil {
		cmd.Stdin = stdin
	}
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		err = fmt.Errorf("%s %s: %w: %s", name, strings.Join(arguments, " "), err, &stderr)
	}
	return strings.TrimSpace(string(out)), err
}
