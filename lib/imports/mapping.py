"""What a mapping says: files, lookups and tables of a foreign source and the targets they become."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from lib.imports.fields import Field
from lib.imports.targets import Target
from lib.rulebook import RuleRow

PICKS = ("only", "first", "last", "min", "max")


@dataclass(frozen=True)
class FileSpec:
    """A source file: the first pattern of `names` that matches anything in the folder is taken."""

    key: str
    names: tuple[str, ...]
    separator: str = ","
    encoding: str = "utf-8-sig"
    sheet: str | None = None
    nulls: frozenset[str] = frozenset({""})
    multiline: bool = False
    header: tuple[str, ...] = ()
    optional: bool = False


@dataclass(frozen=True)
class Lookup:
    """From a key of one file to a value: `by` and `value` are made from its rows, `pick` settles several."""

    key: str
    file: str
    by: Field
    value: Field
    where: Mapping[str, frozenset[str]]
    pick: str


@dataclass(frozen=True, eq=False)
class Table:
    """Rows of one file (or rows written in the mapping) that become rows of one target."""

    entity: str
    target: Target
    file: str | None
    rows: tuple[Mapping[str, str], ...]
    key: tuple[str, ...]
    where: Mapping[str, frozenset[str]]
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class Source:
    """A whole mapping. `refused_share` in percent replaces the rule `import.rejected_share` where given."""

    key: str
    title: str
    bank: str
    base_currency: str
    refused_share: float | None
    files: Mapping[str, FileSpec]
    lookups: tuple[Lookup, ...]
    tables: tuple[Table, ...]
    rules: tuple[RuleRow, ...] = ()
    digest: str = ""
    used: Mapping[str, frozenset[str]] = field(default_factory=dict)
