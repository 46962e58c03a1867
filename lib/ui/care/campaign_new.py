"""A new campaign: to whom, from which template, by which channel, on which day; kept as a draft to be looked at."""

from __future__ import annotations

from datetime import date
from typing import Any

import streamlit as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from lib.care import campaign, drafts
from lib.care.campaign import CampaignForm
from lib.care.rules import Rules, Template, rules_of, templates
from lib.store.models import Product
from lib.store.session import StoreSession
from lib.ui.cached import cached
from lib.ui.care import audience, campaign_one, writing
from lib.ui.choices import choice
from lib.ui.forms import SaveForm, Seen
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.words import _, code_names, codes, name
from lib.work import festivals

PARAM = "new"
PARAMS = (PARAM, "of", "template", "channel", "festival", "product", audience.PARAM)
_MADE = "campaign.made"


def draw(page: Page, session: StoreSession) -> None:
    """The choices, kept in the address, and the form with the text."""
    rules = rules_of(page.book, page.today)
    lists = audience.offered(page, session)
    known = {one.code: one for one in templates(page.book, page.today) if one.occasion != "service"}
    st.caption(escaped(_("先存为草稿，核对人数、排除原因和样稿之后再排队。")))
    with st.grid("auto", min_column_width=200, gap="small"):
        of = choice(_("发给谁"), {code: said for code, (said, _query) in lists.items()}, key="of",
                    default=next(iter(lists)))  # fmt: skip
        code = choice(_("模板"), {one.code: one.name for one in known.values()}, key="template",
                      default=next(iter(known)))  # fmt: skip
        channel = choice(_("渠道"), {"": _("按客户偏好"), **{one: name("channel", one) for one in rules.order}},
                         key="channel")  # fmt: skip
        about = _about(page, known[code])
    _form(page, rules, lists[of], known[code], channel, about)


def _about(page: Page, template: Template) -> dict[str, str]:
    """What the text is about besides the customer: a festival, a product."""
    found = {}
    if template.occasion == "festival":
        found["festival"] = choice(_("节日"), {one: name("festival", one) for one in codes("festival")}, key="festival",
                                   default=codes("festival")[0])  # fmt: skip
    if template.occasion == "product" or "{product}" in template.text:
        found["product"] = choice(_("产品"), {"": _("请选择"), **products(page.scope)}, key="product")
    return found


@cached(of="facts")
def products(session: Session) -> dict[str, str]:
    """The products offered now, by id."""
    found = session.execute(
        select(Product.id, Product.name).where(Product.active).order_by(Product.category, Product.id)
    )
    return {str(one): said for one, said in found}


def _form(
    page: Page, rules: Rules, to: tuple[str, dict[str, str]], template: Template, channel: str, about: dict[str, str]
) -> None:
    called, query = to
    with SaveForm(f"campaign-{template.code}-{about.get('festival', '')}") as form:
        title = st.text_input(escaped(_("名称")), _title(page, template, about), key=form.key("title"),
                              max_chars=campaign.LONGEST_TITLE)  # fmt: skip
        text = st.text_area(escaped(_("消息文字")), _text(template, about), key=form.key("text"), height=120)
        st.caption(escaped(_places()))
        days = st.columns(2)
        send_on = days[0].date_input(escaped(_("发送日")), _day(page, rules, about), min_value=page.today,
                                     key=form.key("send_on"))  # fmt: skip
        day = (
            days[1].date_input(escaped(_("文中日期（如活动日）")), None, key=form.key("day"))
            if "{day}" in text
            else None
        )
        more = {"festival": about["festival"]} if about.get("festival") else {}
        more |= {"about_day": day.isoformat()} if isinstance(day, date) else {}
        product = int(about["product"]) if about.get("product") else None
        said = CampaignForm(title, template.occasion, channel, text, send_on, {**query, **more}, template.code, called,
                            product)  # fmt: skip

        def save(_seen: Seen) -> None:
            with page.session(write=True) as inner:
                st.session_state[_MADE] = str(campaign.draft(inner, said).id)

        problems = said.problems(rules, page.today)
        if "{day}" in text and not isinstance(day, date):
            problems.append(_("文字中有日期，请填写文中日期。"))
        if form.submit(save, problems=problems, label=_("存为草稿并预览"), done=_("草稿已保存。")):
            _leave()


def _text(template: Template, about: dict[str, str]) -> str:
    """The template; of a chosen festival its name already stands in it, to be read as it will be."""
    festival = about.get("festival", "")
    return template.text.replace("{festival}", code_names()["festival"][festival]) if festival else template.text


def _title(page: Page, template: Template, about: dict[str, str]) -> str:
    said = name("festival", about["festival"]) if about.get("festival") else template.name
    return _("{year} 年 {month} 月 {what}").format(year=page.today.year, month=page.today.month, what=said)


def _day(page: Page, rules: Rules, about: dict[str, str]) -> date:
    """The festival's own day where it is near, else the first day messages leave."""
    first = writing.loud_day(rules, page.today)
    days = [day for code, day in festivals.between(page.book, first, date(first.year + 1, first.month, 1))
            if code == about.get("festival")]  # fmt: skip
    return next((day for day in days if not rules.is_quiet(day)), first)


def _places() -> str:
    said = _("、").join(_("{place} {what}").format(place="{" + one + "}", what=name("message_placeholder", one))
                       for one in drafts.PLACEHOLDERS)  # fmt: skip
    return _("可用占位：{places}").format(places=said)


def _leave() -> None:
    made: Any = st.session_state.pop(_MADE, None)
    for one in PARAMS:
        st.query_params.pop(one, None)
    if made:
        st.query_params[campaign_one.PARAM] = made
    st.rerun()
