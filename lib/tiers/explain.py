"""Why a customer has this tier and this score: the same expressions that made them, told in words (方案 §2.2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lib.rulebook import Entry, Rulebook
from lib.store.models import CustomerQuarter, QuarterRun
from lib.store.quarter import Quarter
from lib.tiers import score
from lib.tiers.rules import Scheme, explain, scheme
from lib.words import _, integer, money, name, translate
from lib.work.scorecard import Fact, Factor, Scorecard, Share, Step

#: what of a stored quarter the facts of the score are made from
_READ = ("kind", "tier", "contribution_fen", "potential", "categories", "initiated_count", "risk", "years")


@dataclass(frozen=True)
class Standing:
    """Where a customer stood at a quarter's end: the amount the lines are drawn on (minor units), the tier that
    counts, the line reached, what happened (tier_change), and the quarters on watch."""

    amount: int
    tier: str
    reached: str
    change: str
    watch: int


@dataclass(frozen=True)
class Raise:
    """What would raise the score: the next better step of a factor and what it adds, in hundredths of a point."""

    factor: Factor
    step: Step
    adds: int


@dataclass(frozen=True)
class Explained:
    """A stored quarter of one customer explained: sentences, the factors of the score, and the rules used.

    `shares` is empty where the quarter has no score; `total` is what the factors make now, which is `stored` unless
    the rules changed since the quarter was computed.
    """

    quarter: str
    standing: Standing
    scheme: Scheme
    sentences: tuple[str, ...]
    next_tier: str | None
    missing: int | None
    above: int
    card: Scorecard
    shares: tuple[Share, ...]
    raises: tuple[Raise, ...]
    stored: int | None
    total: int | None
    watch_entry: Entry


def explained(session: Session, fact: CustomerQuarter, book: Rulebook, currency: str) -> Explained:
    """The explanation of a stored quarter by the rules in force at its end; RuleMissing without one of them."""
    on = judged_on(session, fact)
    lines, card, entry = scheme(book, fact.kind, currency, on), score.card(book, currency, on), _watch(book, on)
    standing = Standing(getattr(fact, lines.measure), fact.tier, fact.tier_reached, fact.tier_change, fact.watch)
    why = explain(standing.amount, lines)
    has_score = fact.score is not None
    facts = facts_of(session, fact, lines, book.value("value.contribution_bp", on)) if has_score else {}
    return Explained(
        fact.quarter, standing, lines, sentences(standing, lines, entry.value), why.next_tier, why.missing,
        standing.amount - line_of(lines, standing.tier), card, tuple(card.shares(facts)) if facts else (),
        tuple(raises(card, facts)) if facts else (), fact.score, card.total(facts) if facts else None, entry,
    )  # fmt: skip


def facts_of(session: Session, fact: CustomerQuarter, lines: Scheme, spread: Mapping[str, int]) -> dict[str, Fact]:
    """The facts of the score, read by the expressions the stored score was made with."""
    q = CustomerQuarter
    expressions = score.facts({name_: getattr(q, name_) for name_ in _READ}, {fact.kind: lines}, spread)
    this = (q.customer_id == fact.customer_id, q.quarter == fact.quarter, q.version == fact.version)
    row = session.execute(select(*(e.label(key) for key, e in expressions.items())).where(*this)).one()
    return dict(row._mapping)


def judged_on(session: Session, fact: CustomerQuarter) -> date:
    """The day whose rules a stored quarter was judged by: its end, or the cutoff while it ran."""
    run = QuarterRun
    found = session.scalar(select(run.cutoff).where(run.quarter == fact.quarter, run.version == fact.version))
    end = Quarter.parse(fact.quarter).end
    return min(end, date.fromisoformat(found)) if found else end


def line_of(lines: Scheme, tier: str) -> int:
    """The line of a tier in minor units; 0 for one without a line."""
    return next((one.line for one in lines.tiers if one.code == tier), 0)


def sentences(of: Standing, lines: Scheme, watch: int) -> tuple[str, ...]:
    """The reasons of a tier, as sentences: the distance to the lines, then what made this tier count.

    `watch`: for how many further quarters a fall is only watched (rule tier.watch_quarters). There is always one.
    """
    why = explain(of.amount, lines)
    found = [why.sentence]
    own, tier = line_of(lines, of.tier), name("tier", of.tier)
    if own and of.amount >= own:
        gap = money(of.amount - own, lines.currency)
        found.append(_("高于本层（{tier}）线 {gap}").format(tier=tier, gap=gap))
    elif own and why.next_tier != of.tier:  # else the first sentence has said so
        gap = money(own - of.amount, lines.currency)
        found.append(_("低于本层（{tier}）线 {gap}").format(tier=tier, gap=gap))
    return (*found, _because(of, watch, tier))


def _because(of: Standing, watch: int, tier: str) -> str:
    reached = name("tier", of.reached)
    if of.change == "watch":
        left = watch - of.watch + 1
        said = _("本季达到{reached}线，{tier}层级保留：降级观察第 {n} 季，再有 {left} 个季度不达标即降级")
        return said.format(reached=reached, tier=tier, n=of.watch, left=left)
    said = {
        "entered": _("首次评级：按达到的{tier}线"),
        "upgraded": _("达到{tier}线，当季升级"),
        "downgraded": _("观察期满仍未恢复，降为{tier}"),
        "fixed": _("由人工决定为{tier}；按金额达到{reached}线"),
    }.get(of.change, _("与上季同层：{tier}"))
    return said.format(tier=tier, reached=reached)


def move_reason(of: Standing, before: str | None, lines: Scheme) -> str:
    """Why a customer moved, in one sentence: the amount against the line that was reached, or no longer is."""
    which = of.tier if of.change == "upgraded" or before is None else before
    line = line_of(lines, which)
    shown = {"label": translate(lines.label), "amount": money(of.amount, lines.currency),
             "tier": name("tier", which), "gap": money(abs(of.amount - line), lines.currency)}  # fmt: skip
    if of.amount >= line:
        return _("{label} {amount}，高于{tier}线 {gap}").format(**shown)
    return _("{label} {amount}，低于{tier}线 {gap}").format(**shown)


def raises(card: Scorecard, facts: Mapping[str, Fact]) -> list[Raise]:
    """The next better step of every factor that has one, what it adds, the most first."""
    found = []
    for factor in card.factors:
        points = factor.points(facts[factor.fact])
        better = [one for one in factor.steps if one.points > points and _reachable(one, facts[factor.fact])]
        if better and factor.weight:
            step = min(better, key=lambda one: one.points)
            found.append(Raise(factor, step, factor.weight * (step.points - points) * 100 // card.weight))
    return sorted(found, key=lambda one: -one.adds)


def _reachable(step: Step, fact: Fact) -> bool:
    """Whether a customer with this fact could ever meet a step: persons are rated in words, firms by a letter."""
    if step.word != "is" or fact is None:
        return step.word != "is"
    return (len(str(step.value)) == 1) == (len(str(fact)) == 1)


def said(fact: str, value: Fact) -> str:
    """A fact of the score in words, with its unit; one that is not known is said to be."""
    if value is None:
        return _("不详")
    if fact == "risk":
        return name("risk_rating", str(value))
    sentence = {"contribution_percent": _("本层标准的 {n}%"), "initiated_count": _("本季 {n} 笔")}.get(fact, "{n}")
    shown = integer(int(value)) if fact in ("contribution_percent", "initiated_count") else _counted(fact, int(value))
    return sentence.format(n=shown)


def _counted(fact: str, value: int) -> str:
    """A whole number with the unit of a fact."""
    unit = {
        "contribution_percent": "{n}%", "potential": _("{n} 项"), "categories": _("{n} 类"),
        "initiated_count": _("{n} 笔"), "years": _("{n} 年"),
    }[fact]  # fmt: skip
    return unit.format(n=integer(value))


def needed(one: Raise) -> str:
    """What a raise asks for, in words."""
    title, value = name("score_fact", one.factor.fact), one.step.value
    if one.step.word == "is":
        return _("{fact}为{value}").format(fact=title, value=said(one.factor.fact, value))
    sentence = _("{fact}不低于 {value}") if one.step.word == "from" else _("{fact}低于 {value}")
    return sentence.format(fact=title, value=_counted(one.factor.fact, int(value)))


def points(hundredths: int) -> str:
    """Hundredths of a point of the score as text."""
    return f"{hundredths / 100:.1f}"


def rule_text(entry: Entry) -> str:
    """Title, basis, source and version of a rule, in words."""
    told = _("{title}：{basis}，{source}。版本 {version}")
    return told.format(title=translate(entry.title), basis=name("basis", entry.basis), source=translate(entry.source),
                       version=entry.version)  # fmt: skip


def _watch(book: Rulebook, on: date) -> Entry:
    return book.entry("tier.watch_quarters", on)


def as_document(of: Explained) -> dict[str, Any]:
    """The explanation as plain data, for machines."""
    return {
        "change": of.standing.change, "above_own_line": of.above, "sentences": list(of.sentences), "score": of.stored,
        "factors": [
            {"fact": share.factor.fact, "value": share.fact, "points": share.points, "weight": share.factor.weight,
             "adds_hundredths": share.adds, "most_hundredths": share.most}
            for share in of.shares
        ],
        "raises": [{"fact": one.factor.fact, "needs": one.step.value, "adds_hundredths": one.adds}
                   for one in of.raises],
        "score_rule": of.card.entry.version, "watch_rule": of.watch_entry.version,
    }  # fmt: skip
