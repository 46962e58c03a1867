"""The pages: one line a page; who may see which comes from the rights matrix."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import streamlit as st

from lib.settings import ROOT
from lib.store.rights import Right, rights
from lib.words import _, translate

_REACHABLE = "nav.pages"


@dataclass(frozen=True)
class PageLine:
    """A page: key in the rights matrix and in the address, file below pages/, title, icon, section."""

    key: str
    file: str
    title: str
    icon: str
    section: str


PAGES = (
    PageLine("today", "workbench/today.py", "今日工作", ":material/today:", "工作台"),
    PageLine("directory", "customers/directory.py", "客户名单", ":material/list_alt:", "客户"),
    PageLine("portrait", "customers/portrait.py", "客户画像", ":material/person_search:", "客户"),
    PageLine("tiers", "customers/tiers.py", "客户分层", ":material/layers:", "客户"),
    PageLine("care", "customers/care.py", "关怀与回访", ":material/volunteer_activism:", "客户"),
    PageLine("churn", "customers/churn.py", "流失预警", ":material/trending_down:", "客户"),
    PageLine("products", "customers/products.py", "产品与适当性", ":material/fact_check:", "客户"),
    PageLine("complaints", "service/complaints.py", "投诉处理", ":material/support_agent:", "服务"),
    PageLine("satisfaction", "service/satisfaction.py", "满意度与服务质量", ":material/sentiment_satisfied:", "服务"),
    PageLine("engagement", "service/engagement.py", "活动与权益", ":material/celebration:", "服务"),
    PageLine("kpis", "management/kpis.py", "季度指标", ":material/monitoring:", "管理"),
    PageLine("appraisal", "management/appraisal.py", "绩效与培训", ":material/workspace_premium:", "管理"),
    PageLine("review", "management/review.py", "季度评审", ":material/event_available:", "管理"),
    PageLine("approvals", "governance/approvals.py", "审核", ":material/approval:", "治理"),
    PageLine("rulebook", "governance/rulebook.py", "制度口径", ":material/menu_book:", "治理"),
)


def lines_for(role: str) -> list[PageLine]:
    """The pages a role has in its menu, in the order of the table."""
    return [line for line in PAGES if right(role, line.key).see]


def right(role: str, key: str) -> Right:
    """The right of a role on a page."""
    return rights(role, key)


def line_of(key: str) -> PageLine:
    """The line of a page; KeyError for a page that does not exist."""
    return next((line for line in PAGES if line.key == key), None) or _unknown(key)


def _unknown(key: str) -> PageLine:
    raise KeyError(key)


def build(role: str) -> dict[str, list[Any]]:
    """Streamlit's pages of a role by section; remembered for links between pages."""
    sections: dict[str, list[Any]] = {}
    known: dict[str, Any] = {}
    for line in lines_for(role):
        page = st.Page(
            ROOT / "pages" / line.file,
            title=translate(line.title),
            icon=line.icon,
            url_path=line.key,
        )
        known[line.key] = page
        sections.setdefault(translate(line.section), []).append(page)
    st.session_state[_REACHABLE] = known
    if known:
        home = st.Page(_to_the_first, title=translate(lines_for(role)[0].title), default=True, visibility="hidden")
        sections[""] = [home]
    return sections


def case_page(kind: str) -> str:
    """The page a case of a kind is handled on."""
    return "churn" if kind == "churn" else "complaints"


def _to_the_first() -> None:
    """Streamlit takes its default page's own address away; so the default is none of ours and leads to the first."""
    first = next(iter(st.session_state[_REACHABLE].values()))
    st.switch_page(first, query_params=st.query_params.to_dict())


def reachable(key: str) -> Any | None:
    """The page with this key, or None where the person may not go (or it does not exist)."""
    return st.session_state.get(_REACHABLE, {}).get(key)


def section_titles() -> tuple[str, ...]:
    """Titles and sections, named here so that the catalogue finds them."""
    return (
        _("今日工作"), _("客户名单"), _("客户画像"), _("客户分层"), _("关怀与回访"), _("流失预警"), _("产品与适当性"),
        _("投诉处理"), _("满意度与服务质量"), _("活动与权益"), _("季度指标"), _("绩效与培训"), _("季度评审"),
        _("审核"), _("制度口径"), _("工作台"), _("客户"), _("服务"), _("管理"), _("治理"),
    )  # fmt: skip
