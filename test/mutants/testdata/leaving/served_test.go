package leaving

import (
	"fmt"
	"os"
	"os/exec"
	"testing"
)

func TestServed(t *testing.T) {
	server := exec.Command("sleep", "600")
	server.Stdout, server.Stderr = os.Stdout, os.Stderr
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	list, err := os.OpenFile(os.Getenv("SERVERS"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer list.Close()
	if _, err := fmt.Fprintln(list, server.Process.Pid); err != nil {
		t.Fatal(err)
	}
	if !Served(100) || Served(99) {
		t.Error("served wrongly")
	}
}
