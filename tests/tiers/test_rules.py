"""Tier rules: lines, the watch, the explanation, and that SQL says what Python says."""

from datetime import date
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import CTE, BigInteger, Integer, Select, String, cast, column, create_engine, select, values

from lib.rulebook import Rulebook, RuleMissing, RuleRow, shipped_rows
from lib.tiers.explain import Standing, sentences
from lib.tiers.rules import CHANGES, explain, reached, reached_by, scheme, settle, settle_sql
from lib.words import use_locale

TODAY = date(2026, 11, 22)
BOOK = Rulebook(shipped_rows())
PERSONAL = scheme(BOOK, "personal", "CNY", TODAY)
CORPORATE = scheme(BOOK, "corporate", "CNY", TODAY)
TIERS = [*PERSONAL.codes, "unknown_tier", None]


def table_of(rows: list[tuple], *columns: tuple[str, type]) -> CTE:
    """The rows as a table a real engine reads from."""
    typed = [tuple(cast(value, kind) for value, (_name, kind) in zip(row, columns, strict=True)) for row in rows]
    return values(*[column(name, kind) for name, kind in columns], name="given").data(typed).cte("given")


def run(url: str, query: Select) -> list:
    engine = create_engine(url)
    with engine.connect() as connection:
        found = connection.execute(query).all()
    engine.dispose()
    return list(found)


@pytest.mark.parametrize(
    ("yuan", "tier"),
    [
        (-5, "mass"),
        (0, "mass"),
        (49_999, "mass"),
        (50_000, "potential"),
        (499_999, "potential"),
        (500_000, "vip"),
        (5_999_999, "vip"),
        (6_000_000, "private"),
    ],
)
def test_personal_lines(yuan: int, tier: str) -> None:
    assert reached_by(yuan * 100, PERSONAL) == tier


def test_lines_fall_from_top_to_bottom() -> None:
    for lines in (PERSONAL, CORPORATE):
        amounts = [tier.line for tier in lines.tiers]
        assert amounts == sorted(amounts, reverse=True) and amounts[-1] == 0


def test_the_facts_the_lines_are_drawn_on() -> None:
    assert (PERSONAL.measure, CORPORATE.measure) == ("aum_fen", "deposits_fen")


def test_aliases_cover_the_three_books() -> None:
    assert {frozenset(tier.aliases) for tier in PERSONAL.tiers} == {frozenset({"办法", "方案", "管理"})}


def test_a_currency_without_lines_is_an_error() -> None:
    with pytest.raises(RuleMissing, match="CZK"):
        scheme(BOOK, "personal", "CZK", TODAY)


def test_another_bank_draws_its_own_lines() -> None:
    rows = shipped_rows()
    shipped = next(row for row in rows if row.key == "tier.personal")
    tiers = [{**tier, "line": {"CZK": 7}} if "line" in tier else tier for tier in shipped.value["value"]["tiers"]]
    value = {"unit": "money", "value": {**shipped.value["value"], "tiers": tiers}}
    own = RuleRow("rule", "tier.personal", date(1993, 1, 1), "assumed", "x", "x", value, 999)
    assert reached_by(7, scheme(Rulebook([*rows, own]), "personal", "CZK", TODAY)) == "private"


def test_sql_reaches_what_python_reaches(database_url: str) -> None:
    for lines in (PERSONAL, CORPORATE):
        edges = {tier.line + step for tier in lines.tiers for step in (-1, 0, 1)} | {-(10**12), 10**12}
        table = table_of([(amount,) for amount in sorted(edges)], ("amount", BigInteger))
        found = run(database_url, select(table.c.amount, reached(table.c.amount, lines)))
        assert len(found) == len(edges)
        assert [tier for _amount, tier in found] == [reached_by(amount, lines) for amount, _tier in found]


def test_sql_settles_as_python_does(database_url: str) -> None:
    cases = product(PERSONAL.codes, TIERS, (0, 1, 2, None), (None, "vip", "mass", "gone"))
    possible = [case for case in cases if case[2] is not None or case[1] is None]
    columns = (("now", String), ("before", String), ("watched", Integer), ("decided", String))
    table = table_of(possible, *columns)
    for watch in (0, 1, 2):
        settled = settle_sql(table.c.now, table.c.before, table.c.watched, PERSONAL, watch, table.c.decided)
        found = run(database_url, select(table, settled.tier, settled.watched, settled.change, settled.moved))
        assert len(found) == len(possible)
        for now, before, watched, decided, *said in found:
            expected = settle(now, before, watched or 0, PERSONAL, watch, decided)
            assert said == [expected.tier, expected.watched, expected.change, direction(before, expected.tier)]


def direction(before: str | None, after: str) -> int:
    """Up 1, down -1; who had no tier of the scheme moves nowhere."""
    if before not in PERSONAL.codes:
        return 0
    return (PERSONAL.codes.index(before) > PERSONAL.codes.index(after)) - (
        PERSONAL.codes.index(before) < PERSONAL.codes.index(after)
    )


AMOUNT = st.integers(-(10**9), 10**12)


@given(AMOUNT, AMOUNT, st.sampled_from(TIERS), st.integers(0, 3), st.integers(0, 3))
def test_more_aum_never_means_a_lower_tier(one: int, other: int, before: str | None, watched: int, watch: int) -> None:
    rank = PERSONAL.codes.index
    less, more = sorted((one, other))
    low, high = (settle(reached_by(amount, PERSONAL), before, watched, PERSONAL, watch) for amount in (less, more))
    assert rank(high.tier) <= rank(low.tier)


@given(AMOUNT, st.sampled_from(TIERS), st.integers(0, 3), st.integers(0, 3), st.sampled_from(TIERS))
def test_no_tier_without_a_reason(
    amount: int, before: str | None, watched: int, watch: int, decided: str | None
) -> None:
    settled = settle(reached_by(amount, PERSONAL), before, watched, PERSONAL, watch, decided)
    of = Standing(amount, settled.tier, reached_by(amount, PERSONAL), settled.change, settled.watched)
    why = sentences(of, PERSONAL, watch)
    assert settled.change in CHANGES and len(why) >= 2 and all(why)
    assert (settled.change == "fixed") == (decided in PERSONAL.codes)
    assert settled.change != "watch" or 1 <= settled.watched <= watch


def test_a_fall_of_two_quarters_downgrades_and_a_recovery_forgives() -> None:
    first = settle("mass", "vip", 0, PERSONAL, 1)
    assert (first.tier, first.watched, first.change) == ("vip", 1, "watch")
    assert settle("mass", first.tier, first.watched, PERSONAL, 1).tier == "mass"
    assert settle("vip", first.tier, first.watched, PERSONAL, 1).watched == 0


def test_explain_says_the_distance() -> None:
    assert explain(46_200_000, PERSONAL).sentence == "月日均 AUM 46.2 万元，距贵宾线差 3.8 万元"
    top = explain(700_000_000, PERSONAL)
    assert (top.sentence, top.next_tier) == ("月日均 AUM 700 万元，已达高净值线 600 万元", None)
    assert explain(0, CORPORATE).sentence == "存款日均 0.00 元，距成长线差 100 万元"


def test_explain_in_english() -> None:
    with use_locale("en"):
        said = explain(46_200_000, PERSONAL).sentence
    assert said == "Monthly-average AUM CNY 462K, CNY 38K below the VIP line"


def test_the_explanation_names_its_rule() -> None:
    assert explain(0, PERSONAL).entry.version.startswith("tier.personal@always#")
