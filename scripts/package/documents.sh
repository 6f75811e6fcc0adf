#!/usr/bin/env bash
# Gathers what lies in /usr/share/doc beside a program: the documents, with what
# they link to, and the links as they are there:
#   documents.sh FOLDER
set -euo pipefail
cd "$(dirname "$0")/../.."
folder=$1
rm -rf "$folder"
mkdir -p "$folder/examples"
cp -R docs/. "$folder"
cp CHANGELOG.md SECURITY.md "$folder"
cp -R scripts/package/monitoring "$folder"
cp internal/catalogue/grimma.yaml "$folder/examples"
sed -i 's|](\.\./internal/catalogue/grimma\.yaml)|](examples/grimma.yaml)|' "$folder/catalogue.md"
sed -i 's|](\.\./SECURITY\.md|](SECURITY.md|' "$folder"/*.md
chmod -R u=rwX,go=rX "$folder"
