package main

import (
	"cmp"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"strings"
	"text/tabwriter"

	"aufruf/assets"
	"aufruf/internal/announce"
)

// listClips writes which sounds there are: each one's name, whose recording is
// played, and what is to be said in it. folder holds the town's own; empty: none.
func listClips(out io.Writer, folder string) {
	whose := map[announce.Clip]string{}
	note(whose, assets.Sounds(), "ships")
	if folder != "" {
		note(whose, os.DirFS(folder), "own")
	}
	texts := map[announce.Clip]string{}
	for _, language := range announce.Languages() {
		maps.Copy(texts, announce.Vocabulary(language))
	}
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, clip := range slices.Sorted(maps.Keys(whose)) {
		fmt.Fprintf(table, "%s\t%s\t%s\n", clip, whose[clip], cmp.Or(texts[clip], "-"))
	}
	table.Flush()
}

// note notes whose the clips of a folder are. What can't be read isn't played
// either.
func note(whose map[announce.Clip]string, folder fs.FS, name string) {
	_ = fs.WalkDir(folder, ".", func(file string, _ fs.DirEntry, err error) error {
		if ending := path.Ext(file); err == nil && (ending == ".wav" || ending == ".ogg") {
			whose[announce.Clip(strings.TrimSuffix(file, ending))] = name
		}
		return nil
	})
}
