"""The next stage on the portrait: a prospect becomes a customer, a person who is none of the bank's a prospect."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from lib import words
from lib.customers.prospects import make_customer, make_prospect, opening_problem
from lib.store.session import Conflict, StoreSession
from lib.ui.forms import SaveForm, Seen
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.ui.portrait.subject import Subject
from lib.words import _, name

_OFFERED = "convert.offered"


def stage_form(page: Page, subject: Subject) -> None:
    """The form of the next stage, for who may write; nothing for customers and former ones."""
    if not page.right.change or subject.narrow:
        return
    if subject.customer.stage == "prospect":
        with st.expander(_("转为正式客户"), icon=":material/how_to_reg:"):
            _to_customer(page, subject)
    elif subject.customer.stage == "outsider":
        with st.expander(_("转为潜在客户"), icon=":material/person_add:"):
            _to_prospect(page, subject)
    else:
        _meanwhile(subject)


def _meanwhile(subject: Subject) -> None:
    """Whoever had the form before them is told that a colleague was first."""
    customer = subject.customer
    if st.session_state.get(_OFFERED) == customer.number:
        del st.session_state[_OFFERED]
        said = _("同事刚刚已把这位客户转为正式客户，开户日 {day}。")
        st.info(escaped(said.format(day=words.day(customer.opened_on))))


def _to_customer(page: Page, subject: Subject) -> None:
    customer = subject.customer
    if customer.identity_hash is None:
        st.info(escaped(opening_problem(customer, page.today, page.today) or ""))
        return
    st.session_state[_OFFERED] = customer.number
    st.caption(escaped(_("账户在核心系统开立之后登记；下次刷新起计入指标。")))
    with SaveForm(f"convert-{customer.number}", version=customer.version, before=_before(subject)) as form:
        opened = st.date_input(escaped(_("开户日")), page.today, min_value=customer.known_since, max_value=page.today,
                               key=form.key("opened"))  # fmt: skip
        problem = opening_problem(customer, opened, page.today)
        form.submit(
            lambda seen: _save(page, lambda s: make_customer(s, customer.customer_id, seen.version or 0, opened)),
            problems=[problem] if problem else [],
            mine={"stage": name("stage", "customer"), "opened_on": words.day(opened)}, titles=_titles(),
            label=_("转为正式客户"), done=_("已转为正式客户。"),
        )  # fmt: skip


def _to_prospect(page: Page, subject: Subject) -> None:
    customer = subject.customer
    st.caption(escaped(_("转为潜在客户后可登记联系和资料；客户经理通过“申请移交”确定。")))
    with SaveForm(f"prospect-{customer.number}", version=customer.version, before=_before(subject)) as form:

        def save(seen: Seen) -> None:
            _save(page, lambda s: make_prospect(s, customer.customer_id, seen.version or 0))

        form.submit(save, mine={"stage": name("stage", "prospect")}, titles=_titles(), label=_("转为潜在客户"),
                    done=_("已转为潜在客户。"))  # fmt: skip


def _save(page: Page, act: Callable[[StoreSession], None]) -> None:
    """Write it; what somebody else saved meanwhile is told as it is read."""
    try:
        with page.session(write=True) as session:
            act(session)
        st.session_state.pop(_OFFERED, None)
    except Conflict as conflict:
        stage, opened = conflict.theirs["stage"], conflict.theirs["opened_on"]
        theirs = {"stage": name("stage", stage), "opened_on": words.day(opened)}
        raise Conflict(theirs, conflict.version) from conflict


def _before(subject: Subject) -> dict[str, str]:
    customer = subject.customer
    return {"stage": name("stage", customer.stage), "opened_on": words.day(customer.opened_on)}


def _titles() -> dict[str, str]:
    return {"stage": _("阶段"), "opened_on": _("开户日")}
