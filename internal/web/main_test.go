package web_test

import (
	"os"
	"testing"

	"aufruf/test/browser"
)

func TestMain(m *testing.M) { os.Exit(browser.Run(m)) }
