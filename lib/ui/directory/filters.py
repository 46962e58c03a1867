"""The filters of the directory: kept in the address, the everyday ones in a line, the others behind a button."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from lib.customers import directory
from lib.customers.directory import CATEGORIES, Filters, filters_of
from lib.store.models import Branch, Staff
from lib.ui.address import asked as asked_for
from lib.ui.cached import cached
from lib.ui.choices import choice, day_typed, typed
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.words import _, codes, name, translate

#: the filters' names in the address, with the order and the columns
PARAMS = (*Filters.__dataclass_fields__, "cols")
_FIRST = ("text", "kind", "stage", "tier", "branch", "manager", "order", "cols")


@dataclass(frozen=True)
class Offered:
    """What there is to filter by: branches and managers by id, tags by key with their family."""

    branches: dict[str, str]
    managers: dict[str, str]
    tags: dict[str, str]


@cached(of="facts")
def offered(session: Session) -> Offered:
    """The branches, the relationship managers and the tags in use."""
    branches = session.execute(select(Branch.id, Branch.name).order_by(Branch.code)).all()
    staff = select(Staff.id, Staff.name).where(Staff.role == "manager").order_by(Staff.branch_id, Staff.name, Staff.id)
    managers = session.execute(staff).all()
    tags = dict(session.execute(directory.used_tags()).all())
    return Offered({str(one): said for one, said in branches}, {str(one): said for one, said in managers}, tags)


def asked(page: Page, offered: Offered) -> Filters:
    """The filters as chosen; what is drawn writes them into the address, and the address is read."""
    with st.grid(6, min_column_width=140, gap="small"):
        typed(_("姓名或拼音"), key="text", help=_("姓名中的字、拼音或首字母；手机号和证件号请用右上方的查找框"))
        choice(_("种类"), _all(_named("customer_kind")), key="kind")
        choice(_("阶段"), {**_named("stage"), "all": _("全部")}, key="stage", default="customer")
        choice(_("层级"), _all(_named("tier")), key="tier")
        if page.scope.customers == "bank":
            choice(_("支行"), _all(offered.branches), key="branch")
        if page.scope.customers in ("bank", "branch"):
            choice(_("客户经理"), {**_all(offered.managers), "none": _("未分配")}, key="manager")
    return filters_of(st.query_params.to_dict())


def rarer(page: Page, offered: Offered) -> None:
    """The filters not needed every day, in the order of the portrait."""
    used = sum(one in st.query_params for one in PARAMS if one not in _FIRST)
    title = _("更多筛选（已用 {n} 项）").format(n=used) if used else _("更多筛选")
    with st.popover(escaped(title), icon=":material/tune:"), st.grid(3, min_column_width=150, gap="small"):
        if not page.scope.narrow:
            _of_facts(page, offered)
        _of_person(page)
        _of_service(page)


def _of_facts(page: Page, offered: Offered) -> None:
    held = {one: name("category", one) for one in CATEGORIES}
    choice(_("标签"), _all(tag_titles(page, offered.tags)), key="tag")
    choice(_("持有"), _all(held), key="holds")
    choice(_("未持有"), _all(held), key="lacks")
    typed(_("AUM 不低于（万）"), key="aum_from", most=7)
    typed(_("AUM 低于（万）"), key="aum_to", most=7)
    choice(_("连续无主动交易"), _all({str(n): _("{n} 个季度以上").format(n=n) for n in (1, 2, 4)}), key="quiet")
    choice(_("产品到期"), _all(_ahead((7, 30, 60, 90))), key="matures")
    moves = {"up": _("升级"), "down": _("降级"), "watch": _("降级观察")}
    choice(_("层级变化（最新季度）"), _all(moves), key="moved")


def _of_person(page: Page) -> None:
    choice(_("年龄"), _all(_named("age_band")), key="age")
    choice(_("行业"), _all(_named("industry")), key="industry")
    choice(_("企业规模"), _all(_named("size_class")), key="size")
    choice(_("风险评级"), _all(_named("risk_rating")), key="rating")
    choice(_("风险承受能力"), _all({"expired": _("已过期"), "soon": _("30 天内到期或已过期")}), key="capacity")
    choice(_("特殊关怀"), {**_all(_named("special_care")), "any": _("有任一标记")}, key="care")
    choice(_("生日"), _all(_ahead((0, 7, 30))), key="birthday")
    day_typed(_("开户，自"), key="opened_from")
    day_typed(_("开户，至"), key="opened_to")


def _of_service(page: Page) -> None:
    choice(_("联系意愿"), _all({"yes": _("可联系"), "no": _("请勿联系")}), key="contactable")
    choice(_("信息核实"), _all({"overdue": _("已超期")}), key="refresh")
    if not page.scope.narrow:
        choice(_("待办"), _all(_named("due_kind")), key="due")
    if page.scope.cases != "none":
        choice(_("投诉与事项"), _all({"open": _("有未办结")}), key="complaint")
    if not page.scope.narrow:
        back = {str(n): _("{n} 天内没有联系上").format(n=n) for n in (30, 60, 90, 180)}
        choice(_("最近联系"), _all(back), key="contact")


def chosen() -> dict[str, str]:
    """The filters as they stand in the address."""
    return {key: value for key, value in asked_for().items() if key in PARAMS}


def tag_titles(page: Page, tags: Mapping[str, str]) -> dict[str, str]:
    """What tags are called: one by rule by its title, one set by hand by itself."""
    ruled = {rule.key: translate(rule.title) for rule in page.book.tags(page.today)}
    return {key: ruled.get(key, key) for key in tags}


def _ahead(days: tuple[int, ...]) -> dict[str, str]:
    return {str(n): _("今天") if n == 0 else _("{n} 天内").format(n=n) for n in days}


def _named(family: str) -> dict[str, str]:
    return {code: name(family, code) for code in codes(family)}


def _all(options: Mapping[str, str]) -> dict[str, str]:
    return {"": _("全部"), **options}
