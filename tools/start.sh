#!/bin/sh
# Starts the application on port 8501 of this machine, over the demonstration bank if it has no other.
set -eu
cd "$(dirname "$0")/.."

port=${PORT:-8501}
is_demo='import sqlite3; print(*sqlite3.connect("data/crm.db").execute("select is_demo from bank").fetchone())'

if [ -z "${CRM_DATABASE_URL:-}" ]; then
    [ -e data/crm.db ] || sh tools/demo.sh
    # People are chosen without a password in a demonstration bank only.
    export CRM_DEMO="${CRM_DEMO:-$(.venv/bin/python -c "$is_demo")}"
    # A newer version finds the tables it expects; a bank's own database is migrated by its keepers.
    [ "$CRM_DEMO" = 0 ] || .venv/bin/python -m lib migrate
fi

echo
if [ "${CRM_DEMO:-0}" = 1 ]; then
    echo "  打开 http://localhost:$port ,选一位员工登录(演示银行,不需要密码)。"
    echo "  Open http://localhost:$port and choose a person to sign in as (demonstration bank, no password)."
else
    echo "  打开 http://localhost:$port ,用账号登录;建立账号:.venv/bin/python -m lib user add"
    echo "  Open http://localhost:$port and sign in; make accounts with .venv/bin/python -m lib user add"
fi
echo
exec .venv/bin/python -m streamlit run app.py --server.port "$port"
