"""What a case is about, who speaks in it, and what came of it."""

from __future__ import annotations

import streamlit as st

from lib import words
from lib.settings import today
from lib.store.book import rulebook
from lib.store.models import CaseParty
from lib.ui import frames
from lib.ui.cases.view import Opened
from lib.ui.pairs import pairs
from lib.ui.plain import escaped, plain
from lib.words import NOTHING, _, name
from lib.work.causes import cause_title, causes


def matter(opened: Opened) -> None:
    """Who complains about what, what they ask for, and on what grounds."""
    case = opened.case
    about = [opened.branches.get(case.about_branch_id or 0, ""), opened.staff.get(case.about_staff_id or 0, "")]
    said = {
        _("投诉人"): case.complainant or (opened.customer.name if opened.customer else NOTHING),
        _("收到时间"): words.moment(case.received_at),
        _("渠道"): name("complaint_channel", case.channel),
        _("业务"): name("complaint_business", case.business),
        _("原因"): name("complaint_reason", case.reason),
        _("被投诉机构与人员"): " ".join(one for one in about if one) or NOTHING,
        _("所属机构"): opened.branches.get(case.branch_id or 0, NOTHING),
        _("处理人"): opened.person(case.handler_id),
        _("首问责任人"): opened.person(case.first_owner_id),
    }
    later = {
        _("涉及产品"): opened.product,
        _("转办编号"): case.outside_number,
        _("来源所报是否按时"): name("timely", case.timely_as_reported) if case.timely_as_reported else None,
    }
    pairs([*said.items(), *((label, value) for label, value in later.items() if value)], key="matter")
    if opened.customer is not None:
        frames.link(frames.Link("portrait", {"customer": opened.customer.number}, _("查看客户画像")))
    for party in opened.parties:
        _party(party)
    _texts((_("投诉内容"), case.summary), (_("投诉请求"), case.demand), (_("相关依据"), case.grounds))


def outcome(opened: Opened) -> None:
    """The answer and what was recorded with it; nothing before there is any."""
    case = opened.case
    said = {
        _("延期"): name("extension", case.extension) if case.extension != "none" else None,
        _("责任认定"): name("responsibility", case.fault) if case.fault else None,
        _("致歉"): name("apology", case.apology) if case.apology else None,
        _("补偿金额"): words.money(case.compensation_fen, opened.currency, exact=True)
        if case.compensation_fen is not None else None,
        _("满意度"): _("{n} 分").format(n=case.satisfaction) if case.satisfaction else None,
        _("根本原因"): cause_title(case.root_cause, causes(rulebook(), today())) if case.root_cause else None,
        _("处理结果"): case.outcome,
        _("办结时间"): words.moment(case.closed_at) if case.closed_at else None,
    }  # fmt: skip
    known = [(label, value) for label, value in said.items() if value]
    if known:
        pairs(known, key="outcome")
    _texts((_("最近一次答复"), case.answer))


def _party(party: CaseParty) -> None:
    told = (name("party_role", party.role), party.name, party.identity_masked, party.phone_masked, party.authorisation)
    plain(" · ".join(one for one in told if one))


def _texts(*said: tuple[str, str | None]) -> None:
    for label, text in said:
        if text:
            with st.container(gap=None):
                st.caption(escaped(label))
                plain(text)
