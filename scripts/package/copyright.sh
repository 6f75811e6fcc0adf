#!/usr/bin/env bash
# Prints the file `copyright` of a program's package: what its --licenses says,
# with the Apache licence where Debian keeps it, once for all packages:
#   copyright.sh PROGRAM
set -euo pipefail
cat <<'END'
Everything that this package is made of, with its licence. The texts of
Apache-2.0 and of the licences that the EUPL's appendix names (GPL, LGPL, MPL)
lie in /usr/share/common-licenses; each program prints all of its own in full
with --licenses.

END
"$1" --licenses | perl -0pe '
  my $end = qr/END OF TERMS AND CONDITIONS\n|(?=^---$|^\S[^\n]*\n=+$)/m;
  s{^\ *Apache\ License\s+Version\ 2\.0,\ January\ 2004.*?$end}{Apache License, Version 2.0: /usr/share/common-licenses/Apache-2.0\n\n}gmsx'
