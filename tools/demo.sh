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
mv data/building/crm.db.key data/
mv data/building/crm.db data/
rm -rf data/building
