"""One card on screen: score, grade and place; its lines with what was counted; who said what; earlier versions."""

from __future__ import annotations

import streamlit as st

from lib.staff import appraisal_read as read
from lib.staff.appraisal_period import Period
from lib.store.appraised import is_own
from lib.store.models import AppraisalCard
from lib.store.session import StoreSession
from lib.ui import frames, picks
from lib.ui.appraisal import lines, steps
from lib.ui.appraisal.data import PARAM, badge, branch_of, called, person_of, points
from lib.ui.frames import Card, Column, RowLink
from lib.ui.page import Page
from lib.ui.pairs import pairs
from lib.ui.plain import escaped
from lib.ui.theme import TONE_NAMES
from lib.words import NOTHING, _, day, moment, name


def opened(page: Page, session: StoreSession, said: str) -> None:
    """The card in the address with the way back; a card out of reach is one that does not exist."""
    picks.back(_("返回"), PARAM, key="appraisal-back")
    card = session.get(AppraisalCard, int(said)) if said.isdecimal() else None
    if card is None:
        frames.empty(_("没有这张考核单，或它不在你的范围内。"))
        return
    draw(page, session, card)


def draw(page: Page, session: StoreSession, card: AppraisalCard) -> None:
    """The whole card."""
    _head(page, card)
    if card.state == "replaced":
        st.info(escaped(_("这是旧版，已被后一版取代；内容保持当时的样子。")))
    _figures(page, card)
    left, right = st.columns([5, 3], gap="medium")
    with left:
        lines.chart(page, card)
    with right:
        _peers(page, card)
        _said(page, card)
        steps.draw(page, card)
    lines.draw(page, card)
    _versions(session, card)
    _basis(card)


def _head(page: Page, card: AppraisalCard) -> None:
    state, tone = badge(card.state)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        title = _("{who} · {period}").format(who=called(page, card), period=Period.parse(card.period).title)
        st.subheader(escaped(title), anchor=False, width="content")
        st.badge(escaped(state), color=TONE_NAMES[tone])  # type: ignore[arg-type]
        st.badge(escaped(_("第 {n} 版").format(n=card.number)), color="gray")
    what = [name("appraisal_level", card.level), branch_of(page, card) if card.level == "manager" else "",
            name("appraisal_why", card.why), moment(card.computed_at)]  # fmt: skip
    st.caption(escaped(" · ".join(part for part in what if part)))


def _figures(page: Page, card: AppraisalCard) -> None:
    among = card.peers
    place = NOTHING
    if not among.get("small") and among.get("place"):
        place = _("{place} / {n}").format(place=among["place"], n=among["n"])
    least = card.basis["judging"]["least_weight"]  # type: ignore[index]
    short = _("不足 {least}%，不评等级").format(least=least) if card.grade is None else None
    grade = NOTHING if card.grade is None else name("appraisal_grade", card.grade)
    frames.cards([
        Card(_("考核得分"), points(card.score)), Card(_("评定等级"), grade),
        Card(_("计入的权重"), f"{card.counted}%", small=card.grade is None, note=short),
        Card(_("同岗名次"), place),
    ], key="appraisal-figures")  # fmt: skip


def _peers(page: Page, card: AppraisalCard) -> None:
    """Where it stands among the same post; nobody is named, and few are not told apart."""
    among = card.peers
    with st.container(border=True, gap="xsmall", key="appraisal-peers"):
        st.caption(escaped(_("同岗比较")))
        if among.get("small"):
            said = _("同岗只有 {n} 张有分的考核单，人数过少，不作比较。").format(n=among["n"])
            st.markdown(f":gray[{escaped(said)}]")
            return
        middle, low, high = (points(int(str(among[at]))) for at in ("median", "q1", "q3"))
        said = _("{n} 张考核单：中位 {median} 分，居中一半在 {low} 至 {high} 分。")
        st.markdown(escaped(said.format(n=among["n"], median=middle, low=low, high=high)))
        if among.get("place") and card.score is not None:
            mine = _("你") if is_own(page.scope, card) else called(page, card)
            told = _("{who} {score} 分，第 {place} 位。")
            st.markdown(f"**{escaped(told.format(who=mine, score=points(card.score), place=among['place']))}**")


def _said(page: Page, card: AppraisalCard) -> None:
    """What was said by whom, in the order it was."""
    told: list[tuple[str, object]] = []
    if card.signed_by is not None:
        told += [(_("签署人"), _("{who}，{at}").format(who=person_of(page, card.signed_by), at=moment(card.signed_at))),
                 (name("appraisal_field", "comment"), card.comment),
                 (name("appraisal_field", "outcome"), name("appraisal_outcome", card.outcome))]  # fmt: skip
    if card.state == "signed":
        told.append((_("答复期限"), day(card.answer_due_on)))
    if card.grounds:
        told += [(name("appraisal_field", "grounds"), card.grounds), (_("裁定期限"), day(card.settle_due_on))]
    if card.settlement:
        who = _("{who}，{at}").format(who=person_of(page, card.settled_by), at=moment(card.settled_at))
        told += [(_("裁定"), who), (name("appraisal_field", "settlement"), card.settlement)]
    if card.ended_how:
        told.append((_("结果"), name("appraisal_end", card.ended_how)))
    if card.why == "recomputed" and card.reason:
        told.append((_("重算理由"), card.reason))
    if told:
        with st.container(border=True, key="appraisal-said"):
            pairs(told, key="appraisal-said-pairs")


def _versions(session: StoreSession, card: AppraisalCard) -> None:
    found = session.scalars(read.versions(card)).all()
    if len(found) < 2:  # the card itself is one
        return
    rows = [
        {"id": one.id, "number": one.number, "why": one.why, "score": None if one.score is None else one.score / 100,
         "grade": one.grade, "state": badge(one.state), "at": one.computed_at, "reason": one.reason}
        for one in found
    ]  # fmt: skip
    st.subheader(escaped(_("各个版本")), anchor=False)
    columns = [
        Column("number", _("版本"), "integer", width=60), Column("why", _("缘由"), "code", family="appraisal_why"),
        Column("score", _("考核得分"), "number"), Column("grade", _("评定等级"), "code", family="appraisal_grade"),
        Column("state", _("状态"), "badge"), Column("at", _("计算时间"), "moment"), Column("reason", _("理由")),
    ]  # fmt: skip
    frames.table(rows, columns, key="appraisal-versions", link=RowLink("appraisal", PARAM, "id"))


def _basis(card: AppraisalCard) -> None:
    """What it was computed from."""
    basis = card.basis
    with st.expander(escaped(_("口径与数据版本")), key="appraisal-basis"):
        runs = basis["runs"].items()  # type: ignore[attr-defined]
        facts = [(quarter, _("第 {n} 版").format(n=version)) for quarter, version in sorted(runs)]
        pairs([*facts, (_("考核数据截至"), basis["cutoff"])], key="appraisal-basis-facts")
        versions = [*basis["rules"].values(), *basis["kpis"].values()]  # type: ignore[attr-defined]
        st.caption(escaped(_("口径版本：{versions}").format(versions=_("、").join(map(str, versions)))))
