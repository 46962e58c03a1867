"""The next step of a churn case on screen: a conversation, an offer, how it ended; and its history in words."""

from __future__ import annotations

from typing import Any

import streamlit as st

from lib.churn import read, write
from lib.churn.steps import OUTCOMES, Product, StepForm, Whom, lost_reasons, offers, product_of, steps_from, suits
from lib.store.models import Case, CaseEvent, Customer
from lib.store.session import StoreSession
from lib.ui.cases.acting import Begun, begun_with, form_on, submit
from lib.ui.churn.look import Look
from lib.ui.contacts import Occasion, contact_fields
from lib.ui.forms import SaveForm
from lib.ui.plain import escaped
from lib.ui.timeline import Entry
from lib.words import _, name
from lib.work import cases
from lib.work.moves import Move

_LONGEST = 2000


def steps(look: Look, session: StoreSession, found: Case) -> None:
    """The steps open to this person, one at a time; none that the customer asked the bank not to take."""
    begun, whom = begun_with(found, look.page), write.whom_of(session, found.customer_id)
    _told(whom)
    held = cases.capabilities(look.page.scope, found)
    open_: dict[str, tuple[str, Move]] = {}
    for as_what in held:
        for move in steps_from(begun.state, as_what, whom, look.page.book, look.page.today):
            open_.setdefault(move.to, (as_what, move))
    if not open_:
        st.caption(_("这个状态下没有你可以办理的下一步。"))
        return
    to = st.segmented_control(
        escaped(_("下一步")), list(open_), default=next(iter(open_)), required=True, format_func=_step_name,
        key=f"churn-step-{begun.number}-{begun.version}",
    ) or next(iter(open_))  # fmt: skip
    _form(look, session, found, begun, whom, *open_[to])


def _told(whom: Whom) -> None:
    if whom.do_not_contact:
        st.warning(escaped(_("客户已声明请勿联系：不主动联系，也不提方案。")))
    elif whom.no_automated_advice:
        st.warning(escaped(_("客户不接受自动推荐：可以联系，不提挽留方案。")))


def _step_name(to: str) -> str:
    said = {"contacted": _("登记联系"), "offered": _("提出方案"), "closed": _("登记结果"), "withdrawn": _("撤销个案")}
    return escaped(said[to])


def _form(look: Look, session: StoreSession, found: Case, begun: Begun, whom: Whom, as_what: str, move: Move) -> None:
    customer = session.get_one(Customer, found.customer_id)
    form, page = form_on(f"churn-{move.to}", begun), look.page
    with form:
        said: dict[str, Any] = {}
        for need in move.needs:
            said |= _asked(look, session, form, need, customer, whom)
        filled = StepForm(move.to, **said)
        problems = filled.problems(begun.state, as_what, whom, page.book, page.now)
        once = f"{begun.number}-{begun.version}"
        submit(form, page, begun, lambda inner, read_: write.step(inner, begun.number, read_, filled, once),
               problems=[one.sentence for one in problems], label=_("保存"), done=_("已记录。"))  # fmt: skip


def _asked(
    look: Look, session: StoreSession, form: SaveForm, need: str, customer: Customer, whom: Whom
) -> dict[str, Any]:
    """The widgets of one thing a step needs, and what they say."""
    book, today = look.page.book, look.page.today
    match need:
        case "contact":
            return {"contact": contact_fields(look.page, form, Occasion(customer.preferred_channel, "churn"))}
        case "offer":
            offer = _chosen(form, "offer", {code: name("churn_offer", code) for code in offers(book, today)})
            text = st.text_area(escaped(_("方案内容")), key=form.key("text"), max_chars=_LONGEST, height=90)
            return {"offer": offer, "text": text, "product": _product(look, session, form, customer.kind, whom)}
        case "outcome":
            outcome = st.segmented_control(_label("outcome"), OUTCOMES, key=form.key("outcome"),
                                           format_func=lambda code: escaped(name("churn_state", code)))  # fmt: skip
            named = {code: name("leaving_reason", code) for code in lost_reasons(book, today)}
            return {"outcome": outcome or "", "lost_reason": _chosen(form, "lost_reason", named)}
    return {"reason": st.text_area(_label("reason"), key=form.key("reason"), max_chars=_LONGEST, height=90)}


def _product(look: Look, session: StoreSession, form: SaveForm, kind: str, whom: Whom) -> Product | None:
    """A product of the offer, among those within the customer's capacity; none by default."""
    sold = [product_of(one) for one in session.scalars(read.on_sale(kind))]
    fit = {one.id: one for one in sold if suits(one, whom, look.page.today)}
    label = _("涉及产品（可不选）")
    chosen = st.selectbox(escaped(label), list(fit), index=None, key=form.key("product"), placeholder=_("不涉及产品"),
                          format_func=lambda one: fit[one].name)  # fmt: skip
    if len(fit) < len(sold):
        said = _("另有 {n} 种产品不适合这位客户（风险等级、测评有效期或年龄），不在列。")
        st.caption(escaped(said.format(n=len(sold) - len(fit))))
    return fit.get(chosen) if chosen is not None else None


def _chosen(form: SaveForm, field: str, options: dict[str, str]) -> str:
    chosen = st.selectbox(_label(field), list(options), index=None, key=form.key(field), placeholder=_("请选择"),
                          format_func=options.__getitem__)  # fmt: skip
    return chosen or ""


def _label(field: str) -> str:
    said = name("churn_field", field)
    return escaped(_("{field}（流失时填）").format(field=said) if field == "lost_reason" else said)


def entry_of(event: CaseEvent, people: dict[int, str]) -> Entry:
    """An event of a churn case in words."""
    told: dict[str, Any] = dict(event.details or {})
    facts = [people.get(event.staff_id or 0, "")]
    families = {"contacted": "contact_outcome", "offer": "churn_offer", "outcome": "churn_state",
                "lost_reason": "leaving_reason"}  # fmt: skip
    facts += [name(family, str(told[field])) for field, family in families.items() if told.get(field)]
    facts += [str(told["product"])] if told.get("product") else []
    title = name("case_event", event.kind)
    if event.kind == "move" and event.to_state:
        title = _("立案") if event.from_state is None else name("churn_state", event.to_state)
    elif event.kind == "progress":
        title = _("尝试联系")
    return Entry(event.at, title, facts, event.text or "", badge=_("个案"), tone="blue")
