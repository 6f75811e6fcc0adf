package main

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

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

func whoseFlags(flags *config.Set) *whose {
	w := new(whose)
	flags.StringVar(&w.number, "number", "", "three-digit number of the appointment")
	flags.StringVar(&w.date, "date", "", "its day, YYYY-MM-DD")
	flags.StringVar(&w.branch, "branch", "", "its branch; needed where there are several")
	flags.StringVar(&w.wishesOf, "wishes-of", "", "instead of a number: the mail address that wishes came from")
	return w
}

// read returns what was named.
func (w whose) read(a *app.App) (branch town.BranchID, date town.Date, number town.Number, err error) {
	if w.number == "" || w.date == "" {
		return "", 0, 0, config.Usagef("--number and --date, or --wishes-of, are required")
	}
	if number, err = town.ParseNumber(w.number); err != nil {
		return "", 0, 0, config.Usagef("--number: %v", err)
	}
	if date, err = town.ParseDate(w.date); err != nil {
		return "", 0, 0, config.Usagef("--date: %v", err)
	}
	branches := a.Catalogue().Branches
	if w.branch == "" && len(branches) == 1 {
		return branches[0].ID, date, number, nil
	}
	if _, ok := a.Catalogue().Branch(town.BranchID(w.branch)); !ok {
		var known []town.BranchID
		for i := range branches {
			known = append(known, branches[i].ID)
		}
		return "", 0, 0, config.Usagef("--branch: want one of %v, because numbers repeat from branch to branch", known)
	}
	return town.BranchID(w.branch), date, number, nil
}

// erasePerson erases what is known of one person.
func erasePerson(ctx context.Context, w world, args []string) error {
	flags := config.New("server", "erase")
	place, named := placeFlags(flags), whoseFlags(flags)
	mails := flags.String("mail", "dir:var/mail", "where the server sends mails; of dir:FOLDER the files go too")
	if err := noArguments(flags, "erase", args, w); err != nil {
		return err
	}
	target, err := mail.Open(*mails)
	if err != nil {
		return err
	}
	o, err := place.openFurnished(ctx, w.quiet())
	if err != nil {
		return err
	}
	defer o.close()
	if named.wishesOf != "" {
		return eraseWishes(ctx, w, o.App, named.wishesOf, folderOf(target))
	}
	branch, date, number, err := named.read(o.App)
	if err != nil {
		return err
	}
	if err := o.ErasePerson(ctx, branch, date, number, folderOf(target)); err != nil {
		return plainly(err)
	}
	_, err = fmt.Fprintf(w.stdout, "erased: name, addresses, notes and mails of number %s on %s at %s\n", number, date, branch)
	return err
}

// folderOf returns where mails are kept as files; nil where they are not.
func folderOf(target mail.Target) app.MailFolder {
	if folder, ok := target.Folder(); ok {
		return folder
	}
	return nil
}

// noArguments parses the flags of a subcommand that takes nothing else.
func noArguments(flags *config.Set, subcommand string, args []string, w world) error {
	rest, err := flags.Parse(args, w.environ)
	if err == nil && len(rest) > 0 {
		err = config.Usagef("%s: takes no arguments", subcommand)
	}
	return err
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
	Mails      []knownMail   `json:"mails"`
}

type knownMail struct {
	Kind  string    `json:"kind"`
	State string    `json:"state"`
	Due   time.Time `json:"due"`
}

// personalData prints what is known of one person, as JSON.
func personalData(ctx context.Context, w world, args []string) error {
	flags := config.New("server", "personal-data")
	place, named := placeFlags(flags), whoseFlags(flags)
	if err := noArguments(flags, "personal-data", args, w); err != nil {
		return err
	}
	o, err := place.openFurnished(ctx, w.quiet())
	if err != nil {
		return err
	}
	defer o.close()
	if named.wishesOf != "" {
		return wishData(ctx, w, o.App, named.wishesOf)
	}
	branch, date, number, err := named.read(o.App)
	if err != nil {
		return err
	}
	data, err := o.PersonalData(ctx, branch, date, number)
	if err != nil {
		return plainly(err)
	}
	out := json.NewEncoder(w.stdout)
	out.SetIndent("", "  ")
	if err := out.Encode(told(data, o.Zone(branch))); err != nil {
		return err
	}
	if data.Unreadable {
		return fmt.Errorf("something is stored of number %s, but the key file %s doesn't open it", number, place.key())
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
		k.Name, k.Email, k.Phone, k.Support, k.Note = p.Name, p.Email, p.Phone, p.Support, p.Note
	}
	for _, m := range data.Mails {
		k.Mails = append(k.Mails, knownMail{Kind: m.Kind, State: m.State, Due: m.Due.In(zone)})
	}
	return k
}
