package scripts_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"aufruf/internal/config"
)

const (
	containerfile = "../Containerfile"
	compose       = "../docs/container/compose.yaml"
)

// TestSettingsOfTheContainerExist: a variable that the server doesn't know ends
// it, and nobody has built the image yet who edits these files.
func TestSettingsOfTheContainerExist(t *testing.T) {
	known := map[string]bool{}
	for _, flag := range config.Known("server") {
		variable := "AUFRUF_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
		known[variable], known[variable+"_FILE"] = true, true
	}
	for _, file := range []string{containerfile, compose} {
		used := regexp.MustCompile(`AUFRUF_[A-Z_]+`).FindAllString(contents(t, file), -1)
		if len(used) == 0 {
			t.Errorf("%s sets nothing", file)
		}
		for _, variable := range used {
			if !known[variable] {
				t.Errorf("%s sets %s, which the server doesn't know", file, variable)
			}
		}
	}
}

// TestComposeFitsTheImage: the proxy that is trusted is the one in front, each
// volume of the image is kept, and nothing starts before it can.
func TestComposeFitsTheImage(t *testing.T) {
	image, composed := contents(t, containerfile), contents(t, compose)
	front := regexp.MustCompile(`ipv4_address: ([\d.]+)`).FindStringSubmatch(composed)
	if front == nil || !strings.Contains(composed, "AUFRUF_TRUSTED_PROXIES: "+front[1]+"/32\n") {
		t.Errorf("the server trusts another address than the proxy's, %v", front)
	}
	volumes := regexp.MustCompile(`(?m)^VOLUME \[(.*)\]`).FindStringSubmatch(image)
	if volumes == nil {
		t.Fatal("the image has no volumes")
	}
	for volume := range strings.SplitSeq(volumes[1], ", ") {
		if !regexp.MustCompile(`(?m)^ +- [a-z]+:` + strings.Trim(volume, `"`) + `$`).MatchString(composed) {
			t.Errorf("%s is lost with the container", volume)
		}
	}
	port := regexp.MustCompile(`(?m)^EXPOSE (\d+)`).FindStringSubmatch(image)
	if port == nil || !strings.Contains(contents(t, "../docs/container/Caddyfile"), "reverse_proxy server:"+port[1]) {
		t.Errorf("the proxy asks another port than %v", port)
	}
	if user := regexp.MustCompile(`(?m)^USER (\d+)`).FindStringSubmatch(image); user == nil || user[1] == "0" {
		t.Errorf("the server runs as %v, want a user without rights", user)
	}
	for _, named := range regexp.MustCompile(`(?m)^( +)- ([a-z]+):/`).FindAllStringSubmatch(composed, -1) {
		if declared := regexp.MustCompile(`(?m)^  ([a-z]+):$`).FindAllString(composed, -1); !slices.Contains(declared, "  "+named[2]+":") {
			t.Errorf("volume %s isn't declared", named[2])
		}
	}
}
