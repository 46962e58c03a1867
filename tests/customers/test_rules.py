"""Customer rules: the forms, and the size class of a firm at every edge of the table."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from lib.customers.rules import WAN, ProfileForm, size_class
from lib.rulebook import Rulebook, shipped_rows
from lib.words import SHANGHAI, code_names
from lib.work.contacts import ContactForm

NOW = datetime(2026, 11, 22, 10, tzinfo=SHANGHAI)
TABLE = Rulebook(shipped_rows()).value("customer.size_limits", NOW.date())
CONTACT = ContactForm("phone", "visit", "reached", NOW)
CLASSES = ("large", "medium", "small", "small")


def classed(industry: str | None, figures: dict[str, int | None]) -> str:
    """The class of figures given as the table gives them: persons and 10 000 yuan, less one unit below."""
    return size_class(industry, figures.get("employees"), figures.get("revenue"), figures.get("assets"), TABLE).code


def at_limit(industry: str, place: int) -> dict[str, int | None]:
    limits = TABLE["limits"][industry]
    return {fact: limit[place] * (1 if fact == "employees" else WAN) for fact, limit in limits.items()}


@pytest.mark.parametrize("industry", sorted(TABLE["limits"]))
@pytest.mark.parametrize("place", [0, 1, 2])
def test_every_limit_is_met_exactly_and_missed_by_one(industry: str, place: int) -> None:
    figures = at_limit(industry, place)
    assert classed(industry, figures) == CLASSES[place]
    for fact in figures:
        missed = {**figures, fact: figures[fact] - 1}
        assert classed(industry, missed) == CLASSES[place + 1], fact


@pytest.mark.parametrize("industry", sorted(TABLE["limits"]))
def test_one_unknown_figure_makes_it_incomplete(industry: str) -> None:
    figures = at_limit(industry, 0)
    for fact in figures:
        assert classed(industry, {**figures, fact: None}) == "missing"


@pytest.mark.parametrize("industry", ["finance", "education", "health"])
def test_industries_without_classes(industry: str) -> None:
    assert classed(industry, {}) == "exempt"


@pytest.mark.parametrize("industry", [None, "", "astrology"])
def test_an_unknown_industry_is_incomplete(industry: str | None) -> None:
    assert classed(industry, {"employees": 1}) == "missing"


def test_the_table_covers_the_industries_on_offer() -> None:
    assert set(TABLE["limits"]) | set(TABLE["exempt"]) == set(code_names()["industry"])


def test_the_law_is_the_source() -> None:
    book = Rulebook(shipped_rows())
    assert book.find("customer.size_limits", date(2017, 12, 27)) is None


def test_the_reasons_name_figures_and_limits() -> None:
    found = size_class("manufacturing", 5000, 299 * WAN, None, TABLE)
    assert found == ("small", ("营业收入（万元） 299，低于 2,000",))
    assert size_class("retail", 60, None, None, TABLE).reasons == ("缺少“营业收入（万元）”",)


def test_a_profile_of_either_kind_may_be_empty() -> None:
    assert ProfileForm("personal").problems(NOW) == []
    assert ProfileForm("corporate").problems(NOW) == []


@pytest.mark.parametrize(
    ("kind", "change", "field"),
    [
        ("personal", {"industry": "retail"}, "industry"),
        ("personal", {"employees": 0}, "employees"),
        ("corporate", {"occupation": "教师"}, "occupation"),
        ("corporate", {"income_fen": 1}, "income_fen"),
        ("personal", {"preferred_channel": "pigeon"}, "preferred_channel"),
        ("corporate", {"industry": "astrology"}, "industry"),
        ("corporate", {"development_stage": "x"}, "development_stage"),
        ("personal", {"income_fen": -1}, "income_fen"),
        ("corporate", {"revenue_fen": 10**18}, "revenue_fen"),
        ("personal", {"occupation": "长" * 61}, "occupation"),
        ("corporate", {"notes": "长" * 4001}, "notes"),
    ],
)
def test_what_a_profile_may_not_say(kind: str, change: dict, field: str) -> None:
    found = replace(ProfileForm(kind), **change).problems(NOW)
    assert [problem.field for problem in found] == [field]


def test_a_profile_has_the_fields_of_its_kind() -> None:
    assert "occupation" in ProfileForm("personal").fields
    assert "industry" in ProfileForm("corporate").fields
    assert not set(ProfileForm("personal").fields) & {"industry", "employees"}


def test_a_good_contact() -> None:
    assert CONTACT.problems(NOW) == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"channel": ""}, "channel"),
        ({"purpose": "x"}, "purpose"),
        ({"outcome": "x"}, "outcome"),
        ({"happened_at": NOW + timedelta(seconds=1)}, "happened_at"),
        ({"outcome": "follow_up"}, "next_step"),
        ({"next_step": "长" * 201}, "next_step"),
        ({"note": "长" * 4001}, "note"),
    ],
)
def test_what_a_contact_may_not_say(change: dict, field: str) -> None:
    found = replace(CONTACT, **change).problems(NOW)
    assert [problem.field for problem in found] == [field] and found[0].sentence
