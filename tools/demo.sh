#!/bin/sh
# Builds the demonstration bank aside and moves it into place whole; a bank that was there is kept in data/previous.
set -eu
cd "$(dirname "$0")/.."

rm -rf data/building
mkdir -p data/building
export CRM_DATABASE_URL="sqlite:///$PWD/data/building/crm.db"
.venv/bin/python -m lib migrate
.venv/bin/python -m lib demo "$@"

if [ -e data/crm.db ]; then
    rm -rf data/previous
    mkdir data/previous
    mv data/crm.db* data/previous/
fi
# The database last: what a start looks for is there only when all of it is.
for file in data/building/crm.db?*; do
    mv "$file" data/
done
mv data/building/crm.db data/
rmdir data/building
