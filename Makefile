# One way to do each thing; `make` alone lists them. What a target needs on the
# machine is installed by scripts/setup.sh, only where it is missing.

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
# nomsgpack leaves a codec out of gin that nothing here speaks: 6 MB less.
TAGS    := nomsgpack
LDFLAGS := -s -w -X main.version=$(VERSION)
# Another compiler for the programs alone, as a release is built a second time.
GO      := go
GOBUILD := $(GO) build -trimpath -tags $(TAGS) -ldflags '$(LDFLAGS)'
GOTEST  := go test -tags $(TAGS)
# `make test RACE=` is quicker while writing.
RACE    := -race
PKG     := ./...
TAG     := $(shell git describe --tags --exact-match 2>/dev/null)
# Who answers for the packages: whoever builds them for others says so.
MAINTAINER := Aufruf <nobody@aufruf.invalid>
NFPM    := go run github.com/goreleaser/nfpm/v2/cmd/nfpm@v2.43.0
SBOM    := go run github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod@v1.9.0
# Ours by list and not by dot: tools and caches may lie below the root.
GOFILES  = $(shell git ls-files '*.go')

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  \033[1m%-12s\033[0m %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: run
run: build ## start a demonstration town hall: server, screen, accounts, people waiting
	@go build -tags $(TAGS) -o bin/demo ./scripts/demo
	@bin/demo bin

.PHONY: build
build: tools bin/server bin/display bin/caller ## build the three programs into bin/

.PHONY: bin/server bin/display bin/caller
bin/server bin/display:
	@CGO_ENABLED=1 $(GOBUILD) -buildmode=pie -o $@ ./cmd/$(@F)

# Without cgo, so that one file runs on any desk, whatever its C library; archtest
# keeps it possible. Of that library it takes the loader alone, which PIE needs.
bin/caller:
	@CGO_ENABLED=0 $(GOBUILD) -buildmode=pie -o $@ ./cmd/$(@F)

.PHONY: test
test: setup ## every test: rules, both engines, browser, sound (PKG=./internal/booking for some)
	@$(GOTEST) $(RACE) -timeout 30m $(PKG)
	@if [ '$(PKG)' != ./... ]; then exit 0; \
	elif unshare --mount --pid --net --fork true 2>/dev/null; then $(MAKE) netns installed && $(MAKE) proxies PROXIES=nginx; \
	else echo 'left out: make netns installed proxies, which need root and namespaces of their own'; fi

.PHONY: netns
netns: ## a screen behind a network that swallows packets (needs root)
	@$(GOTEST) -tags $(TAGS),netns -count=1 -timeout 10m ./test/netns

.PHONY: installed
installed: package ## the Debian packages on a machine of their own (needs root)
	@$(GOTEST) -tags $(TAGS),packages -count=1 -timeout 10m ./test/packages

.PHONY: first-hour
first-hour: package ## from a bare Debian to the first call in an invented town, timed and counted (needs root)
	@scripts/setup.sh debian
	@scripts/debian.sh dist/debian
	@$(GOTEST) -tags $(TAGS),firsthour -count=1 -v -timeout 10m -run TestTheFirstHour ./test/packages

PROXIES := nginx haproxy apache2 caddy
.PHONY: proxies
proxies: package ## each proxy that the documents show, in front of the server (needs root; PROXIES=nginx)
	@scripts/proxies.sh dist/proxies $(PROXIES)
	@$(GOTEST) -tags $(TAGS),proxies -count=1 -timeout 10m ./test/packages

.PHONY: mta
mta: ## mails through Postfix and Exim as Debian has them (needs root)
	@scripts/mta.sh dist/mta
	@MTA_FOLDER=$(CURDIR)/dist/mta $(GOTEST) -tags $(TAGS),mta -count=1 -timeout 10m ./test/mta

.PHONY: e2e
e2e: setup ## only the whole path, with the three real programs; pictures in var/e2e
	@rm -rf var/e2e && mkdir -p var/e2e
	@$(GOTEST) -count=1 -v -timeout 15m -artifacts -outputdir var/e2e ./test/e2e

.PHONY: pictures
pictures: setup ## take the pictures of the handbooks and of the hall anew, into docs/pictures
	@$(GOTEST) -count=1 -run TheHandbooksShowThePages ./internal/web -renew-pictures
	@$(GOTEST) -count=1 -run TheHallInPictures ./internal/display -renew-pictures

.PHONY: views
views: setup ## the citizens' pages in every combination of language, width, scheme and script
	@$(GOTEST) -count=1 -timeout 60m -run EveryPageIsAccessible ./internal/web -every-view

.PHONY: archtest
archtest: ## only the import rules
	@$(GOTEST) -count=1 ./internal/archtest

.PHONY: bench
bench: setup ## the figures, each beside its yardstick (BENCH='-runs 5 -flush 1ms call screens' for some, on a slower disk)
	@go run -tags $(TAGS) ./test/bench $(BENCH)

.PHONY: mutants
mutants: ## put small faults into what decides, and see whether the tests notice (MUTANTS='-seed 2 -n 50')
	@go run -tags $(TAGS) ./test/mutants $(MUTANTS)

.PHONY: fuzz
fuzz: ## every fuzz target for FUZZTIME (30s)
	@scripts/fuzz.sh $(or $(FUZZTIME),30s) -tags $(TAGS)

INPUTS := 1000000
GOVULNCHECK := golang.org/x/vuln/cmd/govulncheck@v1.1.4
.PHONY: audit
audit: setup ## weaknesses: gosec with each finding argued, licences, what is known of modules, a million made-up requests (INPUTS=10000)
	@go run -tags $(TAGS) ./scripts/audit
	@$(GOTEST) -count=1 ./scripts/licences ./cmd/server -run 'Licence'
	@{ GOBIN=$(CURDIR)/var/tools go install $(GOVULNCHECK) && var/tools/govulncheck -tags $(TAGS) ./...; } || { test $$? -ne 3 && \
	  echo 'left out: known vulnerabilities, whose database could not be had (https://vuln.go.dev)'; }
	@$(GOTEST) -count=1 -v -timeout 8h -run MadeUp ./test/attack -inputs $(INPUTS)

.PHONY: lint
lint: fmt-check vet staticcheck archtest unused ## everything that reads the code without running it

.PHONY: fmt
fmt: ## format
	@gofmt -w $(GOFILES)

.PHONY: fmt-check
fmt-check:
	@unformatted=$$(gofmt -l $(GOFILES)); \
	if [ -n "$$unformatted" ]; then echo "not formatted; make fmt:"; echo "$$unformatted"; exit 1; fi

.PHONY: vet
vet:
	@go vet -tags $(TAGS) ./...

.PHONY: staticcheck
staticcheck:
	@go tool staticcheck -tags $(TAGS) ./...

.PHONY: unused
unused:
	@go run -tags $(TAGS) ./scripts/unused

.PHONY: generate
generate: ## make generated files anew (sounds, schemas)
	@go generate ./...

.PHONY: man
man: ## the manual pages of the three programs, from their own definition, into dist/man
	@rm -rf dist/man
	@for program in server display caller; do \
	  SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct) go run -trimpath -tags $(TAGS),man ./cmd/$$program dist/man; done

.PHONY: package
package: build man ## Debian packages into dist/
	@scripts/package.sh '$(NFPM)' '$(VERSION)' '$(MAINTAINER)'

.PHONY: lintian
lintian: package ## what Debian's own check says of the packages; errors fail
	@scripts/setup.sh lintian
	@lintian --no-cfg --allow-root --profile debian --fail-on error dist/aufruf-*.deb

.PHONY: container
container: build ## the server's image, by podman, buildah or docker (IMAGE=aufruf-server, BASE=…)
	@scripts/setup.sh container
	@scripts/container.sh '$(or $(IMAGE),aufruf-server)' '$(VERSION)' '$(BASE)'

.PHONY: container-trial
container-trial: build ## the image on a base of Debian's packages, built and started (needs root and buildah)
	@scripts/setup.sh debian && scripts/setup.sh container
	@scripts/debian.sh dist/debian
	@$(GOTEST) -tags $(TAGS),container -count=1 -timeout 10m ./test/packages

.PHONY: release
release: tools ## packages, archives, bills of materials and checksums of a tag, built twice and compared (TAG=v1.2.3)
	@scripts/release.sh '$(TAG)' '$(SBOM)' '$(MAINTAINER)'

# In this order also with -j: what builds needs the tools.
bin/server bin/display bin/caller: | tools

.PHONY: tools
tools:
	@scripts/setup.sh run

.PHONY: setup
setup: ## install what tests and builds need, where it is missing
	@scripts/setup.sh test

.PHONY: clean
clean: ## remove what was built
	@rm -rf bin dist
