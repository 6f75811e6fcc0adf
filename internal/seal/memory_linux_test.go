package seal

import (
	"bufio"
	"bytes"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"

	"aufruf/internal/town"
)

// childFile names the key file to a second run of this test binary, which then
// works with it as a server does.
const childFile = "AUFRUF_TEST_KEY_FILE"

func TestMain(m *testing.M) {
	if path := os.Getenv(childFile); path != "" {
		if err := work(path, os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// work opens a key file, seals and opens, and moves on by a day for every other
// line it is given; for those between it collects its garbage and works on.
func work(path string, in io.Reader, out io.Writer) error {
	k, err := Open(path)
	if err != nil {
		return err
	}
	if err := requests(k); err != nil {
		return err
	}
	fmt.Fprintln(out, k.Date())
	for lines := bufio.NewScanner(in); lines.Scan(); fmt.Fprintln(out, k.Date()) {
		if lines.Text() != "move on" {
			runtime.GC()
			err = requests(k)
		} else {
			err = k.Advance(k.Date() + 1)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// requests does what some hundred requests do.
func requests(k *Keys) error {
	var all sync.WaitGroup
	failed := make(chan error, 300)
	for i := range cap(failed) {
		all.Go(func() {
			date := k.Date().AddDays(i % 30)
			s, err := k.Seal(branch, date, ticket, person)
			if err == nil {
				_, err = k.Open(branch, date, ticket, s)
			}
			if err == nil {
				_, err = k.Hash(date, "email", "erika@example.org")
			}
			failed <- err
		})
	}
	all.Wait()
	for range cap(failed) {
		if err := <-failed; err != nil {
			return err
		}
	}
	return nil
}

// A value that was moved on from stayed in the server's memory for minutes and
// hundreds of requests, and opened every old copy of its day and all later ones.
func TestNothingOfYesterdayStaysInMemory(t *testing.T) {
	_, path := created(t)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	chain := make([]byte, 32)
	if _, err := hex.Decode(chain, bytes.Fields(text)[2]); err != nil {
		t.Fatal(err)
	}
	needles := map[string][]byte{}
	shapes(needles, "chain value", chain)
	shapes(needles, "key of the day", expanded(t, chain, labelKey+today.String()+" "+string(branch)))
	shapes(needles, "key of the day's hashes", expanded(t, chain, labelHash+today.String()+" email"))
	// Tomorrow's is derived today, for what is sealed ahead.
	tomorrow := expanded(t, chain, labelNext)
	shapes(needles, "tomorrow's chain value", tomorrow)
	shapes(needles, "tomorrow's key", expanded(t, tomorrow, labelKey+(today+1).String()+" "+string(branch)))

	child := startChild(t, path)
	found := child.search(needles)
	for _, name := range []string{"chain value", "key of the day", "key of the day's hashes", "tomorrow's key"} {
		if found[name] == 0 {
			t.Errorf("before: %s: found nowhere, so this test proves nothing", name)
		}
	}
	if found["chain value"] > 1 || found["tomorrow's chain value"] > 0 {
		t.Errorf("before: got %v, want the chain value in one place, and no later one", found)
	}
	for _, step := range []struct {
		order string
		at    town.Date
	}{{"move on", today + 1}, {"work", today + 1}, {"move on", today + 2}, {"work", today + 2}} {
		child.do(step.order, step.at)
		for name, times := range child.search(needles) {
			if step.at == today+1 && strings.HasPrefix(name, "tomorrow") {
				continue // it is today's by now
			}
			t.Errorf("%s, %s: %s: found %d times", step.at, step.order, name, times)
		}
	}
}

func expanded(t *testing.T, chain []byte, label string) []byte {
	t.Helper()
	key, err := hkdf.Expand(sha256.New, chain, label, 32)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// shapes adds a secret in every shape in which it, or what is as good as it, can
// lie in memory: as text, as the padded block of an HMAC, as the state of a hash
// after that block; each as bytes, and as words of either order.
func shapes(needles map[string][]byte, name string, secret []byte) {
	add := func(shape string, b []byte) {
		needles[name+shape] = b
		swapped := make([]byte, len(b))
		for i := 0; i+4 <= len(b); i += 4 {
			binary.LittleEndian.PutUint32(swapped[i:], binary.BigEndian.Uint32(b[i:]))
		}
		needles[name+shape+", as words"] = swapped
	}
	add("", secret)
	needles[name+", as text"] = []byte(hex.EncodeToString(secret))
	for shape, with := range map[string]byte{", inner": 0x36, ", outer": 0x5c} {
		padded := bytes.Repeat([]byte{with}, sha256.BlockSize)
		for i := range secret {
			padded[i] ^= secret[i]
		}
		add(shape, padded[:len(secret)])
		h := sha256.New()
		h.Write(padded)
		state, err := h.(encoding.BinaryMarshaler).MarshalBinary()
		if err != nil {
			panic(err)
		}
		add(shape+" state", state[4:4+32])
	}
}

// child is a second process that works with a key file.
type child struct {
	t     *testing.T
	pid   int
	in    io.Writer
	lines *bufio.Scanner
}

func startChild(t *testing.T, path string) *child {
	t.Helper()
	cmd := exec.Command(os.Args[0]) // it ends with its input
	cmd.Env = append(os.Environ(), childFile+"="+path)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		in.Close()
		if err := cmd.Wait(); err != nil {
			t.Error(err)
		}
	})
	c := &child{t: t, pid: cmd.Process.Pid, in: in, lines: bufio.NewScanner(out)}
	c.stands(today)
	return c
}

func (c *child) do(order string, at town.Date) {
	c.t.Helper()
	if _, err := fmt.Fprintln(c.in, order); err != nil {
		c.t.Fatal(err)
	}
	c.stands(at)
}

func (c *child) stands(at town.Date) {
	c.t.Helper()
	if !c.lines.Scan() || c.lines.Text() != at.String() {
		c.t.Fatalf("the other process stands at %q, want %s", c.lines.Text(), at)
	}
}

// search counts the needles in all memory of the process.
func (c *child) search(needles map[string][]byte) map[string]int {
	c.t.Helper()
	maps, err := os.ReadFile(fmt.Sprintf("/proc/%d/maps", c.pid))
	if err != nil {
		c.t.Fatal(err)
	}
	memory, err := os.Open(fmt.Sprintf("/proc/%d/mem", c.pid))
	if err != nil {
		c.t.Fatal(err)
	}
	defer memory.Close()
	found := map[string]int{}
	for line := range strings.Lines(string(maps)) {
		fields := strings.Fields(line)
		if !strings.HasPrefix(fields[1], "rw") {
			continue
		}
		from, to, _ := strings.Cut(fields[0], "-")
		begin, beginErr := strconv.ParseUint(from, 16, 64)
		end, endErr := strconv.ParseUint(to, 16, 64)
		if beginErr != nil || endErr != nil {
			c.t.Fatalf("maps: %s", line)
		}
		c.searchIn(memory, begin, end, needles, found)
	}
	return found
}

func (c *child) searchIn(memory io.ReaderAt, begin, end uint64, needles map[string][]byte, found map[string]int) {
	c.t.Helper()
	const part, overlap = 4 << 20, 128
	buffer := make([]byte, part+overlap)
	for at := begin; at < end; at += part {
		n, err := memory.ReadAt(buffer[:min(end-at, part+overlap)], int64(at))
		if n == 0 && err != nil {
			return // reserved and never used
		}
		for name, needle := range needles {
			if times := bytes.Count(buffer[:n], needle); times > 0 {
				found[name] += times
			}
		}
	}
}
