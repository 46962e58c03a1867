"""Memory stays flat: a file five times as long needs no more of it."""

from __future__ import annotations

import os
import subprocess
import sys

from lib.settings import ROOT
from tests.imports.conftest import Small

MEASURE = """
import sys, tracemalloc
from pathlib import Path
from lib.imports import run_import
run_import(Path(sys.argv[1]), Path(sys.argv[2]), dry_run=True)   # imports and caches are paid for here
tracemalloc.start()
for rows in (6_000, 30_000):
    lines = (f"6222021234567890,{n},2020-03-{n % 28 + 1:02d},{n}.00,C,cash\\n" for n in range(10, rows))
    with open(sys.argv[2] + "/ledger.csv", "w") as file:
        file.write("no,seq,day,amount,dc,kind\\n")
        file.writelines(lines)
    tracemalloc.reset_peak()
    report = run_import(Path(sys.argv[1]), Path(sys.argv[2]), dry_run=True)
    assert report.counts["line"] == rows - 10
    print(tracemalloc.get_traced_memory()[1])
"""


def test_memory_does_not_grow_with_the_file(empty_sqlite: str, small: Small) -> None:
    command = [sys.executable, "-c", MEASURE, str(small.mapping), str(small.folder)]
    env = os.environ | {"CRM_DATABASE_URL": empty_sqlite}
    done = subprocess.run(command, cwd=ROOT, env=env, check=True, capture_output=True, text=True)
    short, long = map(int, done.stdout.split())
    assert long < short * 1.5
