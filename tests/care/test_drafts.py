"""Texts of messages: whom they address how, what is filled in, what is wrong with one."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from lib.care import drafts
from lib.care.drafts import Whom
from lib.care.rules import MARKETING, OCCASIONS, quiet_on, rules_of, template_for, templates
from lib.rulebook import Rulebook, shipped_rows
from lib.words import use_locale

BOOK, DAY = Rulebook(shipped_rows()), date(2026, 10, 12)
RULES = rules_of(BOOK, DAY)
WHO = Whom(
    "王建国", "personal", "M", "张伟", "城北支行", "示范银行", date(2026, 12, 5), "稳健理财", "mid_autumn", "home"
)


@pytest.mark.parametrize(("kind", "gender", "said"), [
    ("personal", "M", "先生"), ("personal", "F", "女士"), ("personal", None, ""), ("corporate", "M", ""),
])  # fmt: skip
def test_salutations(kind: str, gender: str | None, said: str) -> None:
    assert drafts.salutation(kind, gender) == said


@pytest.mark.parametrize(("text", "said"), [
    ("{name}{title}", "王建国先生"), ("{day}{product}到期", "12月5日稳健理财到期"), ("{festival}", "中秋节"),
    ("{event}", "购房"), ("{bank}{branch}{manager}", "示范银行城北支行张伟"), ("{shoe}", "{shoe}"),
    ("没有占位", "没有占位"),
])  # fmt: skip
def test_places_are_filled(text: str, said: str) -> None:
    assert drafts.filled(text, WHO) == said


def test_a_customer_reads_chinese_whatever_the_writer_reads() -> None:
    with use_locale("en"):
        assert drafts.filled("{name}{title}{festival}", WHO) == "王建国先生中秋节"


def test_a_name_is_no_template() -> None:
    assert drafts.filled("{name}", Whom("{bank}", "personal", None, "x", "y", "z")) == "{bank}"


def test_what_is_not_known_stays_to_be_seen() -> None:
    bare = Whom("王建国", "personal", None, "张伟", "", "示范银行")
    assert drafts.filled("{name}{title}{branch}{product}{day}", bare) == "王建国{product}{day}"


@pytest.mark.parametrize(("text", "channel", "how", "found"), [
    ("您好", "sms", {}, 0), ("", "sms", {}, 1), ("{name}", "sms", {}, 1), ("{name}", "sms", {"template": True}, 0),
    ("{shoe}", "sms", {"template": True}, 1), ("好" * 500, "sms", {}, 0), ("好" * 501, "sms", {}, 1),
    ("好" * 501, "email", {}, 0), ("好" * 501, "", {}, 0),
])  # fmt: skip
def test_what_is_wrong_with_a_text(text: str, channel: str, how: dict[str, Any], found: int) -> None:
    assert len(drafts.problems(text, channel, RULES, **how)) == found


@pytest.mark.parametrize(("n", "said"), [(70, "70 / 500 字，计 1 条短信"), (71, "71 / 500 字，计 2 条短信")])
def test_the_length_is_said(n: int, said: str) -> None:
    assert drafts.length_said("好" * n, "sms", RULES) == said
    assert drafts.length_said("好" * n, "app", RULES) == f"{n} / 500 字"


def test_every_occasion_has_a_template_of_the_shipped_rule() -> None:
    assert {one.occasion for one in templates(BOOK, DAY)} == set(OCCASIONS)
    for one in templates(BOOK, DAY):
        assert drafts.problems(one.text, "sms", RULES, template=True) == []
        assert ("拒收" in one.text) is (one.occasion in MARKETING)  # who is advertised to may say no
    assert template_for("raffle", BOOK, DAY) is None


@pytest.mark.parametrize(("day", "quiet"), [
    (date(2026, 4, 5), True), (date(2025, 4, 4), True), (date(2026, 4, 4), False), (date(2026, 12, 13), True),
    (date(2027, 12, 13), True), (date(2026, 12, 14), False),
])  # fmt: skip
def test_quiet_days(day: date, quiet: bool) -> None:
    assert quiet_on(day, RULES.quiet) is quiet
    assert quiet_on(day, {"qingming": False, "days": [day.isoformat()]})
    assert not quiet_on(day, {"qingming": False, "days": []})
