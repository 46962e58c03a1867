"""The filters of the queue: kept in the address, by code, so that a list can be sent, saved and come back to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import streamlit as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from lib.complaints import read
from lib.complaints.read import Filters
from lib.complaints.rules import code_list
from lib.store.models import Branch, Product
from lib.ui.cached import cached
from lib.ui.choices import choice, day_asked, day_typed, typed
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.words import _, day, name
from lib.work.causes import cause_title, causes, leaves
from lib.work.moves import STATES

#: the filters' names in the address; the last three come from figures and have no widget of their own
PARAMS = ("text", "kind", "state", "clock", "whose", "waiting", "channel", "business", "reason", "cause", "product",
          "branch", "from", "to", "closed_from", "closed_to", "days")  # fmt: skip
KINDS = ("complaint", "suggestion", "unhappy")
_MORE = ("waiting", "channel", "reason", "cause", "product", "from", "to")
_OF_CLOSING = ("closed_from", "closed_to", "days")


@dataclass(frozen=True)
class Offered:
    """What there is to filter by: branches by id, products by code, and the codes found in cases."""

    branches: dict[int, str]
    products: dict[str, str]
    codes: dict[str, list[str]]


@cached(of="facts")
def offered(session: Session) -> Offered:
    """Branches, products, and the channels, businesses and reasons of the cases in scope."""
    branches = session.execute(select(Branch.id, Branch.name).order_by(Branch.code)).all()
    products = session.execute(select(Product.code, Product.name).order_by(Product.code)).all()
    found = {family: list(session.scalars(read.categories(family))) for family in ("channel", "business", "reason")}
    return Offered(dict(branches), dict(products), found)


def asked(page: Page, offered: Offered, rarer: Filters) -> Filters:
    """The filters as chosen, in one line; `rarer` are those folded away."""
    with st.grid(6, min_column_width=150, gap="small"):
        text = typed(_("搜索"), key="text", help=_("编号、转办编号，或投诉里的任何字句"))
        kind = choice(_("种类"), _kinds(), key="kind", default=read.KIND)
        state = choice(_("状态"), _states(), key="state", default=usual_state())
        clock = choice(_("时限"), _with_all(_clocks()), key="clock")
        business = _code(page, offered, "business", _("业务"))
        branch = choice(_("机构"), _with_all({str(one): said for one, said in offered.branches.items()}), key="branch")
    return replace(
        rarer, text=text, kind=kind, state=state, clock=clock, whose=st.query_params.get("whose", ""),
        business=business, branch_id=int(branch) if branch else None, closed_from=day_asked("closed_from"),
        closed_to=day_asked("closed_to"), days=days_taken(),
    )  # fmt: skip


def rarer(page: Page, offered: Offered) -> Filters:
    """The filters not needed every day, behind a button that says how many are in use."""
    used = sum(one in st.query_params for one in _MORE)
    title = _("更多筛选（已用 {n} 项）").format(n=used) if used else _("更多筛选")
    products = _open("product", {**offered.products, read.NONE: _("未涉及产品")})
    with st.popover(escaped(title), icon=":material/tune:"), st.grid(2, min_column_width=150, gap="small"):
        return Filters(
            waiting=choice(_("等待"), _with_all(waits()), key="waiting"),
            channel=_code(page, offered, "channel", _("渠道")),
            reason=_code(page, offered, "reason", _("原因")),
            cause=choice(_("根本原因"), _with_all(_causes(page)), key="cause"),
            received_from=day_typed(_("收到，自"), key="from"),
            received_to=day_typed(_("收到，至"), key="to"),
            product=choice(_("产品"), _with_all(products), key="product"),
        )


def whose() -> None:
    """Whose cases are shown: the first choice of a working day, so it stands alone."""
    people = {
        "": _("全部"),
        "mine": _("我经办"),
        "unit": _("本部门"),
        "unassigned": _("待分派"),
        "registered": _("我登记"),
    }
    choice(_("谁的"), people, key="whose", segments=True)


def usual_state() -> str:
    """A list of a period is about all its cases, one of closings about those; else what is open."""
    if any(st.query_params.get(one) for one in (*_OF_CLOSING, "cause")):
        return "closed"
    return "all" if day_asked("from") or day_asked("to") else "open"


def days_taken() -> int | None:
    """How many days the cases took, as asked by the figure one came from."""
    said = st.query_params.get("days", "")
    return int(said) if said.isdecimal() and len(said) <= len(str(read.LONGEST_DAYS)) else None


def told() -> None:
    """Filters without a widget, in words, and the way out of them."""
    first, last, taken = day_asked("closed_from"), day_asked("closed_to"), days_taken()
    said = [_("办结于 {first} 至 {last}").format(first=day(first), last=day(last))] if first or last else []
    if taken is not None:
        beyond = taken >= read.LONGEST_DAYS
        said.append((_("用时 {n} 天以上") if beyond else _("用时 {n} 天")).format(n=taken))
    if said:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(escaped(_("；").join(said)), width="content")
            st.button(escaped(_("取消这项筛选")), key="drop-closing", type="tertiary", on_click=_drop)


def chosen() -> dict[str, str]:
    """The filters as they stand in the address."""
    return {key: value for key, value in st.query_params.items() if key in PARAMS}


def waits() -> dict[str, str]:
    """What a case may wait for."""
    return {"customer": _("等待客户"), "approval": _("待审批"), "stuck": _("停滞")}


def _drop() -> None:
    for one in _OF_CLOSING:
        st.query_params.pop(one, None)


def _kinds() -> dict[str, str]:
    return {**{kind: name("case_kind", kind) for kind in KINDS}, "all": _("全部")}


def _states() -> dict[str, str]:
    return {"open": _("未办结"), **{state: name("case_state", state) for state in STATES}, "all": _("全部")}


def _clocks() -> dict[str, str]:
    return {"overdue": _("已逾期"), "promise": _("超过承诺"), "term": _("超过法定期限"), "outside": _("超过转办期限"),
            "today": _("今日到期"), "week": _("本周到期")}  # fmt: skip


def _code(page: Page, offered: Offered, family: str, label: str) -> str:
    """A class of cases: the codes on offer, and those that older and imported cases bear."""
    known = {one.code: one.name for one in code_list(family, page.book, page.today)}
    found = _named(family, offered.codes[family])
    return choice(label, _with_all(_open(family, {**found, **known})), key=family)


def _causes(page: Page) -> dict[str, str]:
    known = causes(page.book, page.today)
    named = {one.code: cause_title(one.code, known) for one in leaves(known)}
    return _open("cause", {**named, read.NONE: _("未登记原因")})


def _open(key: str, options: Mapping[str, str]) -> dict[str, str]:
    """A code that is asked for is on offer, though no recent case bears it."""
    asked_ = st.query_params.get(key, "")[:160]
    return dict(options) if asked_ in options or not asked_ else {**options, asked_: asked_}


def _with_all(options: Mapping[str, str]) -> dict[str, str]:
    return {"": _("全部"), **options}


def _named(family: str, found: Sequence[str]) -> dict[str, str]:
    return {code: name(f"complaint_{family}", code) for code in found}
