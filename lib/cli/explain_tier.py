"""`explain tier CUSTOMER`: the tier with its distances, the decision in force, the score's factors, the history."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from lib.cli.output import Failed, answer
from lib.store import models as m
from lib.store.book import rulebook
from lib.store.scope import Scope
from lib.store.session import StoreSession, open_session
from lib.tiers import decisions
from lib.tiers.explain import Explained, as_document, explained, needed, points, rule_text, said
from lib.words import _, day, name


def explain_tier(number: str, scope: Scope, currency: str, *, as_json: bool) -> None:
    """Print the explanation of a customer's newest published quarter; Failed without the customer or facts."""
    with open_session(scope, "cli") as session:
        customer = session.scalars(select(m.Customer).where(m.Customer.number == number)).one_or_none()
        if customer is None:
            raise Failed(_("没有客户号 {number}。").format(number=number))
        facts = _facts(session, customer.customer_id)
        if not facts:
            raise Failed(_("该客户还没有季度数据。"))
        of = explained(session, facts[0], rulebook(), currency)
        decision = session.scalars(decisions.in_force(customer.customer_id)).first()
    answer(_document(number, facts, of, decision), _lines(facts[0], of, decision), as_json=as_json)


def _facts(session: StoreSession, customer_id: int) -> list[m.CustomerQuarter]:
    q, run = m.CustomerQuarter, m.QuarterRun
    published = (run.quarter == q.quarter) & (run.version == q.version)
    found = select(q).join(run, published).where(q.customer_id == customer_id, run.state.in_(("open", "closed")))
    return list(session.scalars(found.order_by(q.quarter.desc())))


def _document(number: str, facts: list[m.CustomerQuarter], of: Explained, decision: Any) -> dict[str, Any]:
    fact = facts[0]
    told = None if decision is None else {
        "act": decision.act, "tier": decision.tier, "until": decision.until_day, "reason": decision.reason,
    }  # fmt: skip
    return {"customer": number, "quarter": fact.quarter, "tier": fact.tier, "reached": fact.tier_reached,
            "since": fact.tier_since, "watch": fact.watch, "amount": of.standing.amount, "reason": of.sentences[0],
            "next_tier": of.next_tier, "missing": of.missing, "rule": of.scheme.entry.version, "decision": told,
            **as_document(of),
            "history": [{"quarter": one.quarter, "tier": one.tier, "change": one.tier_change, "score": one.score,
                         "aum": one.aum_fen} for one in facts]}  # fmt: skip


def _lines(fact: m.CustomerQuarter, of: Explained, decision: Any) -> list[str]:
    found = [f"{fact.quarter} {name('tier', fact.tier)}: {sentence}" for sentence in of.sentences]
    if decision is not None:
        told = _("{act}：{tier}，至 {day}（{reason}）")
        found.append(told.format(act=name("tier_act", decision.act), tier=name("tier", decision.tier),
                                 day=day(decision.until_day), reason=decision.reason))  # fmt: skip
    if of.stored is not None:
        found.append(_("综合评分 {n}（满分 100）").format(n=of.stored))
    for share in of.shares:
        title, fact_said = name("score_fact", share.factor.fact), said(share.factor.fact, share.fact)
        found.append(f"  {title}: {fact_said} → {share.points} · {points(share.adds)} / {points(share.most)}")
    found += [f"  + {points(one.adds)}  {needed(one)}" for one in of.raises]
    return [*found, rule_text(of.scheme.entry), rule_text(of.card.entry)]
