// Package packages tries what `make package` built as a town's IT would: it
// installs the Debian packages on a machine, starts the services, calls a
// number, lets programs die and hang, upgrades and removes. The machine is this
// one's Debian under a second systemd, in namespaces and on an overlay that is
// gone afterwards. Its tests need root, so they stand behind the build tag
// packages: `make installed`, and `make test` where it is run by root. Behind the
// tag proxies the same machine tries what docs/proxies shows: `make proxies`.
package packages
