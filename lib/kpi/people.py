"""Who makes a measure: customers, answers, due items or complaints behind a figure, as the reader reaches them now."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, literal, select

from lib.kpi.due import KINDS_OF, falls_in, of_due
from lib.kpi.frame import Frame
from lib.kpi.measures import OF_CUSTOMERS, Measures, concerns, of_cases, of_quarter, of_surveys, surveyed
from lib.kpi.points import POINTS
from lib.kpi.quality import OF_BRANCHES
from lib.kpi.table import Scene
from lib.kpi.training import KEYS, behind
from lib.rulebook import Kpi, Rulebook
from lib.rulebook.kpis import TIMES
from lib.store import models as m
from lib.store.quarter import Quarter

_q = m.CustomerQuarter
_AMOUNTS = ("active_categories", "sales_fen", "contacts", "new_cards")


def list_kind(measure: str) -> str:
    """What the list behind a measure shows: customers, answers, items, cases, training, or nothing (`branches`)."""
    if measure in OF_CUSTOMERS:
        return "customers"
    if measure in KEYS:
        return "training"
    if measure in KINDS_OF:
        return "items"
    if measure.startswith(("survey_", "nps_")):
        return "answers"
    return "" if measure in ("branches", *OF_BRANCHES, *TIMES, *POINTS) else "cases"


def is_amount(measure: str) -> bool:
    """Whether a customer's share of the measure is an amount (money or several), not merely one."""
    return measure.endswith("_fen") or measure in _AMOUNTS


def has_rest(kpi: Kpi) -> bool:
    """Whether who is in a KPI's denominator and not in its numerator can be listed: one by one, of one kind."""
    pair = (kpi.numerator, kpi.denominator)
    return all(pair) and not kpi.less and len({list_kind(one) for one in pair}) == 1 and not any(map(is_amount, pair))


def seen_frame(run: m.QuarterRun, book: Rulebook, base_currency: str) -> Frame:
    """The quarter of a published run, to read who made its figures by the rules then in force."""
    return Frame(
        quarter=Quarter.parse(run.quarter), version=run.version, cutoff=date.fromisoformat(run.cutoff),
        previous_version=None, book=book, base_currency=base_currency, rates={}, kinds=(),
    )  # fmt: skip


def people(measure: str, frame: Frame, scene: Scene, without: str = "", tiers: Sequence[str] = ()) -> Select:
    """The rows behind a measure within a scene (owner at the quarter's end), the largest part or the newest first.

    Customers: `number, name, kind, tier, aum_fen, part, manager`; answers: `number, name, asked_on, overall,
    recommend, manager`; items: `number, name, tier, what, original_due_on, due_on, state, outcome, attempts, ended_at,
    manager`; cases: `number, complainant, business, reason, state, received_at, promise_due_at, legal_due_at`;
    training: see lib.kpi.training.
    `without`: less those that make another measure of the same kind; `tiers`: of these alone. KeyError for a measure
    that has no list. The reader's scope narrows to the owner of now.
    """
    kind = list_kind(measure)
    if kind == "training":
        return behind(measure, frame, scene.branch_id, scene.staff_id)
    made: dict[str, Callable[[Frame], Measures]] = {
        "customers": lambda _frame: OF_CUSTOMERS, "answers": of_surveys, "items": of_due, "cases": of_cases,
    }  # fmt: skip
    of = made[kind](frame)
    wanted = [of[measure] != 0, *([of[without] == 0] if without else []), *([_q.tier.in_(tiers)] if tiers else [])]
    if kind == "customers":
        return _customers(of[measure], wanted, frame, scene)
    read = {"answers": _answers, "items": _items, "cases": _cases}[kind]
    return read(wanted, frame, scene)


def _customers(part: Any, wanted: list[ColumnElement[bool]], frame: Frame, scene: Scene) -> Select:
    return (
        select(
            m.Customer.number, m.Customer.name, _q.kind, _q.tier, _q.aum_fen, part.label("part"),
            m.Staff.name.label("manager"),
        )
        .join(m.Customer, m.Customer.customer_id == _q.customer_id)
        .outerjoin(m.Staff, m.Staff.id == m.Customer.manager_id)
        .where(_q.quarter == frame.key, _q.version == frame.version, *wanted, *_owned(scene))
        .order_by(part.desc(), _q.aum_fen.desc(), _q.customer_id)
    )  # fmt: skip


def _answers(wanted: list[ColumnElement[bool]], frame: Frame, scene: Scene) -> Select:
    s = m.SurveyAnswer
    return (
        select(
            m.Customer.number, m.Customer.name, s.asked_on, s.overall, s.recommend, m.Staff.name.label("manager"),
        )
        .join(_q, of_quarter(frame, s.customer_id))
        .join(m.Customer, m.Customer.customer_id == s.customer_id)
        .outerjoin(m.Staff, m.Staff.id == m.Customer.manager_id)
        .where(surveyed(frame), *wanted, *_owned(scene))
        .order_by(s.asked_on.desc(), s.customer_id, s.id)
    )  # fmt: skip


def _items(wanted: list[ColumnElement[bool]], frame: Frame, scene: Scene) -> Select:
    i = m.DueItem
    return (
        select(
            m.Customer.number, m.Customer.name, _q.tier, i.kind.label("what"), i.original_due_on, i.due_on, i.state,
            i.outcome, i.attempts, i.ended_at, m.Staff.name.label("manager"),
        )
        .join(_q, of_quarter(frame, i.customer_id))
        .join(m.Customer, m.Customer.customer_id == i.customer_id)
        .outerjoin(m.Staff, m.Staff.id == i.owner_id)
        .where(falls_in(frame), *wanted, *_owned(scene))
        .order_by(i.original_due_on.desc(), i.customer_id, i.id)
    )  # fmt: skip


def _cases(wanted: list[ColumnElement[bool]], frame: Frame, scene: Scene) -> Select:
    c = m.Case
    return (
        select(
            c.number, c.complainant, c.business, c.reason, c.state, c.received_at, c.promise_due_at, c.legal_due_at,
        )
        .outerjoin(_q, of_quarter(frame, c.customer_id))
        .where(c.kind == "complaint", concerns(frame), *wanted, *_concerned(scene))
        .order_by(c.received_at.desc(), c.customer_id, c.id)
    )  # fmt: skip


def _owned(scene: Scene) -> list[ColumnElement[bool]]:
    return _within(scene, _q.branch_id, _q.manager_id, _q.kind, _q.tier)


def _concerned(scene: Scene) -> list[ColumnElement[bool]]:
    """As the measures count a complaint: by the customer's owner then, else by the branch it is about."""
    c = m.Case
    branch = func.coalesce(_q.branch_id, c.about_branch_id, c.branch_id, 0)
    staff = c.handler_id if scene.handler else func.coalesce(_q.manager_id, 0)
    return _within(scene, branch, staff, c.customer_kind, func.coalesce(_q.tier, literal("none")))


def _within(scene: Scene, branch: Any, staff: Any, kind: Any, tier: Any) -> list[ColumnElement[bool]]:
    pairs = ((branch, scene.branch_id), (staff, scene.staff_id), (kind, scene.kind), (tier, scene.tier))
    return [and_(column == value) for column, value in pairs if value is not None]
