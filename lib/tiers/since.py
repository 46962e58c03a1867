"""The customers who moved between two quarters that are not neighbours: both quarters' facts side by side."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_
from sqlalchemy.orm import aliased

from lib.store.models import Customer, CustomerQuarter
from lib.tiers.read import NONE, Facts, Group, named, of_quarter

_now, _then = CustomerQuarter, aliased(CustomerQuarter)


def people(facts: Facts, group: Group) -> Select:
    """As `read.people`, for a group with `since`: `tier_before` and `opening_aum_fen` are those of the earlier
    quarter.

    Of who has left: everybody there at the earlier quarter's end and not at this one's, by the owner of then, with
    the AUM of then.
    """
    query = _gone(facts, group) if group.tier == NONE else _here(facts, group)
    return query.order_by(query.selected_columns.aum_fen.desc(), query.selected_columns.customer_id.desc())


def _here(facts: Facts, group: Group) -> Select:
    was = and_(_then.customer_id == _now.customer_id, *_at(group), _then.closed == 0)
    columns = (
        _now.customer_id, _now.tier, _then.tier.label("tier_before"), _now.watch, _now.aum_fen,
        _then.aum_fen.label("opening_aum_fen"), _now.contact_days,
    )  # fmt: skip
    query = named(*columns).where(*of_quarter(facts), _now.closed == 0, *_told(_now, group.tier, group.watch))
    if group.before == NONE:
        return query.outerjoin(_then, was).where(_then.customer_id.is_(None))
    return query.join(_then, was).where(*_told(_then, group.before, group.was_watch))


def _gone(facts: Facts, group: Group) -> Select:
    still = and_(_now.customer_id == _then.customer_id, _now.quarter == facts.quarter, _now.version == facts.version)
    owner = [_then.kind == facts.kind]
    if facts.branch_id is not None:
        owner.append(func.coalesce(_now.branch_id, _then.branch_id) == facts.branch_id)
    if facts.staff_id is not None:
        owner.append(func.coalesce(_now.manager_id, _then.manager_id) == facts.staff_id)
    columns = (
        _then.customer_id, _now.tier, _then.tier.label("tier_before"), _then.watch, _then.aum_fen,
        _then.aum_fen.label("opening_aum_fen"), _then.contact_days,
    )  # fmt: skip
    return (
        named(*columns, facts=_then)
        .outerjoin(_now, still)
        .where(
            *_at(group), _then.closed == 0, *owner, *_told(_then, group.before, group.was_watch),
            or_(_now.customer_id.is_(None), _now.closed == 1), Customer.merged_into_id.is_(None),
        )
    )  # fmt: skip


def _at(group: Group) -> list[ColumnElement[bool]]:
    return [_then.quarter == group.since, _then.version == group.since_version]


def _told(facts: Any, tier: str, watch: bool | None) -> list[ColumnElement[bool]]:
    found = [facts.tier == tier] if tier else []
    if watch is not None:
        found.append(facts.watch > 0 if watch else facts.watch == 0)
    return found
