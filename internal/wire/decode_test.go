package wire_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"aufruf/internal/problem"
	"aufruf/internal/wire"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

type refusal struct {
	Kind   problem.Kind
	Key    string
	Fields map[string]string
}

func refusalOf(err error) *refusal {
	if err == nil {
		return nil
	}
	e := problem.Of(err)
	return &refusal{e.Kind, e.Key, e.Fields}
}

func malformed() *refusal { return &refusal{problem.Malformed, "request.malformed", nil} }

func unknown(field string) *refusal {
	return &refusal{problem.Malformed, "request.unknown_field", map[string]string{field: "request.unknown_field"}}
}

func twice(field string) *refusal {
	return &refusal{problem.Malformed, "request.twice", map[string]string{field: "request.twice"}}
}

func bad(field, key string) *refusal {
	return &refusal{problem.Invalid, "request.invalid", map[string]string{field: key}}
}

func TestDecodeCommandRefuses(t *testing.T) {
	long := strings.Repeat("x", 65)
	for name, c := range map[string]struct {
		raw  string
		want *refusal
	}{
		"nothing":                {``, malformed()},
		"no JSON":                {`{"id":`, malformed()},
		"an array":               {`[]`, malformed()},
		"null":                   {`null`, malformed()},
		"two objects":            {`{"id":"1","type":"recall","ticket":"t"} {}`, malformed()},
		"broken UTF-8":           {"{\"id\":\"\xff\"}", malformed()},
		"NUL in a text":          {`{"id":"1","type":"park","ticket":"t","note":"a\u0000"}`, malformed()},
		"NUL in a name":          {`{"id":"1","type":"park","\u0000":"t"}`, malformed()},
		"NUL behind a backslash": {`{"id":"1","type":"park","ticket":"t","note":"\\\u0000"}`, malformed()},
		"first half of a pair":   {`{"id":"1","type":"park","ticket":"t","note":"\ud83d"}`, malformed()},
		"second half of a pair":  {`{"id":"1","type":"park","ticket":"t","note":"\uDE00"}`, malformed()},
		"halves in wrong order":  {`{"id":"1","type":"park","ticket":"t","note":"\ude00\ud83d"}`, malformed()},
		"a pair torn apart":      {`{"id":"1","type":"park","ticket":"t","note":"\ud83d \ude00"}`, malformed()},
		"a member twice":         {`{"id":"1","type":"recall","ticket":"t","ticket":"u"}`, twice("ticket")},
		"twice by an escape":     {`{"id":"1","type":"recall","ticket":"t","ti\u0063ket":"u"}`, twice("ticket")},
		"a name that is a value": {`{"id":"1","type":"recall","id2":"id2"}`, unknown("id2")},
		"no type":                {`{"id":"1"}`, &refusal{problem.Malformed, "request.unknown_type", nil}},
		"unknown type":           {`{"id":"1","type":"shout"}`, &refusal{problem.Malformed, "request.unknown_type", nil}},
		"unknown field":          {`{"id":"1","type":"recall","ticket":"t","loud":true}`, unknown("loud")},
		"field in other case":    {`{"id":"1","type":"recall","Ticket":"t"}`, unknown("Ticket")},
		"field of another type":  {`{"id":"1","type":"recall","ticket":"t","room":"r"}`, unknown("room")},
		"no id":                  {`{"type":"recall","ticket":"t"}`, bad("id", "request.required")},
		"id too long":            {`{"id":"` + long + `","type":"recall","ticket":"t"}`, bad("id", "request.too_long")},
		"id no text":             {`{"id":7,"type":"recall","ticket":"t"}`, bad("id", "request.bad_value")},
		"no ticket":              {`{"id":"1","type":"recall"}`, bad("ticket", "request.required")},
		"no room":                {`{"id":"1","type":"call_next"}`, bad("room", "request.required")},
		"number out of range":    {`{"id":"1","type":"call","room":"r","number":"099"}`, bad("number", "request.bad_value")},
		"number as a number":     {`{"id":"1","type":"call","room":"r","number":417}`, bad("number", "request.bad_value")},
		"transfer to nowhere":    {`{"id":"1","type":"transfer","ticket":"t"}`, bad("office", "command.office_or_room")},
		"transfer to two places": {`{"id":"1","type":"transfer","ticket":"t","office":"o","room":"r"}`, bad("office", "command.office_or_room")},
		"too large":              {`{"id":"` + strings.Repeat("x", wire.MaxFrame) + `"}`, &refusal{problem.TooLarge, "request.too_large", nil}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := wire.DecodeCommand([]byte(c.raw))
			if diff := cmp.Diff(c.want, refusalOf(err)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestEscapesThatStandForTextAreRead(t *testing.T) {
	for escaped, want := range map[string]string{
		`\\u0000`:            `\u0000`,
		`\\\\u0000`:          `\\u0000`,
		`\\ud83d`:            `\ud83d`,
		`\ud83d\ude00\u00e4`: "\U0001F600ä",
		`\"\ufffd`:           "\"\ufffd",
	} {
		got, err := wire.DecodeCommand([]byte(`{"id":"1","type":"park","ticket":"t","note":"` + escaped + `"}`))
		if err != nil {
			t.Errorf("%s: %v", escaped, err)
			continue
		}
		if got.Note != want {
			t.Errorf("%s: got note %q, want %q", escaped, got.Note, want)
		}
	}
}

func TestRefusedCommandKeepsItsID(t *testing.T) {
	for _, raw := range []string{
		`{"id":"c-7","type":"shout"}`,
		`{"id":"c-7","type":"recall","ticket":1}`,
		`{"id":"c-7","type":"recall","loud":true}`,
	} {
		got, err := wire.DecodeCommand([]byte(raw))
		if err == nil {
			t.Fatalf("%s: got no error", raw)
		}
		if want := "c-7"; got.ID != want {
			t.Errorf("%s: got id %q, want %q", raw, got.ID, want)
		}
	}
}

func TestDecodeDisplayReportRefuses(t *testing.T) {
	noType := &refusal{problem.Malformed, "request.unknown_type", nil}
	for name, c := range map[string]struct {
		raw  string
		want *refusal
	}{
		"no JSON":       {`shown`, malformed()},
		"no type":       {`{"seq":1}`, noType},
		"unknown type":  {`{"type":"hello"}`, noType},
		"type no text":  {`{"type":3}`, noType},
		"unknown field": {`{"type":"shown","seq":1,"who":"x"}`, unknown("who")},
		"no seq":        {`{"type":"shown","after_ms":3}`, bad("seq", "request.required")},
		"seq below 1":   {`{"type":"sounded","seq":-1,"sound":"off"}`, bad("seq", "request.bad_value")},
		"negative time": {`{"type":"shown","seq":1,"after_ms":-3}`, bad("after_ms", "request.bad_value")},
		"queued before": {`{"type":"queued","seq":1,"in_ms":-1}`, bad("in_ms", "request.bad_value")},
		"queued long":   {`{"type":"queued","seq":1,"in_ms":600001}`, bad("in_ms", "request.bad_value")},
		"unknown sound": {`{"type":"sounded","seq":1,"sound":"ready"}`, bad("sound", "request.bad_value")},
		"long version":  {`{"type":"status","sound":"ready","version":"` + strings.Repeat("9", 65) + `"}`, bad("version", "request.too_long")},
		"unseen signs":  {`{"type":"status","sound":"ready","version":"1\u001b[2J\u202e"}`, bad("version", "request.bad_value")},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := wire.DecodeDisplayReport([]byte(c.raw))
			if diff := cmp.Diff(c.want, refusalOf(err)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// A frame is read up to its limit, and not a byte beyond.
func TestFramesAreReadUpToTheirLimit(t *testing.T) {
	for name, c := range map[string]struct {
		raw    string
		decode func([]byte) error
	}{
		"report":  {`{"type":"shown","seq":1,"after_ms":2}`, func(raw []byte) error { _, err := wire.DecodeDisplayReport(raw); return err }},
		"command": {`{"id":"1","type":"recall","ticket":"t"}`, func(raw []byte) error { _, err := wire.DecodeCommand(raw); return err }},
	} {
		longest := c.raw + strings.Repeat(" ", wire.MaxFrame-len(c.raw))
		if err := c.decode([]byte(longest)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		want := &refusal{problem.TooLarge, "request.too_large", nil}
		if diff := cmp.Diff(want, refusalOf(c.decode([]byte(longest+" ")))); diff != "" {
			t.Errorf("%s, a byte beyond (-want +got):\n%s", name, diff)
		}
	}
}

func TestDecodeBody(t *testing.T) {
	for name, c := range map[string]struct {
		raw  string
		want *refusal
	}{
		"right":           {`{"branch":"b","services":[{"id":"s","quantity":2}],"start":"2026-12-01T09:20:00+01:00","name":"N"}`, nil},
		"missing fields":  {`{"branch":"b","name":"N","start":"2026-12-01T09:20:00+01:00"}`, bad("services", "request.required")},
		"bad time":        {`{"branch":"b","services":[{"id":"s"}],"start":"tomorrow","name":"N"}`, bad("start", "request.bad_value")},
		"unknown within":  {`{"branch":"b","services":[{"id":"s","n":1}],"start":"2026-12-01T09:20:00+01:00"}`, unknown("services.n")},
		"another case":    {`{"branch":"b","services":[{"ID":"s"}],"start":"2026-12-01T09:20:00+01:00"}`, unknown("services.ID")},
		"both cases":      {`{"branch":"b","services":[{"id":"s","Id":"t"}],"start":"2026-12-01T09:20:00+01:00"}`, unknown("services.Id")},
		"over 64 KiB":     {`{"name":"` + strings.Repeat("x", wire.MaxBody) + `"}`, &refusal{problem.TooLarge, "request.too_large", nil}},
		"quantity a text": {`{"branch":"b","services":[{"id":"s","quantity":"2"}],"start":"2026-12-01T09:20:00+01:00"}`, bad("services", "request.bad_value")},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := wire.Decode[wire.AppointmentRequest]([]byte(c.raw))
			if diff := cmp.Diff(c.want, refusalOf(err)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestCheckInNamesOnePerson(t *testing.T) {
	for raw, want := range map[string]*refusal{
		`{"token":"x"}`:                                       nil,
		`{"branch":"b","number":"417"}`:                       nil,
		`{"branch":"b"}`:                                      bad("number", "request.required"),
		`{"token":"x","branch":"b","number":"417"}`:           bad("token", "check_in.token_or_number"),
		`{"branch":"b","code":"417123456789"}`:                nil,
		`{"code":"417123456789"}`:                             bad("branch", "request.required"),
		`{"branch":"b","code":"417123456789","number":"417"}`: bad("code", "check_in.token_or_number"),
		`{"token":"x","code":"417123456789"}`:                 bad("token", "check_in.token_or_number"),
	} {
		_, err := wire.Decode[wire.CheckInRequest]([]byte(raw))
		if diff := cmp.Diff(want, refusalOf(err)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", raw, diff)
		}
	}
}

func TestQuantityDefaultsToOne(t *testing.T) {
	request, err := wire.Decode[wire.TicketRequest]([]byte(`{"branch":"b","services":[{"id":"s"},{"id":"u","quantity":3}]}`))
	if err != nil {
		t.Fatal(err)
	}
	items := wire.Items(request.Services)
	if got, want := [2]int{items[0].Quantity, items[1].Quantity}, [2]int{1, 3}; got != want {
		t.Errorf("got quantities %v, want %v", got, want)
	}
}

func TestAnyCommandEitherDecodesOrIsRefusedWithAKey(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		raw := rapid.SliceOfN(rapid.Byte(), 0, 200).Draw(t, "raw")
		if _, err := wire.DecodeCommand(raw); err != nil && problem.Of(err).Kind == problem.Internal {
			t.Fatalf("%q: got an internal error: %v", raw, err)
		}
		if _, err := wire.DecodeDisplayReport(raw); err != nil && problem.Of(err).Kind == problem.Internal {
			t.Fatalf("%q: got an internal error: %v", raw, err)
		}
	})
}

func TestCentsAreExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := wire.Cents(rapid.Int64Range(-1e9, 1e9).Draw(t, "cents"))
		raw, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		var got wire.Cents
		if err := json.Unmarshal(raw, &got); err != nil {
			t.Fatal(err)
		}
		if got != want {
			t.Fatalf("got %d, want %d through %s", got, want, raw)
		}
	})
}

func TestAProblemKeepsWhatItOffers(t *testing.T) {
	start := time.Date(2026, time.December, 1, 9, 30, 0, 0, time.FixedZone("", 3600))
	taken := problem.New(problem.Conflict, "booking.slot_taken").Offering([]time.Time{start})
	raw, err := json.Marshal(wire.NewProblem(taken, "Vergeben", "Diese Zeit wurde eben vergeben."))
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "problem", raw)
	var document wire.Problem
	if err := json.Unmarshal(raw, &document); err != nil {
		t.Fatal(err)
	}
	got := document.Err()
	if got.Kind != problem.Conflict || got.Key != taken.Key {
		t.Errorf("got %v %s, want %v %s", got.Kind, got.Key, taken.Kind, taken.Key)
	}
	if len(got.Alternatives) != 1 || !got.Alternatives[0].Equal(start) {
		t.Errorf("alternatives: got %v, want %v", got.Alternatives, start)
	}
}

func TestAProblemTellsNoneFromNotOffered(t *testing.T) {
	refused := problem.New(problem.Conflict, "refused")
	for want, offers := range map[string]*problem.Error{
		`,"key":"refused"}`:                         refused,
		`,"key":"refused","alternatives":[]}`:       refused.Offering(nil),
		`,"key":"refused","next_appointment":null}`: refused.OfferingNext(time.Time{}),
		`,"key":"refused","retry_seconds":2}`:       refused.After(1100 * time.Millisecond),
		`,"key":"refused","retry_seconds":1}`:       refused.After(time.Nanosecond),
		`,"key":"refused","request":"r"}`:           refused.Logged("r"),
	} {
		raw, err := json.Marshal(wire.NewProblem(offers, "", ""))
		if err != nil {
			t.Fatal(err)
		}
		if got := string(raw); !strings.HasSuffix(got, want) {
			t.Errorf("got %s, want it to end in %s", got, want)
		}
	}
}

func TestEmptyListsAreArrays(t *testing.T) {
	for want, value := range map[string]any{
		`{"branches":[]}`:              wire.Branches{},
		`{"services":[]}`:              wire.Services{},
		`{"slots":[]}`:                 wire.Slots{},
		`{"days":[],"next_free":null}`: wire.Days{},
	} {
		got, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestNewerMessagesAreReadLeniently(t *testing.T) {
	got, err := wire.DecodeDisplayMessage([]byte(`{"type":"clear","seq":3,"number":"417","fade":true}`))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(wire.Message(wire.Clear{Seq: 3, Number: 417}), got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	got, err = wire.DecodeStationMessage([]byte(`{"type":"weather"}`))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(wire.Message(wire.Unknown{Type: "weather"}), got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
