package main

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"aufruf/internal/app"
	"aufruf/internal/config"
	"aufruf/internal/mail"
	"aufruf/internal/town"
)

// whose names a person by the number of their appointment, or by the address
// that their wishes came from.
type whose struct {
	number, date, branch, wishesOf string
}

func whoseFlags(flags *pflag.FlagSet) *whose {
	w := new(whose)
	flags.StringVar(&w.number, "number", "", "")
	flags.StringVar(&w.date, "date", "", "")
	flags.StringVar(&w.branch, "branch", "", "")
	flags.StringVar(&w.wishesOf, "wishes-of", "", "")
	return w
}

// read returns what was named.
func (w whose) read(a *app.App) (branch town.BranchID, date town.Date, number town.Number, err error) {
	if w.number == "" || w.date == "" {
		return "", 0, 0, config.Usage("cli.server.whose.missing")
	}
	if number, err = town.ParseNumber(w.number); err != nil {
		return "", 0, 0, config.Usage("cli.server.whose.number", "given", w.number)
	}
	if date, err = town.ParseDate(w.date); err != nil {
		return "", 0, 0, config.Usage("cli.server.whose.date", "given", w.date)
	}
	branches := a.Catalogue().Branches
	if w.branch == "" && len(branches) == 1 {
		return branches[0].ID, date, number, nil
	}
	if _, ok := a.Catalogue().Branch(town.BranchID(w.branch)); !ok {
		var known []string
		for i := range branches {
			known = append(known, string(branches[i].ID))
		}
		return "", 0, 0, config.Usage("cli.server.whose.branch", "known", strings.Join(known, ", "))
	}
	return town.BranchID(w.branch), date, number, nil
}

// eraseCommand erases what is known of one person.
func (w world) eraseCommand() *cobra.Command {
	var where *place
	var named *whose
	var mails string
	c := config.Command("erase", config.Arguments(0), func(ctx context.Context, _ []string) error {
		target, err := readMail(mails)
		if err != nil {
			return err
		}
		return w.with(ctx, where, func(o *opened) error {
			if named.wishesOf != "" {
				return w.eraseWishes(ctx, o.App, named.wishesOf, folderOf(target))
			}
			return w.erasePerson(ctx, where, o.App, named, folderOf(target))
		})
	})
	where, named = placeFlags(c.Flags()), whoseFlags(c.Flags())
	c.Flags().StringVar(&mails, "mail", defaultMail, "")
	return c
}

func (w world) erasePerson(ctx context.Context, where *place, a *app.App, named *whose, folder app.MailFolder) error {
	branch, date, number, err := named.read(a)
	if err != nil {
		return err
	}
	stood, err := a.Persons.Erase(ctx, branch, date, number, folder)
	if err != nil && !errors.Is(err, app.ErrStillOnDisk) {
		return err
	}
	said := map[app.Stood]string{
		app.StoodReadable: "cli.server.erased", app.StoodUnreadable: "cli.server.erased_unreadable", app.StoodNothing: "cli.server.erased_nothing",
	}
	return errors.Join(err, w.say(said[stood], "number", number, "date", date, "branch", branch, "file", where.key()))
}

// folderOf returns where mails are kept as files; nil where they are not.
func folderOf(target mail.Target) app.MailFolder {
	if folder, ok := target.Folder(); ok {
		return folder
	}
	return nil
}

// known is what `server personal-data` prints.
type known struct {
	Branch     town.BranchID `json:"branch"`
	Number     town.Number   `json:"number"`
	Date       town.Date     `json:"date"`
	Start      *time.Time    `json:"start,omitempty"`
	End        *time.Time    `json:"end,omitempty"`
	Services   []town.Item   `json:"services"`
	Language   town.Language `json:"language"`
	State      string        `json:"state"`
	Created    time.Time     `json:"created"`
	Erased     bool          `json:"erased"`     // nothing below is known (any more)
	Unreadable bool          `json:"unreadable"` // something is, but no key in the key file opens it
	Name       string        `json:"name,omitempty"`
	Email      string        `json:"email,omitempty"`
	Phone      string        `json:"phone,omitempty"`
	Support    string        `json:"support,omitempty"`
	Note       string        `json:"note,omitempty"`

	Answers map[town.QuestionID]string `json:"answers,omitempty"`

	Mails []knownMail `json:"mails"`
}

type knownMail struct {
	Kind  string    `json:"kind"`
	State string    `json:"state"`
	Due   time.Time `json:"due"`
}

// personalDataCommand prints what is known of one person, as JSON.
func (w world) personalDataCommand() *cobra.Command {
	var where *place
	var named *whose
	c := config.Command("personal-data", config.Arguments(0), func(ctx context.Context, _ []string) error {
		return w.with(ctx, where, func(o *opened) error {
			if named.wishesOf != "" {
				return wishData(ctx, w, o.App, named.wishesOf)
			}
			return w.personalData(ctx, where, named, o.App)
		})
	})
	where, named = placeFlags(c.Flags()), whoseFlags(c.Flags())
	return c
}

func (w world) personalData(ctx context.Context, where *place, named *whose, a *app.App) error {
	branch, date, number, err := named.read(a)
	if err != nil {
		return err
	}
	data, err := a.Persons.Disclose(ctx, branch, date, number)
	if err != nil {
		return err
	}
	out := json.NewEncoder(w.stdout)
	out.SetIndent("", "  ")
	if err := out.Encode(told(data, a.Zone(branch))); err != nil {
		return err
	}
	if data.Unreadable {
		return config.Failure("cli.server.unreadable", "number", number, "file", where.key())
	}
	return nil
}

func told(data app.PersonalData, zone *time.Location) known {
	t := data.Ticket
	k := known{
		Branch: t.Branch, Number: t.Number, Date: t.Date, Services: t.Items, Language: t.Language,
		State: string(t.State), Created: t.Created, Erased: data.Person == nil && !data.Unreadable, Unreadable: data.Unreadable, Mails: []knownMail{},
	}
	if !t.Start.IsZero() {
		k.Start, k.End = &t.Start, &t.End
	}
	if p := data.Person; p != nil {
		k.Name, k.Email, k.Phone, k.Support, k.Note, k.Answers = p.Name, p.Email, p.Phone, p.Support, p.Note, p.Answers
	}
	for _, m := range data.Mails {
		k.Mails = append(k.Mails, knownMail{Kind: m.Kind, State: m.State, Due: m.Due.In(zone)})
	}
	return k
}
