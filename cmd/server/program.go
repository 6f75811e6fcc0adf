package main

import (
	"context"
	"fmt"
	"io"
	"os"
	_ "time/tzdata" // the machine may have no zones

	"github.com/spf13/cobra"

	"aufruf/internal/config"
	"aufruf/internal/i18n"
	"aufruf/internal/town"
)

// version is set by the linker.
var version = "unknown"

// world is what a command may touch outside its arguments.
type world struct {
	texts          i18n.Texts
	stdin          io.Reader
	stdout, stderr io.Writer
}

// run is the program; it returns its exit code.
func run(ctx context.Context, args, environ []string, stdin io.Reader, stdout, stderr io.Writer) int {
	texts, err := words(environ)
	if err != nil {
		fmt.Fprintln(stderr, "server:", err)
		return config.ExitFailure
	}
	if by := invokedBy(environ); by != "" {
		texts = texts.WithCommands(asTypedAt(by))
	}
	w := world{texts: texts, stdin: input(ctx, stdin), stdout: stdout, stderr: stderr}
	program := config.Program{
		Root: w.commands(config.CalledAs(os.Args[0], "server")), Texts: texts, Environ: environ, Stdin: stdin, Stdout: stdout, Stderr: stderr,
		Licences: licencesOfAll,
	}
	err = program.Run(ctx, args)
	if err != nil {
		fmt.Fprintln(stderr, "server:", tell(texts, err))
	}
	return config.ExitCode(err)
}

// surfaces are the catalogues that the command line is worded in.
var surfaces = []string{"cli", "cli_server", "cli_doctor", "problem", "problem_desk", "mistakes", "words"}

// words are the sentences of the command line, in the reader's language.
func words(environ []string) (i18n.Texts, error) {
	return i18n.LoadOnly(config.Language(environ, town.English), surfaces...)
}

// commands returns the program's commands.
func (w world) commands(name string) *cobra.Command {
	root := config.Command(name, nil, nil)
	root.Version = version
	root.AddCommand(
		w.initCommand(), serveCommand(w.serve), w.importCommand(), w.exportCommand(), w.removeCommand(), w.userCommand(), w.deviceCommand(), w.clockCommand(),
		w.backupCommand(), w.restoreCommand(), w.copyCommand(), w.eraseCommand(), w.personalDataCommand(), w.keyCommand(), w.mailCommand(), w.doctorCommand(), w.checkCommand(), w.healthcheckCommand(), w.versionCommand(),
	)
	return root
}

func (w world) versionCommand() *cobra.Command {
	return config.Command("version", config.Arguments(0), func(context.Context, []string) error {
		_, err := fmt.Fprintln(w.stdout, version)
		return err
	})
}

// say prints a sentence of the catalogues.
func (w world) say(key string, args ...any) error {
	_, err := fmt.Fprintln(w.stdout, w.texts.T(key, args...))
	return err
}
