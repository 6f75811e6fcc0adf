package mail

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net/textproto"
	"regexp"
	"strings"

	"github.com/emersion/go-message"
)

// Bounce is what a mail server tells of a message that it had taken and couldn't
// deliver.
type Bounce struct {
	Mail   string // id of the mail, by which the outbox knows it
	Status string // enhanced status code (RFC 3463), such as "5.1.1"
}

// ErrNoBounce: a message doesn't tell that one of ours couldn't be delivered. It
// may be an answer, an advertisement, or a report that delivery takes longer.
var ErrNoBounce = errors.New("no report of a failed delivery")

// maxBounce is as much of a message as is read. A server that sends back the
// whole of what it couldn't deliver stays far below.
const maxBounce = 1 << 20

// ReadBounce reads a report (RFC 3464). Who it couldn't be delivered to is never
// returned, and no report is believed further than that one mail didn't arrive.
// Errors: ErrNoBounce; those of r.
func ReadBounce(r io.Reader) (Bounce, error) {
	watched := &watchedReader{r: io.LimitReader(r, maxBounce)}
	report, err := message.Read(withoutEnvelope(watched))
	if watched.err != nil {
		return Bounce{}, fmt.Errorf("read message: %w", watched.err)
	}
	if err != nil && !message.IsUnknownCharset(err) && !message.IsUnknownEncoding(err) {
		return Bounce{}, ErrNoBounce
	}
	var b Bounce
	failed := false
	err = report.Walk(func(_ []int, part *message.Entity, err error) error {
		if err != nil && !message.IsUnknownCharset(err) && !message.IsUnknownEncoding(err) {
			return err
		}
		switch kind, _, _ := part.Header.ContentType(); kind {
		case "message/delivery-status", "message/global-delivery-status":
			b.Status, failed = readStatus(part.Body)
		case "message/rfc822", "message/rfc822-headers", "text/rfc822-headers", "message/global", "message/global-headers":
			b.Mail = readMailID(part.Body)
		}
		return nil
	})
	if watched.err != nil {
		return Bounce{}, fmt.Errorf("read message: %w", watched.err)
	}
	if err != nil && !failed {
		return Bounce{}, ErrNoBounce
	}
	if b.Mail == "" { // the report has none of the message in it
		b.Mail = mailID(report.Header.Get("In-Reply-To"))
	}
	if !failed || b.Mail == "" {
		return Bounce{}, ErrNoBounce
	}
	return b, nil
}

// withoutEnvelope leaves out the line that mail servers put before a message that
// they give to a program, as in a mailbox file.
func withoutEnvelope(r io.Reader) io.Reader {
	lines := bufio.NewReader(r)
	if first, err := lines.Peek(len("From ")); err != nil || string(first) != "From " {
		return lines
	}
	if _, err := lines.ReadString('\n'); err != nil {
		return strings.NewReader("")
	}
	return lines
}

// watchedReader keeps what went wrong with reading apart from what is wrong with
// what was read.
type watchedReader struct {
	r   io.Reader
	err error
}

func (w *watchedReader) Read(p []byte) (int, error) {
	n, err := w.r.Read(p)
	if err != nil && err != io.EOF {
		w.err = err
	}
	return n, err
}

// unspecified is the status of a failure that no code was given for.
const unspecified = "5.0.0"

// statusCode finds an enhanced code in a field, which may say more behind it.
var statusCode = regexp.MustCompile(`^[245]\.\d{1,3}\.\d{1,3}\b`)

// readStatus reads the fields about the message and those about each recipient
// (RFC 3464, 2.1), and returns the code of the first that failed for good.
func readStatus(r io.Reader) (status string, failed bool) {
	fields := textproto.NewReader(bufio.NewReader(r))
	for {
		of, err := fields.ReadMIMEHeader()
		if strings.EqualFold(strings.TrimSpace(of.Get("Action")), "failed") {
			return failedWith(of), true
		}
		if err != nil || len(of) == 0 {
			return "", false
		}
	}
}

// failedWith returns the code of a recipient's fields. Exim says 5.0.0 of
// everything, and what the other server said stands behind.
func failedWith(of textproto.MIMEHeader) string {
	if status := statusCode.FindString(strings.TrimSpace(of.Get("Status"))); status != "" && status != unspecified {
		return status
	}
	if said := diagnosed.FindStringSubmatch(of.Get("Diagnostic-Code")); said != nil {
		return said[1]
	}
	return unspecified
}

// diagnosed finds an enhanced code behind a reply code.
var diagnosed = regexp.MustCompile(`(?i)^\s*smtp;\s*[45]\d\d[ -]([45]\.\d{1,3}\.\d{1,3})\b`)

// readMailID reads the header of the message that came back.
func readMailID(r io.Reader) string {
	header, err := textproto.NewReader(bufio.NewReader(r)).ReadMIMEHeader()
	if err != nil && len(header) == 0 {
		return ""
	}
	return mailID(header.Get("Message-Id"))
}

// mailID returns the id of the mail with a Message-ID; empty: that is none.
func mailID(messageID string) string {
	messageID = strings.TrimSpace(messageID)
	messageID = strings.TrimSuffix(strings.TrimPrefix(messageID, "<"), ">")
	id, _, ok := strings.Cut(messageID, "@")
	if !ok || strings.ContainsAny(id, " \t<>") {
		return ""
	}
	return id
}
