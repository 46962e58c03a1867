"""A rulebook file beside the book: nothing for the exported one, otherwise rule by rule in words."""

from __future__ import annotations

from datetime import date

import pytest

from lib.rulebook import Rulebook, RuleFileError, shipped_rows
from lib.rulebook.written import as_toml
from lib.words import use_locale
from lib.work.rule_file import Compared, read_file

BOOK, DAY = Rulebook(shipped_rows()), date(2026, 11, 22)
TEXT = as_toml(BOOK)
TAG = """
[[tag]]
key = "very_old"
title = "高龄客户"
family = "life_cycle"
kinds = ["personal"]
when = { fact = "age", op = ">=", value = 80 }
from = 2027-01-01
basis = "assumed"
source = "管理 §7.2"
"""


def read(text: str) -> Compared:
    return read_file(text.encode(), "book.toml", BOOK, DAY)


def test_the_exported_book_brings_no_difference() -> None:
    found = read(TEXT)
    assert (found.changes, found.past, found.same) == ((), (), sum(len(BOOK.keys(k)) for k in ("rule", "tag", "kpi")))
    assert read_file(b"\xef\xbb\xbf" + TEXT.encode(), "a", BOOK, DAY).changes == ()


@pytest.mark.parametrize(
    ("old", "new", "key", "said"),
    [
        ("line = { CNY = 50_000_000 }", "line = { CNY = 60_000_000 }", "tier.personal",
         ("层级 · 贵宾 · 达到", "50 万元", "60 万元")),
        ("value = 0.85\n", "value = 0.9\n", "target.csat", ("取值", "85.0%", "90.0%")),
        ('formula = "4–5 分的答卷', 'formula = "5 分的答卷', "csat",
         ("计算公式", "4–5 分的答卷 ÷ 有效答卷", "5 分的答卷 ÷ 有效答卷")),
        ('when = { fact = "age", op = ">=", value = 60 }', 'when = { fact = "age", op = ">=", value = 65 }', "senior",
         ("条件", "年龄（岁） ≥ 60", "年龄（岁） ≥ 65")),
        ("ask = 30, answer = 30", "ask = 30, answer = 20", "complaint.review", ("答复", "30 天", "20 天")),
        ("目标值未定，暂定待行里确认", "行办公会纪要", "target.new_customer_rate",
         ("来源", "目标值未定，暂定待行里确认", "行办公会纪要")),
    ],
)  # fmt: skip
def test_a_changed_line_is_one_difference_in_words(old: str, new: str, key: str, said: tuple[str, ...]) -> None:
    assert old in TEXT
    (one,) = read(TEXT.replace(old, new, 1)).changes
    assert one.proposal.key == key and tuple(one.differences[0]) == said
    assert one.proposal.since == DAY and one.problems == ()


def test_in_english() -> None:
    with use_locale("en"):
        (one,) = read(TEXT.replace("value = 90\n", "value = 60\n", 1)).changes
    assert tuple(one.differences[0]) == ("Value", "90 days", "60 days")


def test_a_new_tag_and_a_new_entry_from_its_day() -> None:
    (one,) = read(TAG).changes
    assert one.proposal.base == "" and one.problems == () and one.proposal.since == date(2027, 1, 1)
    assert one.differences[2].before == "–"


def test_an_unknown_rule_is_told_and_not_proposed() -> None:
    text = '[[rule]]\nkey = "a.b"\ntitle = "x"\nunit = "days"\n[[rule.entry]]\nfrom = "always"\nbasis = "stated"\n'
    (one,) = read(text + 'source = "y"\nvalue = 1\n').changes
    assert "没有" in one.problems[0]


def test_past_entries_cannot_be_changed() -> None:
    old = next(block for block in TEXT.split("\n\n") if "施行前的行业惯例" in block)
    found = read(TEXT.replace(old, old.replace("value = 12", "value = 24")))
    assert found.changes == () and "旧条目不能修改" in found.past[0]


def test_only_other_examples_are_told() -> None:
    (one,) = read(TEXT.replace('expect = "2026-02-14T10:00"', 'expect = "2026-02-15T10:00"', 1)).changes
    assert "只有算例不同" in one.problems[0]


@pytest.mark.parametrize(
    "content",
    [b"", b"nonsense", b"\xff\xfe\x00", b"rule = 3", b"rule = [3]", b"[rule]\nkey=1", b"[[rule]]\nkey = 1\n",
     b"[[tag]]\nkey = {}\n", TAG.replace("[\"personal\"]", "[[1]]").encode(), TAG.replace("80 }", "[] }").encode(),
     TAG.replace("{ fact = \"age\", op = \">=\", value = 80 }", "3").encode(), (TAG + TAG).encode(),
     b"x = " + b"[" * 5000 + b"]" * 5000, b"#" * 1_000_001],
)  # fmt: skip
def test_whatever_is_no_such_file_is_a_sentence(content: bytes) -> None:
    with pytest.raises(RuleFileError):
        read_file(content, "a.toml", BOOK, DAY)
