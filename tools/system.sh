#!/bin/sh
# What the tests need from the system: chromium, its driver's library, Chinese fonts, LibreOffice with poppler to
# look at packs and, where pip had none, PostgreSQL.
# Installed as root on Debian; elsewhere the tests use what they find and name what they skip.
set -eu
cd "$(dirname "$0")/.."

have_postgres() { .venv/bin/python -m tests.postgres >/dev/null 2>&1; }
have_browser() { .venv/bin/python -m tests.browser.chromium >/dev/null 2>&1; }
have_office() { .venv/bin/python -m tests.export.office >/dev/null 2>&1; }
have_fonts() { command -v fc-list >/dev/null && fc-list ':lang=zh-cn' | grep -q .; }

missing=
have_postgres || missing="$missing postgresql"
have_browser || missing="$missing chromium libatomic1"
have_office || missing="$missing libreoffice-impress libreoffice-calc poppler-utils"
have_fonts || missing="$missing fonts-noto-cjk fontconfig"

if [ -n "$missing" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "安装系统软件包 … installing$missing …"
    apt-get update -qq
    # shellcheck disable=SC2086
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
fi
