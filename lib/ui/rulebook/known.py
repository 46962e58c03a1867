"""What the rulebook knows: every rule, KPI, target and tag as it judges today, in the order of the book."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from lib import words
from lib.rulebook import Entry, Rulebook
from lib.rulebook.said import said_of
from lib.ui.page import Page
from lib.words import _, name, translate
from lib.work.rule_change import newest

_TARGET = "target."


@dataclass(frozen=True)
class Known:
    """One key of the book with the entry that judges today, or, before a law's date, the first one to come.

    `kind` and `key` name it in the store, `family` on the page (rule | kpi | target | tag). `newest` is the last
    entry by date: another than `entry` where one is to come.
    """

    kind: str
    key: str
    entry: Entry
    newest: Entry
    begun: bool
    currency: str

    @property
    def family(self) -> str:
        """What it is called on the page: a target is a rule of its own."""
        return family_of(self.kind, self.key)

    @property
    def ident(self) -> str:
        """How an address names it: a rule by its key, the others with their kind."""
        return ident_of(self.kind, self.key)

    @property
    def title(self) -> str:
        """What it is called."""
        title = translate(self.entry.title)
        return _("{title} · 目标值").format(title=title) if self.family == "target" else title

    @cached_property
    def said(self) -> str:
        """What it says, in words."""
        return said_of(self.kind, self.entry, self.currency)

    @property
    def since(self) -> str:
        """From when it applies."""
        return since_of(self.entry)


def family_of(kind: str, key: str) -> str:
    """rule | kpi | target | tag."""
    return "target" if kind == "rule" and key.startswith(_TARGET) else kind


def ident_of(kind: str, key: str) -> str:
    """How an address names a key of the book; `asked` reads it."""
    return key if kind == "rule" else f"{kind}:{key}"


def since_of(entry: Entry) -> str:
    """From when an entry applies: a day, or always."""
    return words.day(entry.valid_from) if entry.valid_from else _("一直")


def all_known(page: Page, currency: str) -> list[Known]:
    """Everything the book says today."""
    return [found for kind in ("rule", "kpi", "tag") for key in page.book.keys(kind)
            if (found := find(page.book, page, kind, key, currency)) is not None]  # fmt: skip


def find(book: Rulebook, page: Page, kind: str, key: str, currency: str) -> Known | None:
    """One key of the book as it judges today; None for one it does not have."""
    last = newest(book, kind, key)
    if last is None:
        return None
    entry = book.find_of(kind, key, page.today)
    return Known(kind, key, entry or book.history(kind, key)[0], last, entry is not None, currency)


def matches(one: Known, text: str) -> bool:
    """Whether every word typed stands somewhere in what the list shows of an entry."""
    said = " ".join((one.key, one.title, one.said, translate(one.entry.source), name("rule_kind", one.family)))
    return all(word in said.casefold() for word in text.casefold().split())


def asked(ident: str) -> tuple[str, str]:
    """Kind and key of what an address names; an unknown kind is part of a key that no rule has."""
    kind, colon, key = ident.partition(":")
    return (kind, key) if colon and kind in ("kpi", "tag") else ("rule", ident)
