#!/usr/bin/env bash
# Runs every fuzz target of the module, one after the other, for the time given:
#   fuzz.sh 30s [flags of go test]
set -euo pipefail
cd "$(dirname "$0")/.."
duration=$1
shift
git grep -lE '^func Fuzz[A-Z]' -- '*_test.go' | while read -r file; do
  package=./$(dirname "$file")
  grep -oE '^func Fuzz[A-Za-z0-9_]+' "$file" | awk '{print $2}' | while read -r target; do
    echo "== $package $target"
    go test "$@" -run '^$' -fuzz "^$target\$" -fuzztime "$duration" "$package" </dev/null
  done
done
