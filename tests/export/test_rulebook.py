"""The rulebook as a file that leaves the bank: whole, in its own language, and read back as it was."""

from __future__ import annotations

from lib.export.rulebook import PAGE, make
from lib.rulebook import parse_text, shipped_rows
from lib.store.rights import ROLES, rights
from lib.words import use_locale
from tests.cast import SmallBank, scope


def test_the_file_reads_back_as_the_book(bank: SmallBank) -> None:
    with use_locale("en"):
        name, kind, content = make(scope("rm.zhang"), {})
        text = b"".join(content).decode()
    assert name.endswith(".toml") and kind.startswith("application/toml")
    assert text.startswith("# 口径库") and "complaint.legal_term" in text
    rows, examples = parse_text(text, name)
    assert {row.digest for row in rows} == {row.digest for row in shipped_rows()} and examples


def test_who_reads_the_rulebook_may_take_it_away() -> None:
    assert [role for role in ROLES if not rights(role, PAGE).see] == ["admin"]
