"""Forms of a decision: record one in the meeting, or change one that is open."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import streamlit as st

from lib.review import decision_lists, decisions
from lib.review.decisions import DecisionForm
from lib.rulebook import Kpi
from lib.store.models import Action
from lib.store.quarter import Quarter
from lib.store.session import StoreSession
from lib.ui import quarters
from lib.ui.forms import SaveForm, Seen, forget
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.words import _, name, translate

_DAYS = 60  # offered as the time to do it in
#: what is typed, times this, is the KPI's own unit: shares are typed in percent, money in whole units of the currency
TYPED = {"percent": 0.01, "money": 100.0}


def record(page: Page, quarter: Quarter) -> None:
    """A new decision of this quarter's review; place and KPI first, since what is offered depends on them."""
    left, right = st.columns(2)
    with left:
        branch = _branch(page)
    with right:
        kpi = _kpi(page, "decision-kpi", None)
    form = SaveForm(f"decision-new-{quarter}-{branch or 'bank'}-{kpi.key if kpi else ''}")
    with form:
        said = _fields(form, page, branch, kpi, None)
        _submit(form, page, lambda session, _seen: decisions.decide(session, quarter, said), said,
                label=_("记录决议"), done=_("决议已记录。"))  # fmt: skip


def change(page: Page, action: Action) -> None:
    """Another text, KPI, owner, day or expectation."""
    kpi = _kpi(page, f"decision-kpi-{action.id}", action.kpi_key)
    form = SaveForm(f"decision-change-{action.id}", version=action.version,
                    before={"title": action.title, "due_on": action.due_on.isoformat()})  # fmt: skip
    with form:
        said = _fields(form, page, action.branch_id, kpi, action)
        _submit(form, page, lambda session, seen: _change(session, action, seen, said), said,
                label=_("保存修改"), done=_("决议已修改。"), now=action)  # fmt: skip


def names_of(action: Action) -> tuple[str, ...]:
    """The forms of one decision, of which each save makes the others stale."""
    return tuple(f"decision-{what}-{action.id}" for what in ("prove", "finish", "drop", "change"))


def _change(session: StoreSession, action: Action, seen: Seen, said: DecisionForm) -> None:
    decisions.change(session, action.id, seen.version or 0, said)
    forget(*(one for one in names_of(action) if not one.startswith("decision-change")))


def _branch(page: Page) -> int | None:
    if page.scope.role == "head":
        st.caption(escaped(_("适用范围：本支行")))
        return page.scope.branch_id
    house = quarters.house(page.scope)
    return st.selectbox(
        escaped(_("适用范围")), [None, *house.branches], key="decision-branch",
        format_func=lambda key: house.branches[key][1] if key in house.branches else _("全行"),
    )  # fmt: skip


def _kpi(page: Page, key: str, chosen: str | None) -> Kpi | None:
    known = {kpi.key: kpi for kpi in page.book.kpis(page.today)}
    offered = list(known)
    at = offered.index(chosen) if chosen in known else None
    picked = st.selectbox(escaped(_("要改善的指标")), offered, index=at, key=key, placeholder=_("请选择"),
                          format_func=lambda one: translate(known[one].title))  # fmt: skip
    return known.get(picked or "")


def _fields(form: SaveForm, page: Page, branch: int | None, kpi: Kpi | None, now: Action | None) -> DecisionForm:
    title = st.text_input(escaped(_("决议")), value=now.title if now else "", key=form.key("title"), max_chars=120)
    steps = st.text_area(escaped(_("具体步骤")), value=now.steps if now else "", key=form.key("steps"),
                         max_chars=4000, height=90)  # fmt: skip
    left, right = st.columns(2)
    with left:
        owner = _owner(form, page, branch, now)
        value = _expected(form, kpi, now)
    with right:
        due = st.date_input(escaped(_("完成期限")), value=now.due_on if now else page.today + timedelta(days=_DAYS),
                            key=form.key("due_on"), format="YYYY-MM-DD")  # fmt: skip
        words = st.text_input(escaped(_("预期效果")), value=(now.expected or "") if now else "",
                              key=form.key("expected"), max_chars=200)  # fmt: skip
    return DecisionForm(title, steps, kpi.key if kpi else "", owner, due, value, words, branch)


def _expected(form: SaveForm, kpi: Kpi | None, now: Action | None) -> float | None:
    """The value the KPI is to reach, typed in the unit it is read in."""
    unit = kpi.unit if kpi else ""
    times = TYPED.get(unit, 1.0)
    stands = decisions.expected_of(now) if now is not None and kpi is not None and now.kpi_key == kpi.key else None
    title = _("指标预期达到（{unit}）").format(unit=_unit(unit)) if unit else _("指标预期达到")
    typed = st.number_input(escaped(title), value=None if stands is None else round(stands / times, 4),
                            key=form.key("expected_value"), disabled=kpi is None)  # fmt: skip
    return None if typed is None else typed * times


def _unit(unit: str) -> str:
    words = {
        "percent": "%",
        "money": _("元"),
        "count": _("个"),
        "minutes": _("分钟"),
        "hours": _("小时"),
        "score": _("分"),
    }
    return words.get(unit, _("倍"))


def _owner(form: SaveForm, page: Page, branch: int | None, now: Action | None) -> int | None:
    with page.session() as session:
        people = session.scalars(decision_lists.owners(branch)).all()
    named = {one.id: _("{name}（{role}）").format(name=one.name, role=name("role", one.role)) for one in people}
    offered = list(named)
    at = offered.index(now.owner_id) if now and now.owner_id in named else None
    return st.selectbox(escaped(_("责任人")), offered, index=at, key=form.key("owner"), placeholder=_("请选择"),
                        format_func=named.__getitem__)  # fmt: skip


def _submit(
    form: SaveForm, page: Page, act: Callable[[StoreSession, Seen], object], said: DecisionForm, *,
    label: str, done: str, now: Action | None = None,
) -> None:  # fmt: skip
    def save(seen: Seen) -> None:
        with page.session(write=True) as session:
            act(session, seen)

    on = min(page.today, now.due_on) if now is not None and said.due_on == now.due_on else page.today
    problems = said.problems(on, [kpi.key for kpi in page.book.kpis(page.today)])
    mine = {"title": said.title, "due_on": said.due_on.isoformat() if said.due_on else ""}
    form.submit(save, problems=[one.sentence for one in problems], mine=mine,
                titles={"title": _("决议"), "due_on": _("完成期限")}, label=label, done=done)  # fmt: skip
