"""The rights matrix (data/rights.toml): which role has which page, how far its reads reach, what it may write."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from lib.settings import ROOT

ROLES = (
    "manager",
    "head",
    "complaint_officer",
    "crm",
    "reviewer",
    "legal",
    "product",
    "leadership",
    "admin",
)


@dataclass(frozen=True)
class Right:
    """What a role may do on a page: see it, change things on it, and how far it reaches."""

    see: bool
    change: bool
    extent: str


NO_RIGHT = Right(False, False, "none")


@lru_cache(maxsize=1)
def matrix() -> dict[str, Any]:
    """The whole of data/rights.toml."""
    return tomllib.loads((ROOT / "data" / "rights.toml").read_text("utf-8"))


def rights(role: str, page: str) -> Right:
    """The right of a role on a page; NO_RIGHT where the matrix does not name it."""
    cell = matrix()["pages"].get(page, {}).get(role)
    if cell is None:
        return NO_RIGHT
    letter, extent = cell.split()
    return Right(True, letter == "W", extent)


def reach(role: str) -> dict[str, str]:
    """How far the role's reads reach: customers, cases, facts, names, trail."""
    return dict(matrix()["scope"][role])


def writable(role: str) -> frozenset[str]:
    """The tables a role may write."""
    return frozenset(matrix()["writes"][role])


def held(table: str) -> frozenset[str]:
    """The columns of a table that saving a form never changes."""
    return frozenset(matrix()["held"].get(table, ()))
