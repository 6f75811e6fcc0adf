package main

import (
	"context"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"aufruf/internal/app"
	"aufruf/internal/catalogue"
	"aufruf/internal/doctor"
	"aufruf/internal/mail"
	"aufruf/internal/store"
	"aufruf/internal/town"
)

// What the doctor takes for too little, too late or too near.
const (
	littleDisk   = 1 << 30 // bytes
	noDisk       = 100 << 20
	mailWaits    = 10 * time.Minute
	backupWithin = 2 * 24 * time.Hour // as the alarm of the package has it
	doctorAsks   = 10 * time.Second   // at most, of each thing that answers over a network
	privateModes = 0o077              // rights of others than the owner
	othersModes  = 0o007              // and of those outside its group
)

// placeFound is what lies where the database should.
type placeFound int

const (
	placeUnusable placeFound = iota // it can't be reached, or is another program's
	placeEmpty                      // a town could be made there
	placeWithTown                   // it can be opened
)

// lookAtPlace looks at what --database names.
func (d *selfCheck) lookAtPlace(ctx context.Context) placeFound {
	switch state, err := d.place.look(ctx); {
	case err != nil:
		d.Fault("database_closed", "cause", tell(d.texts, err))
		return placeUnusable
	case state == store.Missing:
		d.Fault("database_missing", "place", d.place.name())
		return placeEmpty
	case state == store.Empty:
		d.Fault("town_missing")
		return placeEmpty
	case state == store.Foreign:
		d.Fault("database_foreign", "place", d.place.name())
		return placeUnusable
	}
	path, ok := d.file()
	if !ok {
		if u, err := url.Parse(d.database); err == nil && u.Query().Get("sslmode") == "disable" && !loopback(u.Hostname()) {
			d.Note("database_plain", "host", u.Hostname())
		}
		return placeWithTown
	}
	if info, err := os.Stat(path); err == nil && info.Mode()&othersModes != 0 {
		d.Note("database_readable", "file", path)
	}
	if err := d.place.mustBeChangeable(); err != nil {
		d.Fault("database_closed", "cause", tell(d.texts, err))
	}
	if err := doctor.Writable(filepath.Dir(path)); err != nil {
		d.Fault("place_closed", "folder", filepath.Dir(path), "cause", tell(d.texts, err))
	}
	d.lookAtDisk(filepath.Dir(path))
	return placeWithTown
}

func (d *selfCheck) lookAtDisk(folder string) {
	free, ok := freeBytes(folder)
	mib := free >> 20
	switch {
	case !ok:
	case free < noDisk:
		d.Fault("disk_full", "folder", folder, "mib", mib)
	case free < littleDisk:
		d.Note("disk_low", "folder", folder, "mib", mib)
	default:
		d.Fine("disk", "folder", folder, "mib", mib)
	}
}

func (d *selfCheck) lookAtKeyFile() {
	info, err := os.Stat(d.key())
	if err != nil {
		d.Fault("key_missing", "file", d.key())
		return
	}
	if info.Mode()&privateModes != 0 {
		d.Fault("key_readable", "file", d.key())
	}
	if path, ok := d.file(); ok && sameFolder(path, d.key()) {
		d.Note("key_beside", "file", d.key())
	}
}

// lookForLostTown tells of a key file that waits for data which aren't there.
func (d *selfCheck) lookForLostTown() {
	if _, err := os.Stat(d.key()); err == nil {
		d.Fault("key_alone", "file", d.key())
	}
}

func sameFolder(a, b string) bool {
	one, err := filepath.Abs(filepath.Dir(a))
	other, otherErr := filepath.Abs(filepath.Dir(b))
	return err == nil && otherErr == nil && one == other
}

func (d *selfCheck) lookAtChain(ctx context.Context, o *opened) {
	if o.keys == nil {
		return // said of the file
	}
	known, err := o.Keys.Check(ctx)
	if errors.Is(err, app.ErrStillOpens) {
		d.Fault("key_disowned", "file", d.key())
		return
	}
	if err != nil {
		d.Fault("key_foreign", "file", d.key())
		return
	}
	today := town.DateOf(time.Now(), time.UTC)
	switch behind := int(today - o.keys.Date()); {
	case behind < -1:
		d.Fault("key_ahead", "date", o.keys.Date().String())
	case behind > 1:
		d.Fault("key_behind", "date", o.keys.Date().String())
	case !known:
		d.Fine("key_unused", "date", o.keys.Date().String())
	default:
		d.Fine("key", "date", o.keys.Date().String())
	}
}

func (d *selfCheck) lookAtClock(o *opened) {
	state := o.ClockState()
	switch {
	case state.Doubted:
		d.Fault("clock_doubted", "shows", state.Wall.Local().Format(time.DateTime), "surely", state.Trusted.Local().Format(time.DateTime))
	case !synchronised():
		d.Note("clock_alone", "shows", state.Wall.Local().Format(time.DateTime))
	default:
		d.Fine("clock", "shows", state.Wall.Local().Format(time.DateTime))
	}
}

func (d *selfCheck) lookAtOutbox(ctx context.Context, o *opened) {
	behind, err := o.Outbox.MailBehind(ctx)
	if err != nil {
		d.Fault("database_closed", "cause", err)
		return
	}
	if behind > mailWaits {
		d.Fault("mail_waits", "minutes", int(behind.Minutes()))
	}
	for _, b := range o.Catalogue().Branches {
		waiting, err := o.Mails.Unreached(ctx, maintenance, b.ID)
		if err == nil && len(waiting) > 0 {
			d.Note("mail_unreached", "count", len(waiting), "branch", b.Name.In("de"))
		}
	}
}

func (d *selfCheck) lookAtBackups(ctx context.Context, o *opened) {
	at, err := o.Upkeep.LastBackup(ctx)
	day := at.Local().Format(time.DateTime)
	switch {
	case err != nil:
		d.Fault("database_closed", "cause", err)
	case at.IsZero():
		d.Note("backup_missing")
	case time.Since(at) > backupWithin:
		d.Fault("backup_old", "at", day)
	default:
		d.Fine("backup", "at", day)
	}
}

func (d *selfCheck) lookAtCatalogue(o *opened) {
	c := o.Catalogue()
	if !offersAnything(c) {
		d.Fault("nothing_offered")
	}
	for _, legal := range []struct {
		name string
		text catalogue.LegalText
	}{{"imprint", c.Authority.Imprint}, {"privacy", c.Authority.Privacy}, {"accessibility", c.Authority.Accessibility}} {
		if legal.text.URL == "" && legal.text.Text.In("de") == "" {
			d.Fault("legal_missing", "text", d.texts.T("cli.doctor.legal."+legal.name))
		}
	}
	estimates := 0
	for i := range c.Services {
		estimates += len(c.Services[i].Estimates)
		for _, f := range c.Services[i].Fees {
			if f.Estimate {
				estimates++
			}
		}
	}
	if estimates > 0 {
		d.Note("estimates", "count", estimates)
	}
}

// offersAnything reports whether some open office has a service: until then
// nobody can book, and nobody be called.
func offersAnything(c *catalogue.Catalogue) bool {
	for i := range c.Branches {
		for j := range c.Branches[i].Offices {
			o := &c.Branches[i].Offices[j]
			if !c.Branches[i].Retired && !o.Retired && len(o.Services) > 0 {
				return true
			}
		}
	}
	return false
}

func (d *selfCheck) lookAtPeople(ctx context.Context, o *opened) {
	users, err := o.Access.Users(ctx)
	if err != nil {
		d.Fault("database_closed", "cause", err)
		return
	}
	admins := 0
	for _, u := range users {
		if mayAdminister(u) {
			admins++
		}
	}
	if admins == 0 {
		d.Fault("admin_missing")
	}
	devices, err := o.Access.Devices(ctx)
	if err != nil {
		d.Fault("database_closed", "cause", err)
		return
	}
	for _, device := range devices {
		if !device.Revoked {
			return
		}
	}
	d.Note("screen_missing")
}

func (d *selfCheck) lookAtMail(ctx context.Context) {
	target, err := readMail(d.mail)
	if err != nil {
		d.Fault("mail_address", "cause", tell(d.texts, err))
		return
	}
	if folder, ok := target.Folder(); ok {
		d.lookAtMailFolder(folder.Path())
		return
	}
	ctx, cancel := context.WithTimeout(ctx, doctorAsks)
	defer cancel()
	if err := target.Ask(ctx, mail.Site(d.baseURL)); err != nil {
		d.lookAtRefusal(err)
		return
	}
	d.Fine("mail")
	if target.Sender.From == "" && target.Sender.Envelope == "" {
		d.Note("mail_noreply")
	}
}

// lookAtMailFolder looks at where mails lie, or at where the server will make that
// folder.
func (d *selfCheck) lookAtMailFolder(folder string) {
	if err := doctor.Writable(existing(folder)); err != nil {
		d.Fault("mail_folder_closed", "folder", folder, "cause", tell(d.texts, err))
		return
	}
	d.Note("mail_folder", "folder", folder)
}

// lookAtRefusal says at which step a mail server refuses, or that it isn't there.
func (d *selfCheck) lookAtRefusal(err error) {
	var refused *mail.Refusal
	switch {
	case !errors.As(err, &refused):
		d.Fault("mail_refused", "cause", tell(d.texts, err))
	case refused.OfReader():
		d.Note("mail_returns_nowhere", "reason", refused.Reason)
	default:
		d.Fault("mail_refused", "cause", d.texts.T(stepKey(d.texts, refused), "reason", refused.Reason))
	}
}
