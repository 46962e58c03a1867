"""What every command prints with: progress lines, one JSON document for machines, and the way to fail."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from datetime import date, datetime
from typing import Any


class Failed(Exception):
    """The command did not do its work; the message is one sentence for a person."""


def tell(line: str) -> None:
    """A line of progress, on stderr, so that stdout stays the answer."""
    print(line, file=sys.stderr, flush=True)


def wants_json(command: ArgumentParser) -> None:
    """Give a command the option `--json`."""
    command.add_argument("--json", action="store_true", help="one JSON document")


def answer(document: Any, sentences: list[str], *, as_json: bool) -> None:
    """Print the answer: the document for machines or the sentences for people."""
    if as_json:
        print(json.dumps(document, ensure_ascii=False, default=_plain, indent=1))
    else:
        print("\n".join(sentences))


def _plain(value: Any) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no JSON form")
