package main

import (
	"strings"

	"aufruf/internal/config"
	"aufruf/internal/escpos"
)

// readPrinters reads "KIOSK=HOST:PORT" or "BRANCH=HOST:PORT": the printers that
// this server may dial, by the name of a kiosk or the id of a branch.
func readPrinters(values []string) (map[string]*escpos.Printer, error) {
	named := map[string]*escpos.Printer{}
	shared := map[string]*escpos.Printer{} // one queue for each address, whoever prints
	for _, v := range values {
		at := strings.LastIndexByte(v, '=')
		if at < 1 {
			return nil, config.Usage("cli.server.kiosk_printer", "given", v)
		}
		name, address := strings.TrimSpace(v[:at]), strings.TrimSpace(v[at+1:])
		if named[name] != nil {
			return nil, config.Usage("cli.server.kiosk_printer_twice", "name", name)
		}
		if shared[address] == nil {
			printer, err := escpos.ParsePrinter(address)
			if err != nil {
				return nil, config.Usage("cli.server.kiosk_printer", "given", v)
			}
			shared[address] = printer
		}
		named[name] = shared[address]
	}
	return named, nil
}
