"""Which customers the address asks for: one word a kind of list, with what it says in words and counts in figures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from lib.tiers import read
from lib.tiers.near import Edge
from lib.tiers.read import Group
from lib.ui.frames import Column
from lib.ui.tiers import cohorts, coverage, data, moves, near, shares, steps, tags
from lib.ui.tiers.data import Listed
from lib.ui.tiers.look import Look
from lib.words import _, name, quarter_name


@dataclass(frozen=True)
class Asked:
    """A list of customers: the quarter looked at, what it is, its title, and how many the stored figure counts."""

    look: Look
    what: Listed
    title: str
    stored: int | None


def asked(address: str, look: Look) -> Asked | None:
    """What `?show=` asks for: `tier:vip`, `watch:vip`, `bucket:age_band:18_35`, `move:vip.off:vip.watch`,
    `near:below:vip`, `proposed`, `uncovered:vip`, `opened:2024:2024`, `top:5`, `tag:senior:prefers_app`; else None.
    """
    kind, *said = address.split(":")
    return _KINDS[kind](said, look) if kind in _KINDS else None


def columns(asked: Asked) -> list[Column]:
    """The columns that say why somebody is in the list."""
    currency = asked.look.house.currency
    if isinstance(asked.what, Edge):
        return near.columns(asked.look, asked.what)
    if not isinstance(asked.what, Group):
        return near.proposed_columns(asked.look)
    group = asked.what
    then = quarter_name(group.since) if group.since else _("上季")
    promise = [Column("contact_days", _("距上次联系（天）"), "integer")] if group.uncovered else []
    return [
        Column("tier", _("层级"), "code", family="tier"),
        Column("tier_before", _("{quarter}层级").format(quarter=then), "code", family="tier"),
        Column("aum_fen", "AUM", "money", currency=currency),
        Column("opening_aum_fen", _("{quarter} AUM").format(quarter=then), "money", currency=currency), *promise,
    ]  # fmt: skip


def _tier(said: Sequence[str], look: Look) -> Asked | None:
    return _of_tier(said, look, watch=None)


def _watch(said: Sequence[str], look: Look) -> Asked | None:
    return _of_tier(said, look, watch=True)


def _of_tier(said: Sequence[str], look: Look, watch: bool | None) -> Asked | None:
    if len(said) != 1 or said[0] not in look.scheme.codes:
        return None
    tier, now = said[0], str(look.run.quarter)
    title = name("tier", tier)
    key = "on_watch" if watch else "customers"
    stored = data.by_tier(look.page.scope, (now,), look.scene).get((now, key, tier), 0)
    return Asked(look, Group(tier=tier, watch=watch),
                 f"{title} · {name('tier_change', 'watch')}" if watch else title, stored)  # fmt: skip


def _bucket(said: Sequence[str], look: Look) -> Asked | None:
    if len(said) != 2 or look.kind not in read.DIMENSIONS.get(said[0], ()):
        return None
    dimension, bucket = said
    parts = data.profile(look.page.scope, look.facts, dimension)
    stored = sum(part.customers for part in parts if part.of == bucket)
    title = f"{shares.dimension_name(dimension)} · {name(dimension, bucket)}"
    return Asked(look, Group(dimension=dimension, bucket=bucket), title, stored)


def _move(said: Sequence[str], look: Look) -> Asked | None:
    since = moves.since_of(look)
    if len(said) != 2 or since is None:
        return None
    before, tier = (_place(one, look) for one in said)
    if before is None or tier is None:
        return None
    group = Group(before=before[0], was_watch=before[1], tier=tier[0], watch=tier[1])
    if not look.neighbours(since):
        group = replace(group, since=str(since.quarter), since_version=since.version)
    parts = moves.parts_of(look, since)
    stored = sum(part.customers for part in parts if (part.of, part.tier) == (before[0], tier[0])
                 and before[1] in (None, part.was_watch) and tier[1] in (None, part.watch))  # fmt: skip
    title = _("{before} → {tier}").format(
        before=steps.place_name(*before, _("原非客户")), tier=steps.place_name(*tier, _("已离开")))  # fmt: skip
    return Asked(look, group, title, stored)


def _place(said: str, look: Look) -> tuple[str, bool | None] | None:
    code, _dot, mark = said.partition(".")
    if code == read.NONE and not mark:
        return code, None
    if code not in look.scheme.codes or mark not in ("", "watch", "off"):
        return None
    return code, None if not mark else mark == "watch"


def _of(find: Callable[[Sequence[str], Look], tuple[Look, Listed, str, int | None] | None]
        ) -> Callable[[Sequence[str], Look], Asked | None]:  # fmt: skip
    def made(said: Sequence[str], look: Look) -> Asked | None:
        found = find(said, look)
        return None if found is None else Asked(*found)

    return made


_KINDS: dict[str, Callable[[Sequence[str], Look], Asked | None]] = {
    "tier": _tier,
    "watch": _watch,
    "bucket": _bucket,
    "move": _move,
    "near": _of(near.asked),
    "proposed": _of(near.asked_proposed),
    "uncovered": _of(coverage.asked),
    "opened": _of(cohorts.asked),
    "top": _of(shares.asked),
    "tag": _of(tags.asked),
}
