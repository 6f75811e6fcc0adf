package storetest

import (
	"aufruf/internal/app"
	"context"
	"testing"
)

func testUpdate(t *testing.T, engine Engine)                                       {}
func testConcurrent(t *testing.T, engine Engine)                                   {}
func testTail(t *testing.T, engine Engine)                                         {}
func testBackup(t *testing.T, engine Engine)                                       {}
func testCrash(t *testing.T, engine Engine)                                        {}
func Main(m *testing.M, open func(context.Context, string) (app.Store, error)) int { return m.Run() }
