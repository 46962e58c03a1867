"""Registering a complaint: find the person exactly or take down an outsider, then one short form."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import streamlit as st
from sqlalchemy import select

from lib.complaints.rules import RELATIONS, ComplaintForm, code_list
from lib.complaints.write import Registration, register
from lib.settings import BANK_ZONE
from lib.store.models import Branch, Customer, Staff
from lib.store.reveal import Located, locate
from lib.ui import frames
from lib.ui.forms import SaveForm, Seen
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.words import _, codes, name

_FOUND, _NUMBER = "register.found", "register.number"


@dataclass(frozen=True)
class Whom:
    """Who complains: a customer exactly identified (`known`), or nobody the bank knows. `name` only within scope."""

    known: Located | None
    name: str = ""


def registration(page: Page) -> None:
    """The whole registration; leaves for the new case once it is written."""
    st.subheader(escaped(_("登记投诉")), anchor=False)
    whom = _whom(page)
    if whom is None:
        return
    with page.session() as session:
        branches = dict(session.execute(select(Branch.id, Branch.name).order_by(Branch.code)).all())
    about = _about(page, branches)
    form = SaveForm(f"register-{whom.known.number if whom.known else 'outsider'}")
    with form:
        said = _fields(form, page, whom, about)
        problems = [problem.sentence for problem in said.problems(page.now, page.book)]
        if form.submit(lambda seen: _save(page, said, seen), problems=problems, label=_("登记"), done=_("已登记。")):
            _leave()


def _whom(page: Page) -> Whom | None:
    known, outsider = _("本行客户"), _("非本行客户")
    kind = st.segmented_control(
        escaped(_("投诉人")), [known, outsider], default=known, required=True, key="register-who"
    )
    if kind == outsider:
        return Whom(None)
    asked = st.query_params.get("customer", "")
    typed = st.text_input(
        escaped(_("客户号、手机号或证件号")), value=asked, key="register-customer",
        help=escaped(_("须完整准确；查找会记入访问台账")),
    )  # fmt: skip
    if not typed.strip():
        st.caption(escaped(_("先找到客户；不是本行客户的，选“非本行客户”。")))
        return None
    found = _located(page, typed.strip())
    if found is None or found.known is None:
        st.warning(escaped(_("没有找到唯一的客户，请核对客户号、手机号或证件号。")))
        return None
    shown = found.name or found.known.masked_name
    kind_name = name("customer_kind", found.known.kind)
    st.caption(escaped(_("{name} · {kind} · 客户号 {number}").format(
        name=shown, kind=kind_name, number=found.known.number)))  # fmt: skip
    return found


def _located(page: Page, typed: str) -> Whom | None:
    """Look once for what was typed: every look is an entry in the ledger."""
    kept = st.session_state.get(_FOUND)
    if kept is not None and kept[0] == (page.scope, typed):
        return kept[1]
    with page.session(write=True) as session:
        known = locate(session, typed)
        mine = known and session.scalar(select(Customer.name).where(Customer.customer_id == known.customer_id))
    found = Whom(known, mine or "")
    st.session_state[_FOUND] = ((page.scope, typed), found)
    return found


def _about(page: Page, branches: dict[int, str]) -> tuple[int | None, list[Staff]]:
    """The branch complained about, and its people to choose from."""
    options: list[int | None] = [None, *branches]
    own = options.index(page.scope.branch_id) if page.scope.branch_id in branches else 0
    chosen = st.selectbox(escaped(_("被投诉机构")), options, index=own, key="register-branch",
                          format_func=lambda one: branches[one] if one else _("不针对机构"))  # fmt: skip
    if chosen is None:
        return None, []
    with page.session() as session:
        people = session.scalars(select(Staff).where(Staff.branch_id == chosen, Staff.active).order_by(Staff.name))
        return chosen, list(people)


def _fields(form: SaveForm, page: Page, whom: Whom, about: tuple[int | None, list[Staff]]) -> Registration:
    branch_id, people = about
    kind, contact = (whom.known.kind if whom.known else ""), ""
    with st.grid(3, min_column_width=200, gap="small"):
        complainant = st.text_input(_field("complainant"), value=whom.name, key=form.key("complainant"))
        if whom.known is None:
            kind = _one_of("customer_kind", _kinds(), form)
            contact = st.text_input(escaped(_("电话或电子邮箱")), key=form.key("contact"))
        channel = _code("channel", form, page, _usual_channel(page))
        business = _code("business", form, page)
        reason = _code("reason", form, page)
    summary = st.text_area(_field("summary"), key=form.key("summary"), max_chars=4000, height=100)
    demand = st.text_area(_field("demand"), key=form.key("demand"), max_chars=4000, height=70)
    usual = page.scope.role in ("complaint_officer", "crm")
    hold = st.checkbox(escaped(_("由我处理")), value=usual, key=form.key("hold"))
    more = st.expander(escaped(_("更多：收到时间、复杂事项、被投诉人员、代理与转办")))
    with more, st.grid(3, min_column_width=200, gap="small"):
        at = _local(page.now)
        received = st.datetime_input(_field("received_at"), value=at, key=form.key("received_at"), step=60)
        complex_ = st.checkbox(escaped(_("复杂事项（企业）")), key=form.key("complex"))
        staff = st.selectbox(escaped(_("被投诉人员")), people, index=None, key=form.key("staff"),
                             format_func=lambda one: one.name, placeholder=_("请选择"))  # fmt: skip
        relation = _one_of("relation", {code: name("complainant_relation", code) for code in RELATIONS}, form)
        authorisation = st.text_input(_field("authorisation"), key=form.key("authorisation"))
        together = st.number_input(_field("representatives"), min_value=1, value=1, key=form.key("representatives"))
        outside = st.text_input(escaped(_("监管或热线转办编号")), key=form.key("outside_number"))
    filled = ComplaintForm(
        customer_kind=kind, complainant=complainant, channel=channel, business=business, reason=reason, summary=summary,
        demand=demand, received_at=_moment(received, page), complex=complex_, contact=contact, relation=relation,
        authorisation=authorisation, representatives=int(together),
    )  # fmt: skip
    return Registration(
        filled, whom.known.number if whom.known else "", branch_id, staff.id if staff else None, outside, hold
    )


def _save(page: Page, said: Registration, seen: Seen) -> None:
    with page.session(write=True) as session:
        st.session_state[_NUMBER] = register(session, said, seen.once)


def _leave() -> None:
    st.session_state.pop(_FOUND, None)
    number = st.session_state.pop(_NUMBER, "")
    if number:
        frames.go_to("complaints", case=number)


def _code(family: str, form: SaveForm, page: Page, usual: str = "") -> str:
    return _one_of(family, {one.code: one.name for one in code_list(family, page.book, page.today)}, form, usual)


def _one_of(field: str, options: dict[str, str], form: SaveForm, usual: str = "") -> str:
    at = list(options).index(usual) if usual in options else (0 if len(options) <= 3 else None)
    chosen = st.selectbox(_field(field), list(options), index=at, key=form.key(field),
                          format_func=options.__getitem__, placeholder=_("请选择"))  # fmt: skip
    return chosen or ""


def _kinds() -> dict[str, str]:
    return {code: name("customer_kind", code) for code in codes("customer_kind")}


def _usual_channel(page: Page) -> str:
    return "branch" if page.scope.branch_id else "hotline"


def _local(moment: datetime) -> datetime:
    return moment.astimezone(BANK_ZONE).replace(second=0, microsecond=0, tzinfo=None)


def _moment(chosen: datetime | None, page: Page) -> datetime:
    return page.now if chosen is None else chosen.replace(tzinfo=BANK_ZONE)


def _field(field: str) -> str:
    return escaped(name("complaint_field", field))
