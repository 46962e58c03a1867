"""What a refresh would change, before it does: the next version is built, compared with the published one, and kept
for the refresh to go on with."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import aliased

from lib.jobs.building import Tell, build_facts
from lib.jobs.changed import Copied
from lib.jobs.refresh import move_name, quarters_to_refresh
from lib.jobs.runs import Run, open_run, published
from lib.store import models as m
from lib.store.bulk import bulk
from lib.store.quarter import Quarter
from lib.words import _, integer, name


@dataclass(frozen=True)
class Difference:
    """Customers of a quarter who would stand otherwise: from which tier to which and why, or on and off a list.

    `what`: tier | flagged | proposed; tiers are None for who would be new or no longer counted; `change` is the
    reason of the new tier (lib.tiers.rules.CHANGES); for lists `before` and `after` are yes and no.
    """

    what: str
    before: str | None
    after: str | None
    change: str | None
    customers: int

    def subject(self) -> str:
        """Which answer would be another, in words."""
        return name("tier_change", self.change) if self.what == "tier" else move_name(self.what)

    def way(self) -> str:
        """From what to what, in words."""
        if self.what == "tier":
            before = name("tier", self.before) if self.before else _("未评级")
            return _("{before} → {after}").format(before=before, after=name("tier", self.after))
        return _("列入名单") if self.after == "yes" else _("移出名单")

    def sentence(self) -> str:
        """What would change, for a person."""
        said = _("{subject}，{way}：{n} 位")
        return said.format(subject=self.subject(), way=self.way(), n=integer(self.customers))


@dataclass(frozen=True)
class Preview:
    """One quarter: how many customers would be computed anew (None: all), and what would stand otherwise."""

    quarter: str
    anew: int | None
    differences: tuple[Difference, ...]

    def heading(self) -> str:
        """Which quarter, and how much of it is computed anew."""
        whom = _("全部客户") if self.anew is None else _("{n} 位客户").format(n=integer(self.anew))
        return _("{quarter}：将重算{whom}").format(quarter=self.quarter, whom=whom)

    def sentences(self) -> list[str]:
        """What would change, for a person."""
        lines = [f"  {one.sentence()}" for one in self.differences]
        return [self.heading(), *(lines or ["  " + _("没有人的层级、预警或推荐会改变。")])]


def preview(tell: Tell = lambda said: None) -> list[Preview]:
    """Every quarter a refresh would rebuild, each against the published facts of the quarters before.

    Nothing published is touched. A quarter never published yet has nothing to compare with and is left out.
    """
    found = []
    for quarter in quarters_to_refresh():
        run = open_run(quarter, Copied())
        if run is None or not run.fresh:
            continue
        build_facts(run, tell)
        standing = _standing(quarter)
        if standing is not None:
            anew = None if run.copy_from is None else len(run.anew)
            found.append(Preview(str(quarter), anew, tuple(_differences(run, standing))))
    return found


def _standing(quarter: Quarter) -> int | None:
    with bulk("refresh", write=False) as session:
        run = published(session, quarter)
        return run.version if run is not None else None


def _differences(run: Run, standing: int) -> list[Difference]:
    new, old = aliased(m.CustomerQuarter), aliased(m.CustomerQuarter)
    quarter = run.frame.key
    pairs = and_(old.customer_id == new.customer_id, old.quarter == quarter, old.version == standing)
    tiers = (
        select(old.tier, new.tier, new.tier_change, func.count())
        .select_from(new)
        .outerjoin(old, pairs)
        .where(new.quarter == quarter, new.version == run.frame.version)
        .where(or_(old.tier.is_(None), old.tier != new.tier))
        .group_by(old.tier, new.tier, new.tier_change)
        .order_by(func.count().desc(), old.tier, new.tier)
    )
    found = []
    with bulk("refresh", write=False) as session:
        found += [Difference("tier", *row) for row in session.execute(tiers)]
        for what, before, after in (
            ("flagged", old.churn_flag, new.churn_flag),
            ("proposed", old.proposed, new.proposed),
        ):
            counted = (
                select(before, func.count())
                .select_from(new)
                .join(old, pairs)
                .where(new.quarter == quarter, new.version == run.frame.version, before != after)
                .group_by(before)
                .order_by(before)
            )
            for was, customers in session.execute(counted):
                words = ("yes", "no") if was else ("no", "yes")
                found.append(Difference(what, *words, None, customers))
    return found
