"""Needs and products on the portrait: what is expected and why, what may be recommended, what not, what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from lib.products import recommending
from lib.products.advice import Suggestion
from lib.products.needs import RULE, Need
from lib.products.recommending import ASKED, Advised
from lib.settings import bank_day
from lib.store.models import Recommendation
from lib.store.session import StoreSession
from lib.ui import frames
from lib.ui.forms import SaveForm, Seen
from lib.ui.frames import Column
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.ui.portrait import questionnaire
from lib.ui.portrait.folded import folded
from lib.ui.portrait.subject import Subject
from lib.words import NOTHING, _, name


def draw(page: Page, session: StoreSession, subject: Subject) -> None:
    """The questionnaire, needs, advice and what was recommended; nothing of it of who is no customer."""
    if subject.customer.stage == "outsider":
        frames.empty(_("非本行客户不登记这类记录。"))
        return
    st.subheader(escaped(_("风险测评")), anchor=False)
    questionnaire.draw(page, session, subject)
    if subject.masked:
        return
    found = recommending.advised(session, subject.customer, page.today)
    st.subheader(escaped(_("预判需求")), anchor=False)
    _needs(page, found.needs)
    st.subheader(escaped(_("可以推荐")), anchor=False)
    _suggested(page, subject, found)
    _refused(found)
    st.subheader(escaped(_("已推荐")), anchor=False)
    _made(page, session, subject)


def _needs(page: Page, needs: Sequence[Need]) -> None:
    if not needs:
        st.caption(escaped(_("现有事实和近期生活事件没有指向明确的需求。")))
        return
    rows = [{"need": name("need", need.code), "why": _("；").join(need.reasons)} for need in needs]
    frames.table(rows, [Column("need", _("需求"), width=120), Column("why", _("依据"), width="large")],
                 key="portrait-needs")  # fmt: skip
    entry = page.book.entry(RULE, page.today)
    said = _("按口径 {version}（{basis}）预判，供客户经理参考。")
    st.caption(escaped(said.format(version=entry.version, basis=name("basis", entry.basis))))


def _suggested(page: Page, subject: Subject, found: Advised) -> None:
    advice = found.advice
    if advice.silent:
        st.caption(escaped(advice.silent))
    elif not advice.suggested:
        st.caption(escaped(_("没有既符合需求、又适合这位客户的产品。")))
    else:
        rows = [_line(one, found.needs) for one in advice.suggested]
        frames.table(rows, [
            Column("product", _("产品"), pinned=True, width=150), Column("need", _("需求"), width=100),
            Column("level", _("风险等级"), width=80), Column("fit", _("适当性"), width=230),
            Column("why", _("依据"), width="large"),
        ], key="portrait-suggested")  # fmt: skip
        folded(page, subject, _("登记推荐"), lambda: _recommend(page, subject, advice.suggested), key="recommend",
               icon="recommend")  # fmt: skip
    if found.fitting:
        folded(page, subject, _("登记客户主动询问的产品"), lambda: _asked(page, subject, found), key="asked",
               icon="help")  # fmt: skip


def _line(one: Suggestion, needs: Sequence[Need]) -> dict[str, Any]:
    sold, fit = one.product.sold, one.reasons[-1]
    why = next(need.reasons for need in needs if need.code == one.need)
    return {"product": sold.name, "need": name("need", one.need), "level": sold.risk_level or NOTHING, "fit": fit,
            "why": _("；").join(why)}  # fmt: skip


def _refused(found: Advised) -> None:
    refused = found.advice.refused
    if not refused:
        return
    with st.expander(escaped(_("符合需求但不推荐的产品（{n}）").format(n=len(refused))), key="portrait-refused"):
        rows = [{"product": one.product.sold.name, "need": name("need", one.need), "why": one.sentence}
                for one in refused]  # fmt: skip
        frames.table(rows, [Column("product", _("产品"), pinned=True), Column("need", _("需求")),
                            Column("why", _("不推荐的原因"), width="large")], key="portrait-refused-table")  # fmt: skip


def _recommend(page: Page, subject: Subject, suggested: Sequence[Suggestion]) -> None:
    named = {one.product.id: f"{one.product.sold.name} · {name('need', one.need)}" for one in suggested}
    needs = {one.product.id: one.need for one in suggested}
    _record(page, subject, "recommend", named, needs, _("已登记推荐。"))


def _asked(page: Page, subject: Subject, found: Advised) -> None:
    named = {one.id: f"{one.sold.name} {one.sold.risk_level or ''}".strip() for one in found.fitting}
    _record(page, subject, "asked", named, dict.fromkeys(named, ASKED), _("已登记。"))


def _record(
    page: Page, subject: Subject, key: str, named: dict[int, str], needs: dict[int, str], done: str
) -> None:  # fmt: skip
    customer = subject.customer
    with SaveForm(f"{key}-{customer.number}") as form:
        chosen = st.selectbox(escaped(_("产品")), list(named), index=None, key=form.key("product"),
                              placeholder=_("请选择"), format_func=lambda one: named[one])  # fmt: skip

        def save(seen: Seen) -> None:
            with page.session(write=True) as session:
                recommending.recommend(session, customer.customer_id, chosen or 0, needs[chosen or 0], seen.once)

        form.submit(save, problems=[] if chosen else [_("请选择产品。")], label=_("登记"), done=done)


def _made(page: Page, session: StoreSession, subject: Subject) -> None:
    found = session.execute(recommending.recommendations(subject.ids)).all()
    rows = [_row(row) for row in found]
    frames.table(rows, [
        Column("on", _("日期"), "day"), Column("product", _("产品"), width=150), Column("need", _("需求")),
        Column("outcome", _("答复"), "badge"), Column("outcome_on", _("答复日"), "day"),
        Column("level", _("当时")), Column("staff", _("推荐人")), Column("note", _("备注"), width="large"),
    ], key="portrait-recommended", nothing=_("还没有推荐过产品。"))  # fmt: skip
    waiting = {row.Recommendation.id: row for row in found if row.Recommendation.outcome == "open"}
    if waiting:
        folded(page, subject, _("登记客户的答复"), lambda: _settle(page, waiting), key="settle", icon="task_alt")


def _row(row: Any) -> dict[str, Any]:
    made: Recommendation = row.Recommendation
    tones = {"open": "main", "accepted": "good", "declined": "context"}
    held = f"{made.risk_level or NOTHING} / {made.capacity or NOTHING}"
    return {"on": bank_day(made.made_at), "product": row.product, "need": name("need", made.need),
            "outcome": (name("recommendation_outcome", made.outcome), tones[made.outcome]),
            "outcome_on": made.outcome_on, "level": held, "staff": row.staff, "note": made.note}  # fmt: skip


def _settle(page: Page, waiting: dict[int, Any]) -> None:
    """One after the other: which recommendation, what the customer said."""
    days = {one: f"{row.product} · {bank_day(row.Recommendation.made_at)}" for one, row in waiting.items()}
    which = st.selectbox(escaped(_("哪一次推荐")), list(waiting), key="portrait-settle-which",
                         format_func=days.__getitem__)  # fmt: skip
    made: Recommendation = waiting[which].Recommendation
    with SaveForm(f"settle-{made.id}", version=made.version) as form:
        outcome = st.segmented_control(
            escaped(_("客户的答复")), recommending.OUTCOMES, key=form.key("outcome"),
            format_func=lambda code: escaped(name("recommendation_outcome", code)),
        )  # fmt: skip
        note = st.text_input(escaped(_("备注")), key=form.key("note"), max_chars=recommending.LONGEST_NOTE)

        def save(seen: Seen) -> None:
            with page.session(write=True) as session:
                stored = session.get_one(Recommendation, (made.customer_id, made.id))
                recommending.settle(session, stored, seen.version or 0, outcome or "", note)

        form.submit(save, problems=[] if outcome else [_("请选择客户的答复。")], done=_("已登记答复。"))
