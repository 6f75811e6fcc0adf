package notify_test

import (
	"testing"

	"aufruf/internal/notify"
	"aufruf/internal/notify/notifytest"
)

func TestLocal(t *testing.T) {
	notifytest.Run(t, func(*testing.T) notify.Hints { return notify.NewLocal() })
}
