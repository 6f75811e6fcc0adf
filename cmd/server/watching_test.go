package main

import (
	"crypto/tls"
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil/promlint"

	"aufruf/internal/watch"
)

// TestMetricsHaveConventionalNames reads what promtool's check would read.
func TestMetricsHaveConventionalNames(t *testing.T) {
	server := newSite(t).serve("--clock", tuesday, "--metrics-listen", "127.0.0.1:0")
	address := server.stderr.await(t, `msg=metrics addr=(\S+)`)
	problems, err := promlint.New(strings.NewReader(metrics(t, address))).Lint()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		if strings.HasPrefix(p.Metric, "aufruf_") {
			t.Errorf("%s: %s", p.Metric, p.Text)
		}
	}
}

// A path with a token or a made-up method would make a series for each.
func TestRequestsAreMeasuredByRouteAlone(t *testing.T) {
	server := newSite(t).serve("--clock", tuesday, "--metrics-listen", "127.0.0.1:0")
	address := server.stderr.await(t, `msg=metrics addr=(\S+)`)
	for _, path := range []string{"/t/geheim", "/wp-login.php", "/readyz"} {
		response, err := http.Get(server.url + path)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if id := response.Header.Get(watch.IDHeader); len(id) < 20 {
			t.Errorf("%s: got id %q", path, id)
		}
	}
	got := metrics(t, address)
	for _, line := range []string{
		`aufruf_request_duration_seconds_count{code="404",method="GET",route="/t/:token"} 1`,
		`aufruf_request_duration_seconds_count{code="404",method="GET",route="none"} 1`,
		`aufruf_build_info{version="` + version + `"} 1`,
		`aufruf_booking_duration_seconds_count{outcome="booked"} 0`,
	} {
		if !strings.Contains(got, line) {
			t.Errorf("metrics miss %q", line)
		}
	}
	if strings.Contains(got, "geheim") || strings.Contains(got, "wp-login") {
		t.Error("metrics hold what somebody typed")
	}
}

// Whoever reports a fault names the id of the answer, and the log has it.
func TestTheLogNamesTheRequestAsItsAnswerDoes(t *testing.T) {
	server := newSite(t).serve("--clock", tuesday, "--log-format", "json", "--log-level", "debug")
	response, err := http.Get(server.url + "/t/geheim")
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	id := response.Header.Get(watch.IDHeader)
	line := server.stderr.await(t, `(?m)^(\{.*"request":"`+id+`".*\})$`)
	var logged struct{ Route, Method, Level string }
	if err := json.Unmarshal([]byte(line), &logged); err != nil {
		t.Fatal(err)
	}
	if logged.Route != "/t/:token" || logged.Level != "DEBUG" || strings.Contains(line, "geheim") {
		t.Errorf("got %s", line)
	}
}

// monitoring is what the package brings for Prometheus and Grafana.
const monitoring = "../../scripts/package/monitoring"

// promtool checks what it is given, and says what is wrong.
func promtool(t *testing.T, stdin string, args ...string) {
	t.Helper()
	tool, err := exec.LookPath("promtool")
	if err != nil {
		tool = filepath.Join("..", "..", "var", "tools", "promtool")
	}
	if tool, err = filepath.Abs(tool); err != nil {
		t.Fatal(err)
	}
	check := exec.CommandContext(t.Context(), tool, args...)
	check.Dir, check.Stdin = monitoring, strings.NewReader(stdin)
	if said, err := check.CombinedOutput(); err != nil {
		t.Fatalf("promtool %v: %v (make setup brings it)\n%s", args, err, said)
	}
}

// TestEveryAlertFires runs each in a case of its own.
func TestEveryAlertFires(t *testing.T) {
	promtool(t, "", "test", "rules", "aufruf.rules.test.yaml")
	tested := monitoringFile(t, "aufruf.rules.test.yaml")
	for _, alert := range regexp.MustCompile(`alert: (\w+)`).FindAllStringSubmatch(monitoringFile(t, "aufruf.rules.yaml"), -1) {
		if !regexp.MustCompile(`alertname: ` + alert[1] + `, exp_alerts: \[\{`).MatchString(tested) {
			t.Errorf("%s fires in no test", alert[1])
		}
	}
}

// TestAlertsDashboardAndHandbookNameWhatIsMeasured: a metric that was renamed
// makes an alert that never fires.
func TestAlertsDashboardAndHandbookNameWhatIsMeasured(t *testing.T) {
	s := newSite(t)
	s.keepPair(1)
	server := s.serve(append(s.tlsFlags(), "--metrics-listen", "127.0.0.1:0")...)
	address := server.stderr.await(t, `msg=metrics addr=(\S+)`)
	asked := http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
	response, err := asked.Get("https://" + strings.TrimPrefix(server.url, "http://") + "/healthz")
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	measured := metrics(t, address)
	promtool(t, measured, "check", "metrics")
	operations, err := os.ReadFile("../../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	for file, text := range map[string]string{
		"rules": monitoringFile(t, "aufruf.rules.yaml"), "rules' test": monitoringFile(t, "aufruf.rules.test.yaml"),
		"dashboard": monitoringFile(t, "aufruf.dashboard.json"), "operations.md": string(operations),
	} {
		for _, name := range regexp.MustCompile(`\baufruf_[a-z_]+`).FindAllString(text, -1) {
			plain := strings.TrimSuffix(strings.TrimSuffix(name, "_bucket"), "_count")
			if !strings.Contains(measured, "# TYPE "+plain+" ") {
				t.Errorf("%s names %s, which isn't measured", file, name)
			}
		}
	}
}

func monitoringFile(t *testing.T, name string) string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(monitoring, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// TestEveryAlarmOfTheHandbookIsARule: a row that says when to be alarmed names a
// metric that a rule looks at, and TestEveryAlertFires has each rule fire.
func TestEveryAlarmOfTheHandbookIsARule(t *testing.T) {
	operations, err := os.ReadFile("../../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	rules, rows := monitoringFile(t, "aufruf.rules.yaml"), 0
	for _, row := range regexp.MustCompile(`(?m)^\| (.*(?:aufruf|process|go)_.*) \| (.*) \|$`).FindAllStringSubmatch(string(operations), -1) {
		if strings.TrimSpace(row[2]) == "" {
			continue
		}
		rows++
		named := regexp.MustCompile(`(?:aufruf|process|go)_[a-z_]+`).FindAllString(row[1], -1)
		if !slices.ContainsFunc(named, func(name string) bool { return strings.Contains(rules, name) }) {
			t.Errorf("operations.md has an alarm for %v, and no rule looks at it", named)
		}
	}
	if rows < 10 {
		t.Errorf("found %d alarms, want those of the table", rows)
	}
}

// What a mail server took and a printer didn't is counted.
func TestMailsAndSlipsAreCounted(t *testing.T) {
	s := newSite(t)
	server := s.serve("--metrics-listen", "127.0.0.1:0", "--kiosk-printer", "grimma-markt=127.0.0.1:1")
	address := server.stderr.await(t, `msg=metrics addr=(\S+)`)
	for _, line := range []string{`aufruf_mails_total{outcome="refused"} 0`, `aufruf_slips_total{outcome="failed"} 0`} {
		if got := metrics(t, address); !strings.Contains(got, line) {
			t.Errorf("before: metrics miss %q", line)
		}
	}
	bookAhead(t, server)
	const sent = `aufruf_mails_total{outcome="sent"} 1`
	for until := time.Now().Add(10 * time.Second); !strings.Contains(metrics(t, address), sent); {
		if time.Now().After(until) {
			t.Fatalf("metrics miss %q", sent)
		}
		select {
		case <-t.Context().Done():
		case <-time.After(20 * time.Millisecond):
		}
	}
}
