// Package web carries the files of the pages: templates, styles, scripts and
// fonts. Go can embed only what lies below, hence this file up here; the code
// that serves them is in internal/web and internal/display.
package web

import "embed"

// Files holds the pages' files by their path below this folder.
//
//go:embed base.css questions.html booking display fonts kiosk setup staff
var Files embed.FS
