#!/usr/bin/env bash
# Prints the Debian version of what `git describe --tags --always --dirty` said,
# so that a later build is always an upgrade of an earlier one:
#   version.sh DESCRIBED TIME-OF-THE-COMMIT
set -euo pipefail
described=${1#v} time=$2
# Without a tag there is only the commit's name, which has no order.
[[ $described == [0-9]*.* ]] || described=0.0.0~git$time.$described
# Commits behind a tag come after it, release candidates before it.
sed -E 's/-([0-9]+)-g([0-9a-f]+)/+\1.g\2/; s/-dirty$/+dirty/; s/-/~/' <<<"$described"
