"""Tier rules: which line an amount reaches, when a fall counts, and why — for one customer and as SQL."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Integer, String, and_, case, literal, or_

from lib.rulebook import Entry, Rulebook, RuleMissing
from lib.words import _, money, name, translate

CHANGES = ("entered", "upgraded", "downgraded", "watch", "kept", "fixed")


@dataclass(frozen=True)
class Tier:
    """One tier: its code, the amount (minor units) that reaches it, and what the three books call it."""

    code: str
    line: int
    aliases: Mapping[str, str]


@dataclass(frozen=True)
class Scheme:
    """The tiers of one kind of customer in one currency, highest first; the last has no line.

    `measure` names the quarter fact the lines are drawn on (`aum_fen`, `deposits_fen`).
    """

    kind: str
    currency: str
    measure: str
    label: str
    tiers: tuple[Tier, ...]
    entry: Entry

    @property
    def codes(self) -> tuple[str, ...]:
        """Tier codes, highest first."""
        return tuple(tier.code for tier in self.tiers)


def scheme(book: Rulebook, kind: str, currency: str, on: date) -> Scheme:
    """The tier scheme for `personal` or `corporate` on a day (方案 §2.2, 办法 §二).

    RuleMissing where the rule draws no lines in the bank's currency.
    """
    entry = book.entry(f"tier.{kind}", on)
    said = entry.value
    tiers = tuple(_tier(one, currency) for one in said["tiers"])
    return Scheme(kind, currency, said["measure"], said["label"], tiers, entry)


def _tier(said: Mapping[str, Any], currency: str) -> Tier:
    line = said.get("line")
    if line is None:
        return Tier(said["code"], 0, said["aliases"])
    if currency not in line:
        sentence = _("分层规则没有以 {currency} 计的“{tier}”下限。")
        raise RuleMissing(sentence.format(currency=currency, tier=name("tier", said["code"])))
    return Tier(said["code"], line[currency], said["aliases"])


def reached_by(amount: int, scheme: Scheme) -> str:
    """The highest tier whose line the amount (minor units) reaches; a line belongs to its tier."""
    return next((tier.code for tier in scheme.tiers[:-1] if amount >= tier.line), scheme.codes[-1])


def reached(column: ColumnElement[int], scheme: Scheme) -> ColumnElement[str]:
    """`reached_by` as an SQL expression over an amount column."""
    lines = [(column >= tier.line, literal(tier.code, String)) for tier in scheme.tiers[:-1]]
    return case(*lines, else_=literal(scheme.codes[-1], String))


@dataclass(frozen=True)
class Settled:
    """The tier that counts, the quarters spent on watch (降级观察), and what happened: one of CHANGES."""

    tier: str
    watched: int
    change: str


def settle(
    reached: str, previous: str | None, watched: int, scheme: Scheme, watch: int, decided: str | None = None
) -> Settled:
    """The tier of a quarter from the line reached, the last quarter's tier and its quarters on watch.

    A higher line counts at once. Below the line the tier is kept on watch for `watch` further quarters and
    then follows the line; back above it the watch ends. A tier the scheme no longer knows starts afresh. A tier that
    a person's decision makes count (`decided`) stands as long as the decision does, without a watch.
    """
    if decided in scheme.codes:
        return Settled(str(decided), 0, "fixed")
    if previous not in scheme.codes:
        return Settled(reached, 0, "entered")
    now, before = scheme.codes.index(reached), scheme.codes.index(previous)
    if now < before:
        return Settled(reached, 0, "upgraded")
    if now == before:
        return Settled(previous, 0, "kept")
    if watched < watch:
        return Settled(previous, watched + 1, "watch")
    return Settled(reached, 0, "downgraded")


@dataclass(frozen=True)
class SettledSql:
    """`Settled` as SQL expressions, with the direction of the move."""

    tier: ColumnElement[str]
    watched: ColumnElement[int]
    change: ColumnElement[str]
    moved: ColumnElement[int]  # +1 up, -1 down, 0 neither


def settle_sql(
    reached: ColumnElement[str],
    previous: ColumnElement[Any],
    watched: ColumnElement[Any],
    scheme: Scheme,
    watch: int,
    decided: ColumnElement[Any],
) -> SettledSql:
    """`settle` over columns; `previous` may be NULL, and then `watched` may be too."""
    fixed = decided.in_(scheme.codes)
    now, before = _rank(reached, scheme), _rank(previous, scheme)
    fresh = or_(previous.is_(None), previous.not_in(scheme.codes))
    held = and_(now > before, watched < watch)
    change = case(
        (fixed, literal("fixed", String)),
        (fresh, literal("entered", String)),
        (now < before, literal("upgraded", String)),
        (now == before, literal("kept", String)),
        (held, literal("watch", String)),
        else_=literal("downgraded", String),
    )
    tier = case((fixed, decided), (fresh, reached), (held, previous), else_=reached)
    after = _rank(tier, scheme)
    moved = case((fresh, 0), (after < before, 1), (after > before, -1), else_=0)
    return SettledSql(tier, case((or_(fixed, fresh), 0), (held, watched + 1), else_=0), change, moved)


def _rank(column: ColumnElement[Any], scheme: Scheme) -> ColumnElement[int]:
    ranks = [(column == code, literal(rank, Integer)) for rank, code in enumerate(scheme.codes)]
    return case(*ranks, else_=literal(len(scheme.codes), Integer))


@dataclass(frozen=True)
class Reason:
    """Why this tier: the sentence, the next tier up and what is missing to its line (minor units)."""

    sentence: str
    next_tier: str | None
    missing: int | None
    entry: Entry


def explain(amount: int, scheme: Scheme) -> Reason:
    """Why an amount (minor units) lies where it lies, with the distance to the next line."""
    tier = reached_by(amount, scheme)
    above = scheme.codes.index(tier) - 1
    label, shown = translate(scheme.label), money(amount, scheme.currency)
    if above < 0:
        sentence = _("{label} {amount}，已达{tier}线 {line}")
        line = money(scheme.tiers[0].line, scheme.currency)
        said = sentence.format(label=label, amount=shown, tier=name("tier", tier), line=line)
        return Reason(said, None, None, scheme.entry)
    next_tier = scheme.tiers[above]
    missing = next_tier.line - amount
    sentence = _("{label} {amount}，距{tier}线差 {missing}")
    said = sentence.format(
        label=label, amount=shown, tier=name("tier", next_tier.code), missing=money(missing, scheme.currency)
    )
    return Reason(said, next_tier.code, missing, scheme.entry)
