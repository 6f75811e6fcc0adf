package mail

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"aufruf/internal/app"
	"aufruf/internal/catalogue"
	"aufruf/internal/ledger"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

// memory is an outbox without a database.
type memory struct {
	mu      sync.Mutex
	queued  []app.Letter
	sending map[string]app.Letter
	sent    []string
	delayed map[string][]time.Duration // by mail
	held    map[string]int
	refused map[string]string
	trouble []app.MailTrouble
	resumed bool
	asked   []int // limits of DueMails that found something
	wake    chan struct{}
	town    *catalogue.Catalogue
}

func newMemory(letters ...app.Letter) *memory {
	return &memory{
		queued: letters, sending: map[string]app.Letter{}, delayed: map[string][]time.Duration{},
		held: map[string]int{}, refused: map[string]string{}, wake: make(chan struct{}, 1), town: smallTown(),
	}
}

func (m *memory) DueMails(_ context.Context, limit int) ([]app.Letter, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var taken []app.Letter
	now := time.Now()
	for _, l := range slices.Clone(m.queued) {
		if len(taken) < limit && !l.Mail.Due.After(now) {
			taken = append(taken, l)
			m.sending[l.Mail.ID] = l
			m.queued = slices.DeleteFunc(m.queued, func(q app.Letter) bool { return q.Mail.ID == l.Mail.ID })
		}
	}
	if len(taken) > 0 {
		m.asked = append(m.asked, limit)
	}
	return taken, nil
}

func (m *memory) MailSent(_ context.Context, l app.Letter) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.sending, l.Mail.ID)
	m.sent = append(m.sent, l.Mail.ID)
	return nil
}

func (m *memory) MailDelayed(_ context.Context, l app.Letter, _ string, by time.Duration) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.sending, l.Mail.ID)
	m.delayed[l.Mail.ID] = append(m.delayed[l.Mail.ID], by)
	l.Mail.Tries++
	l.Mail.Due = time.Now().Add(by)
	m.queued = append(m.queued, l)
	return nil
}

func (m *memory) MailHeld(_ context.Context, l app.Letter, _ string, by time.Duration) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.sending, l.Mail.ID)
	m.held[l.Mail.ID]++
	l.Mail.Due = time.Now().Add(by)
	m.queued = append(m.queued, l)
	return nil
}

// troubled is what was told last.
func (m *memory) troubled() app.MailTrouble {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.trouble) == 0 {
		return app.MailTrouble{}
	}
	return m.trouble[len(m.trouble)-1]
}

func (m *memory) MailTrouble(now app.MailTrouble) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.trouble = append(m.trouble, now)
}

func (m *memory) MailRefused(_ context.Context, l app.Letter, reason string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.sending, l.Mail.ID)
	m.refused[l.Mail.ID] = reason
	return nil
}

func (m *memory) ResumeMails(context.Context) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.resumed = true
	m.queued = append(m.queued, slices.Collect(maps.Values(m.sending))...)
	clear(m.sending)
	return nil
}

func (m *memory) MailWake() <-chan struct{}       { return m.wake }
func (m *memory) Catalogue() *catalogue.Catalogue { return m.town }

func (m *memory) put(l app.Letter) {
	m.mu.Lock()
	m.queued = append(m.queued, l)
	m.mu.Unlock()
	select {
	case m.wake <- struct{}{}:
	default:
	}
}

// done returns how many mails ended, one way or the other.
func (m *memory) done() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.sent) + len(m.refused)
}

// waiting returns how many mails were put back to be tried again.
func (m *memory) waiting() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	n := 0
	for _, l := range m.queued {
		if l.Mail.Tries > 0 || m.held[l.Mail.ID] > 0 {
			n++
		}
	}
	return n
}

func smallTown() *catalogue.Catalogue {
	service := catalogue.Service{ID: "ausweis", Name: town.Plain("Ausweis"), Minutes: 20}
	office := catalogue.Office{ID: "buergerbuero", Name: town.Plain("Bürgerbüro"), Services: []town.ServiceID{"ausweis"}}
	return &catalogue.Catalogue{
		Authority: catalogue.Authority{Name: town.Plain("Beispiel")},
		Services:  []catalogue.Service{service},
		Branches: []catalogue.Branch{{
			ID: "markt", Name: town.Plain("Am Markt"), TimeZone: "Europe/Berlin", CallMode: town.CallScreen,
			Email: "buergerbuero@example.org", Offices: []catalogue.Office{office},
		}},
	}
}

func numbered(n int) app.Letter {
	start := time.Date(2026, time.December, 8, 8, 20, 0, 0, time.UTC)
	id := fmt.Sprintf("mail-%d", n)
	return app.Letter{
		Mail: ledger.Mail{ID: id, Ticket: town.TicketID(id), Kind: app.MailConfirmation, State: app.MailQueued},
		Ticket: queue.Ticket{
			ID: town.TicketID(id), Branch: "markt", Date: town.NewDate(2026, time.December, 8), Number: 417,
			Kind: queue.Appointment, Items: []town.Item{{Service: "ausweis", Quantity: 1}}, Start: start,
			End: start.Add(20 * time.Minute), Language: town.German, Progress: queue.Progress{Office: "buergerbuero"},
		},
		Person: app.Person{Name: "Lea Leserin", Email: fmt.Sprintf("leserin%d@example.net", n), Token: "geheim"},
	}
}

func letters(n int) []app.Letter {
	var all []app.Letter
	for i := range n {
		all = append(all, numbered(i))
	}
	return all
}

// work runs a worker until the test has seen enough, and fails if a log line
// tells who was written to.
func work(t *testing.T, box *memory, to Transport, change func(*WorkerConfig)) (stop func()) {
	t.Helper()
	var log safeBuffer
	config := WorkerConfig{
		Outbox: box, Composer: composer(t), Target: Target{Transport: to}, Site: "https://termine.example.org",
		Log: slog.New(slog.NewTextHandler(&log, nil)), PerSecond: 1e6,
	}
	if change != nil {
		change(&config)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- NewWorker(config).Run(ctx) }()
	return func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("run: %v", err)
		}
		for _, secret := range []string{"leserin", "Leserin", "example.net", "geheim"} {
			if bytes.Contains(log.Bytes(), []byte(secret)) {
				t.Errorf("the log holds %q:\n%s", secret, log.Bytes())
			}
		}
	}
}

type safeBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *safeBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *safeBuffer) Bytes() []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	return bytes.Clone(s.b.Bytes())
}
