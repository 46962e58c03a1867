#!/bin/sh
# Prints a Python 3.11 or newer, one that can make environments where there is a choice.

fits='import sys; sys.exit(sys.version_info < (3, 11))'
makes_environments='import ensurepip, venv'
first=

for name in python3 python3.14 python3.13 python3.12 python3.11 python; do
    for path in $(which -a "$name" 2>/dev/null); do
        "$path" -c "$fits" 2>/dev/null || continue
        if "$path" -c "$makes_environments" 2>/dev/null; then
            echo "$path"
            exit 0
        fi
        first=${first:-$path}
    done
done

if [ -z "$first" ]; then
    echo "需要 Python 3.11 或更新版本,请先安装。Python 3.11 or newer is needed: please install it." >&2
    exit 1
fi
echo "$first"
