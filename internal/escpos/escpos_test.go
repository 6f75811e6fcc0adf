package escpos_test

import (
	"context"
	"errors"
	"flag"
	"net"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"aufruf/internal/escpos"
	"aufruf/internal/escpos/escpostest"
)

var update = flag.Bool("update", false, "write the golden files anew")

func slip() []byte {
	j := escpos.NewJob()
	j.Strong("Große Kreisstadt Grimma")
	j.Line("Bürgerbüro – „Stadthaus“, Nicolaiplatz 13, Ölmühle, Äußere Straße")
	j.Feed(1)
	j.Big("417", escpos.Huge)
	j.QR("https://termine.example.org/t/abc")
	j.Feed(1)
	j.Cut()
	return j.Bytes()
}

// Each byte, as the printer gets it.
func TestBytesOfASlip(t *testing.T) {
	const golden = "testdata/slip.bin"
	got := slip()
	if *update {
		if err := os.WriteFile(golden, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(got, want); diff != "" {
		t.Errorf("got -, want +:\n%s", diff)
	}
}

// Whatever mode a printer woke up in, each job leaves it: the double-byte mode behind
// ESC @, which brings it back, and before the code page.
func TestEachJobBeginsFromAKnownState(t *testing.T) {
	const start = "\x1b@\x1c.\x1bM\x00\x1b!\x00\x1d!\x00\x1dB\x00\x1b{\x00\x1dL\x00\x00\x1b2\x1bR\x00\x1bt\x13\x1ba\x01"
	if got := string(escpos.NewJob().Bytes()); got != start {
		t.Errorf("got %q, want %q", got, start)
	}
}

func TestSignsOfCodePage858(t *testing.T) {
	for text, want := range map[string]string{
		"äöüÄÖÜß":          "\x84\x94\x81\x8e\x99\x9a\xe1",
		"5 € – „so“ …":     "5 \xd5 - \"so\" ...",
		"Bürger\u00b7amt":  "B\x81rger\xfaamt",
		"é à ê":            "\x82 \x85 \x88",
		"Ж 你":              "? ?",
		"9.20\u00a0Uhr":    "9.20 Uhr",
		"ein\x1b@\x10Ziel": "ein?@?Ziel",
	} {
		j := new(escpos.Job)
		j.Line(text)
		if got := string(j.Bytes()); got != want+"\n" {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

// A text never becomes a command, and no line is longer than the paper is wide
// unless one word is.
func TestAnyTextIsOnlyText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text")
		j := new(escpos.Job)
		j.Line(text)
		used, word := 0, 0
		for _, b := range j.Bytes() {
			switch {
			case b == '\n':
				used, word = 0, 0
				continue
			case b < ' ' || b == 0x7f:
				t.Fatalf("%q holds the control byte %#x", text, b)
			case b == ' ':
				word = 0
			default:
				word++
			}
			if used++; used > escpos.Columns && word < used {
				t.Fatalf("%q: a line of several words is %d wide", text, used)
			}
		}
	})
}

func parse(t *testing.T, s string) *escpos.Printer {
	t.Helper()
	p, err := escpos.ParsePrinter(s)
	if err != nil {
		t.Fatal(err)
	}
	p.Patience = 30 * time.Second // the machine may be slow; the printer isn't
	return p
}

func TestAReadyPrinterGetsTheJob(t *testing.T) {
	there := escpostest.Start(t, escpostest.Ready)
	for _, suffix := range []string{"", "/mute"} {
		if err := parse(t, there.Address+suffix).Print(t.Context(), slip()); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(there.Job(t), slip()); diff != "" {
			t.Errorf("got -, want +:\n%s", diff)
		}
	}
}

func TestAPrinterThatCannotPrint(t *testing.T) {
	for name, tt := range map[string]struct {
		behaviour escpostest.Behaviour
		want      error
	}{
		"no paper":      {escpostest.NoPaper, escpos.ErrPaper},
		"cover open":    {escpostest.Open, escpos.ErrNotReady},
		"never answers": {escpostest.Silent, escpos.ErrAway},
		"hangs up":      {escpostest.Broken, escpos.ErrAway},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			there := escpostest.Start(t, tt.behaviour)
			p := parse(t, there.Address)
			p.Patience = 50 * time.Millisecond
			if tt.want != escpos.ErrAway {
				p.Patience = 30 * time.Second
			}
			if err := p.Print(t.Context(), slip()); !errors.Is(err, tt.want) {
				t.Errorf("got %v, want %v", err, tt.want)
			}
			there.Behave(escpostest.Ready)
			p.Patience = 30 * time.Second
			if err := p.Print(t.Context(), slip()); err != nil {
				t.Errorf("ready again: %v", err)
			}
			there.Job(t)
		})
	}
}

func TestADeadPrinter(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	if err := parse(t, address).Print(t.Context(), slip()); !errors.Is(err, escpos.ErrAway) {
		t.Errorf("got %v, want ErrAway", err)
	}
}

// Several kiosks share a printer: every slip is printed whole, none is mixed
// with another.
func TestJobsFollowOneAnother(t *testing.T) {
	there := escpostest.Start(t, escpostest.Ready)
	p := parse(t, there.Address)
	var printing sync.WaitGroup
	for range 3 {
		printing.Go(func() {
			if err := p.Print(t.Context(), slip()); err != nil {
				t.Error(err)
			}
		})
	}
	printing.Wait()
	for range 3 {
		if diff := cmp.Diff(there.Job(t), slip()); diff != "" {
			t.Errorf("got -, want +:\n%s", diff)
		}
	}
}

func TestALostCallerWaitsForNobody(t *testing.T) {
	there := escpostest.Start(t, escpostest.Silent)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := parse(t, there.Address).Print(ctx, slip()); !errors.Is(err, escpos.ErrAway) {
		t.Errorf("got %v, want ErrAway", err)
	}
}

func TestAddressesOfPrinters(t *testing.T) {
	for address, want := range map[string]bool{
		"192.0.2.7:9100": true, "drucker.rathaus:9100/mute": true, "[2001:db8::7]:9100": true,
		"": false, "192.0.2.7": false, ":9100": false, "192.0.2.7:0": false, "192.0.2.7:": false, "192.0.2.7:x": false, "192.0.2.7:99999": false, "192.0.2.7:9100/loud": false,
	} {
		if _, err := escpos.ParsePrinter(address); (err == nil) != want {
			t.Errorf("%q: got %v", address, err)
		}
	}
}
