#!/bin/sh
# Makes .venv with the pinned packages: `run` what the application needs, `dev` the tests and checks too.
set -eu
cd "$(dirname "$0")/.."

kind=$1
case $kind in
    run) wanted=requirements.txt ;;
    dev) wanted=requirements-dev.txt ;;
esac
stamp=.venv/installed.$kind

pins() { cat requirements.txt requirements-dev.txt constraints.txt; }

install_venv() {
    version=$("$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        echo "安装 python$version-venv … installing python$version-venv …"
        apt-get update -qq
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "python$version-venv" >/dev/null
    else
        echo "这个 Python 缺少 venv:请安装 python$version-venv 后重试。" \
            "This Python lacks venv: please install python$version-venv and try again." >&2
        exit 1
    fi
}

# An environment whose own Python has gone (an upgrade, a copied folder) is made anew.
if ! .venv/bin/python -c 'import pip' 2>/dev/null; then
    python=$(sh tools/python.sh)
    "$python" -c 'import ensurepip, venv' 2>/dev/null || install_venv "$python"
    "$python" -m venv --clear .venv
fi

if ! pins | cmp -s - "$stamp"; then
    echo "安装依赖包(一两分钟)… installing packages (a minute or two) …"
    .venv/bin/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -r "$wanted"
    pins > "$stamp"
fi
