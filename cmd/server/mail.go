package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"aufruf/internal/app"
	"aufruf/internal/config"
	"aufruf/internal/i18n"
	"aufruf/internal/mail"
	"aufruf/internal/town"
)

// mailCommand is about mails: trying whether they go out, taking those that come
// back, and sending again.
func (w world) mailCommand() *cobra.Command {
	c := config.Command("mail", nil, nil)
	c.AddCommand(w.mailTestCommand(), w.mailBouncedCommand(), w.mailListCommand(), w.mailAgainCommand())
	return c
}

// mailTestCommand sends one message as the server would.
func (w world) mailTestCommand() *cobra.Command {
	var way, base string
	c := config.Command("test ADDRESS", config.Arguments(1), func(ctx context.Context, args []string) error {
		if way == "" {
			return config.Usage("cli.server.mail.way_missing")
		}
		if !mail.IsAddress(args[0]) {
			return config.Usage("cli.server.mail.reader", "given", args[0])
		}
		target, err := openMail(way)
		if err != nil {
			return err
		}
		err = target.Try(ctx, mail.Site(base), mail.Trial{
			To: args[0], At: time.Now(), Subject: w.texts.T("cli.server.mail.subject"), Text: w.texts.T("cli.server.mail.text"),
		})
		if err := errors.Join(w.wordRefusal(err), target.Transport.Close()); err != nil {
			return err
		}
		if folder, ok := target.Folder(); ok {
			return w.say("cli.server.mail.kept", "folder", folder.Path())
		}
		return w.say("cli.server.mail.sent")
	})
	c.Flags().StringVar(&way, "mail", "", "") // none by default: a test that goes nowhere tries nothing
	c.Flags().StringVar(&base, "base-url", "", "")
	return c
}

// wordRefusal says at which step a message was refused, and what to do.
func (w world) wordRefusal(err error) error {
	var refused *mail.Refusal
	if !errors.As(err, &refused) {
		return err
	}
	return config.Because(err, stepKey(w.texts, refused), "reason", refused.Reason)
}

// stepKey names the sentence about the step at which a message was refused.
func stepKey(texts i18n.Texts, refused *mail.Refusal) string {
	if key := "cli.server.mail.step." + refused.Step(); texts.Has(key) {
		return key
	}
	return "cli.server.mail.step.elsewhere"
}

// openMail opens where mails go, as --mail says.
func openMail(way string) (mail.Target, error) {
	target, err := mail.Open(way)
	return target, mistakenMail(err)
}

// readMail is openMail for who changes nothing.
func readMail(way string) (mail.Target, error) {
	target, err := mail.Read(way)
	return target, mistakenMail(err)
}

// mistakenMail words what is wrong with --mail.
func mistakenMail(err error) error {
	var mistake *mail.AddressError
	if !errors.As(err, &mistake) {
		return err
	}
	return config.Usage("cli.server.mail_mistake."+string(mistake.Kind),
		"given", mistake.Given, "near", config.Near(mistake.Given, mistake.Known), "known", strings.Join(mistake.Known, ", "))
}

// mailBouncedCommand takes a message that a mail server sent back. A mail server
// runs it: whatever fails is to be tried again later, and what is no report is
// taken without a word, or the server would send that back as well.
func (w world) mailBouncedCommand() *cobra.Command {
	var where *place
	c := config.Command("bounced", config.Arguments(0), func(ctx context.Context, _ []string) error {
		bounce, err := mail.ReadBounce(w.stdin)
		_, drained := io.Copy(io.Discard, w.stdin)
		switch {
		case errors.Is(err, mail.ErrNoBounce) && drained == nil:
			return w.say("cli.server.mail.no_bounce")
		case err != nil || drained != nil:
			return config.TryLater(errors.Join(err, drained))
		}
		noted := false
		err = w.with(ctx, where, func(o *opened) (err error) {
			noted, err = o.Outbox.MailReturned(ctx, bounce.Mail, bounce.Status)
			return err
		})
		switch {
		case err != nil:
			return config.TryLater(err)
		case !noted:
			return w.say("cli.server.mail.not_ours")
		}
		return w.say("cli.server.mail.noted", "status", bounce.Status)
	})
	where = placeFlags(c.Flags())
	return c
}

// mailListCommand lists whom no mail reached.
func (w world) mailListCommand() *cobra.Command {
	var where *place
	var branch string
	c := config.Command("list", config.Arguments(0), func(ctx context.Context, _ []string) error {
		return w.looking(ctx, where, func(o *opened) error {
			table := tabwriter.NewWriter(w.stdout, 0, 4, 2, ' ', 0)
			err := eachUnreached(ctx, o.App, branch, func(u app.Unreached) error {
				_, err := fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\n", u.Mail, u.Ticket.Branch, u.Ticket.Number,
					u.Ticket.Start.Format("2006-01-02 15:04"), u.Kind, u.Reason)
				return err
			})
			return errors.Join(err, table.Flush())
		})
	})
	where = placeFlags(c.Flags())
	c.Flags().StringVar(&branch, "branch", "", "")
	return c
}

// eachUnreached visits whom no mail reached, of one branch or of all.
func eachUnreached(ctx context.Context, a *app.App, branch string, visit func(app.Unreached) error) error {
	var branches []town.BranchID
	var known []string
	for _, b := range a.Catalogue().Branches {
		known = append(known, string(b.ID))
		if branch == "" || branch == string(b.ID) {
			branches = append(branches, b.ID)
		}
	}
	if branch != "" && len(branches) == 0 {
		return config.NotKnown("branch", branch, known)
	}
	for _, b := range branches {
		list, err := a.Mails.Unreached(ctx, maintenance, b)
		if err != nil {
			return err
		}
		for _, u := range list {
			if err := visit(u); err != nil {
				return err
			}
		}
	}
	return nil
}

// mailAgainCommand sends again what is on that list: some, or all.
func (w world) mailAgainCommand() *cobra.Command {
	var where *place
	var branch string
	var all bool
	c := config.Command("again [MAIL…]", nil, func(ctx context.Context, args []string) error {
		if all == (len(args) > 0) {
			return config.Usage("cli.server.mail.which")
		}
		return w.with(ctx, where, func(o *opened) error {
			if all {
				args = nil
				err := eachUnreached(ctx, o.App, branch, func(u app.Unreached) error {
					if u.Again {
						args = append(args, u.Mail)
					}
					return nil
				})
				if err != nil {
					return err
				}
			}
			for _, id := range args {
				if err := o.Mails.SendAgain(ctx, maintenance, id); err != nil {
					return err
				}
			}
			return w.say("cli.server.mail.again", "count", len(args))
		})
	})
	where = placeFlags(c.Flags())
	c.Flags().StringVar(&branch, "branch", "", "")
	c.Flags().BoolVar(&all, "all", false, "")
	return c
}
