package main

import (
	"context"
	"errors"
	"os"
	"time"

	"github.com/spf13/cobra"

	"aufruf/internal/config"
)

// backupCommand writes a consistent copy while the server runs.
func (w world) backupCommand() *cobra.Command {
	var where *place
	var folder string
	var keep int
	c := config.Command("backup [FILE|-]", cobra.ArbitraryArgs, func(ctx context.Context, args []string) error {
		if folder != "" && (len(args) > 0 || keep < 1) || folder == "" && (len(args) != 1 || keep != keptBackups) {
			return config.Usage("cli.server.backup.one_of")
		}
		o, err := where.open(ctx, w.quiet())
		if err != nil {
			return err
		}
		backup := func(name string) error { return o.Upkeep.Backup(ctx, name) }
		if folder != "" {
			name, err := rotate(folder, keep, time.Now(), backup)
			return errors.Join(err, o.close(), w.sayBackup(name, err))
		}
		err = w.intoFile(args[0], backup)
		return errors.Join(err, o.close(), w.sayBackup(args[0], err))
	})
	where = placeFlags(c.Flags())
	c.Flags().StringVar(&folder, "into", "", "")
	c.Flags().IntVar(&keep, "keep", keptBackups, "")
	return c
}

// sayBackup says where a copy lies and how large it is; of one on standard output
// nothing, for it is all that may stand there.
func (w world) sayBackup(name string, failed error) error {
	if failed != nil || name == standard {
		return nil
	}
	info, err := os.Stat(name)
	if err != nil {
		return err
	}
	return w.say("cli.server.backup.done", "file", name, "kib", (info.Size()+1023)>>10)
}

// keptBackups is how many backups of a folder are kept.
const keptBackups = 14
