"""Words: translation, names, figures and dates; and that no sentence of the application lacks its English."""

import ast
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from lib import words
from lib.rulebook import parse_calendar, shipped_rows

ROOT = Path(__file__).resolve().parent.parent
CHINESE = re.compile("[一-鿿]")
# A Chinese sentence has full-width marks; after a Latin word or a figure the writer chooses.
HALF_WIDTH = re.compile("[一-鿿”）][,;:?!(]|[,;:?!)][一-鿿“]")


def calls_in(source: str) -> Iterator[tuple[int, str | None]]:
    """Line and msgid of every `_()` call; None where the argument is not one constant text."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "_":
            only = node.args[0] if len(node.args) == 1 and not node.keywords else None
            text = only.value if isinstance(only, ast.Constant) and isinstance(only.value, str) else None
            yield node.lineno, text


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"\{(\w*)", text))


def faults_of(source: str, english: dict[str, str]) -> list[str]:
    """What is wrong with the sentences of one module."""
    faults = []
    for line, text in calls_in(source):
        if text is None:
            faults.append(f"{line} not a constant text")
        elif text not in english:
            faults.append(f"{line} no English for {text!r}")
        elif placeholders(text) != placeholders(english[text]):
            faults.append(f"{line} other placeholders in the English of {text!r}")
        elif HALF_WIDTH.search(text):
            faults.append(f"{line} half-width marks in {text!r}")
    return faults


def modules() -> list[Path]:
    return sorted([*ROOT.glob("app.py"), *ROOT.glob("lib/**/*.py"), *ROOT.glob("pages/**/*.py")])


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_sentence_has_its_english(path: Path) -> None:
    assert faults_of(path.read_text(encoding="utf-8"), words.catalogue("en")) == []


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ('_("没有")', "no English"),
        ('_(f"共 {n}")', "not a constant"),
        ("_(text)", "not a constant"),
        ('_("共 {n} 人")', "other placeholders"),
        ('_("好,再见")', "half-width"),
    ],
)
def test_the_walk_finds_what_is_wrong(source: str, fault: str) -> None:
    assert fault in faults_of(source, {"共 {n} 人": "{m} people", "好,再见": "Well, good-bye"})[0]


def texts_of_data() -> set[str]:
    """Every text of the shipped data that a page shows."""
    found = {text for family in words.code_names().values() for text in family.values()}
    for row in shipped_rows():
        found |= {row.title, row.source}
        said = row.value.get("value")
        found |= {said["label"]} if isinstance(said, dict) and "label" in said else set()
        found |= {row.value[key] for key in ("formula", "trap") if key in row.value}
    return found | {day.name for day in parse_calendar(ROOT / "data" / "calendar")[0]}


def test_every_text_of_the_shipped_data_has_its_english() -> None:
    assert sorted(texts_of_data() - set(words.catalogue("en"))) == []


def test_every_text_of_the_shipped_data_has_full_width_marks() -> None:
    assert [text for text in texts_of_data() if HALF_WIDTH.search(text)] == []


def test_no_english_sentence_is_chinese() -> None:
    left = [text for text in words.catalogue("en").values() if CHINESE.search(text)]
    assert left == []


def test_a_sentence_in_the_language_spoken() -> None:
    assert words.translate("客户经理") == "客户经理"
    with words.use_locale("en"):
        assert words.translate("客户经理") == "Relationship manager"
        assert words.translate("没有这句") == "没有这句"
    assert words.current_locale() == "zh_CN"


def test_an_unknown_locale_is_refused() -> None:
    with pytest.raises(ValueError, match="fr"):
        words.use_locale("fr")


def test_two_parts_may_not_differ() -> None:
    merged = {"客户": "Customer"}
    words._add(merged, "客户", "Customer", Path("a.po"))
    with pytest.raises(words.CatalogueError, match=r"b\.po"):
        words._add(merged, "客户", "Client", Path("b.po"))


def test_names_of_codes() -> None:
    assert words.name("tier", "vip") == "贵宾"
    assert words.name("tier", None) == words.NOTHING
    assert words.name("complaint_reason", "own_code") == "own_code"
    assert words.name("industry", "none") == "未登记"
    assert words.name("extension", "none") == "未延期"
    assert words.codes("customer_kind") == ("personal", "corporate")
    with pytest.raises(KeyError):
        words.name("no_family", "x")


@pytest.mark.parametrize(
    ("fen", "chinese", "english"),
    [
        (None, "–", "–"),
        (0, "0.00 元", "CNY 0.00"),
        (99, "0.99 元", "CNY 0.99"),
        (-12_345, "-123.45 元", "CNY -123.45"),
        (99_999_900, "100 万元", "CNY 1M"),
        (999_999, "9,999.99 元", "CNY 10K"),
        (999_499, "9,994.99 元", "CNY 9.99K"),
        (46_200_000, "46.2 万元", "CNY 462K"),
        (9_999_999_999, "1 亿元", "CNY 100M"),
        (123_456_789_000, "12.35 亿元", "CNY 1.23B"),
        (100_000_000_000_000, "10,000 亿元", "CNY 1,000B"),
    ],
)
def test_money(fen: int | None, chinese: str, english: str) -> None:
    assert words.money(fen) == chinese
    with words.use_locale("en"):
        assert words.money(fen) == english


def test_money_of_other_currencies_and_exact() -> None:
    assert words.money(123_456_789, exact=True) == "1,234,567.89 元"
    assert words.money(5_000_000, "CZK") == "5 万 CZK"
    assert words.money(5000, "JPY") == "5,000 JPY"


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.4567, "percent", "45.7%"),
        (0.0625, "percent", "6.3%"),  # half away from nought, as a spreadsheet rounds
        (-0.0625, "percent", "-6.3%"),
        (2.675, "ratio", "2.68"),
        (12345.0, "count", "12,345"),
        (1.5, "hours", "1.5 小时"),
        (-12.34, "score", "-12.3"),
        (1.987, "ratio", "1.99"),
        (179_519.6, "ratio", "179,520"),
        (5_000_000, "money", "5 万元"),
        (None, "percent", "–"),
    ],
)
def test_figures_by_unit(value: float | None, unit: str, text: str) -> None:
    assert words.figure(value, unit) == text


def test_days_moments_and_quarters() -> None:
    at = datetime(2026, 2, 13, 18, 30, tzinfo=UTC)
    assert words.day(date(2026, 2, 13)) == "2026-02-13"
    assert words.moment(at) == "2026-02-14 02:30"
    assert words.quarter_name("2026Q3") == "2026 年三季度"
    with words.use_locale("en"):
        assert words.day(date(2026, 2, 3)) == "3 Feb 2026"
        assert words.moment(at) == "14 Feb 2026 02:30"
        assert words.quarter_name("2026Q3") == "Q3 2026"
    assert (words.day(None), words.moment(None)) == (words.NOTHING, words.NOTHING)
    with pytest.raises(ValueError, match="time zone"):
        words.moment(at.replace(tzinfo=None))
