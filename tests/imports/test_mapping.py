"""A mapping's schema: what is shipped reads, what is unknown or missing is named with its place."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from lib.imports import MappingError, read_mapping
from lib.imports.conversions import CONVERSIONS
from lib.imports.mapping import PICKS
from lib.imports.targets import TARGETS
from lib.rulebook import Rulebook, parse_examples, shipped_rows
from lib.tiers.rules import reached_by, scheme
from tests.imports.conftest import MAPPING, MAPPINGS


def test_the_shipped_mappings_read() -> None:
    for path in MAPPINGS.glob("*.toml"):
        assert read_mapping(path).tables


def test_the_template_shows_everything() -> None:
    text = (MAPPINGS / "template.toml").read_text(encoding="utf-8")
    assert [name for name in CONVERSIONS if name != "text" and f'as = "{name}"' not in text] == []
    assert [name for name in (*TARGETS, *PICKS) if name not in text] == []


@pytest.mark.parametrize(
    ("name", "currency", "day"), [("berka", "CZK", date(1993, 1, 1)), ("cfpb", "USD", date(2017, 5, 1))]
)
def test_a_source_brings_lines_in_its_currency(name: str, currency: str, day: date) -> None:
    brought = read_mapping(MAPPINGS / f"{name}.toml").rules
    book = Rulebook([*shipped_rows(), *brought])
    for example in parse_examples(MAPPINGS / name):
        lines = scheme(book, example.key.removeprefix("tier."), currency, day)
        assert reached_by(example.given["amount"], lines) == example.expect["tier"]
    for kind in ("personal", "corporate"):
        lines = scheme(book, kind, currency, day)
        amounts = [tier.line for tier in lines.tiers]
        assert amounts == sorted(amounts, reverse=True) and amounts[0] > 0
        assert lines.codes == scheme(Rulebook(shipped_rows()), kind, "CNY", day).codes
    assert currency in book.value("churn.lost", day)["aum_below"]


@pytest.mark.parametrize(
    ("change", "to", "names"),
    [
        ('title = "小银行"\n', "", "title"),
        ('key = "small"', 'key = "small"\ncolour = "red"', "colour"),
        ('base_currency = "CNY"', 'base_currency = "yuan"', "base_currency"),
        ('names = ["accounts.csv"]', 'names = ["accounts.csv"]\nseparator = "||"', "separator"),
        ('names = ["accounts.csv"]', 'names = ["accounts.csv"]\nencoding = "klingon"', "klingon"),
        ('pick = "min"', 'pick = "best"', "pick"),
        ('target = "account"', 'target = "accounts"', "accounts"),
        ('category = { value = "deposit" }\n', "", "category"),
        ('category = { value = "deposit" }', 'categorie = { value = "deposit" }', "category"),
        ('as = "masked"', 'as = "veiled"', "veiled"),
        ('as = "masked"', 'as = "masked", colour = "red"', "colour"),
        ('as = "date", format = "YYYYMMDD" }\nbranch', 'as = "date" }\nbranch', "format"),
        ('from = "no", as = "masked"', 'from = "no", as = "integer"', "number_masked"),
        ('from = "no", as = "masked"', 'as = "masked"', "from"),
        ('from = "person", refers = "person"', 'from = "person"', "refers"),
        ('from = "person", refers = "person"', 'from = "person", refers = "branch"', "branch"),
        ('refers = "account" }', 'refers = "later" }', "later"),
        ('lookup = "since"', 'lookup = "until"', "until"),
        ('file = "ledger"', 'file = "journal"', "journal"),
        ('entity = "line"', 'entity = "account"', "account"),
        ('from = ["amount", "dc"]', 'from = ["amount"]', "signed_money"),
        ('category = { value = "deposit" }', 'category = { value = "deposit", default = 3 }', "default"),
        ('base_currency = "CNY"', 'base_currency = "CNY"\nrules = "nowhere"', "nowhere"),
        ("[source]", "[source", "TOML"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(tmp_path: Path, change: str, to: str, names: str) -> None:
    assert change in MAPPING
    path = tmp_path / "small.toml"
    path.write_text(MAPPING.replace(change, to, 1))
    with pytest.raises(MappingError) as refused:
        read_mapping(path)
    assert names in str(refused.value) and "small.toml" in str(refused.value)


def test_a_missing_mapping_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match="找不到映射文件"):
        read_mapping(tmp_path / "none.toml")
