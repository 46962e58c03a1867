"""质量问题: findings with their cause, measure and verification; what is overdue, what waits to be verified."""

from __future__ import annotations

from typing import Any

import streamlit as st

from lib.satisfaction import check_lists, finding_lists, findings
from lib.satisfaction.finding_lists import Wanted
from lib.satisfaction.finding_steps import FindingForm
from lib.store.inspected import leads
from lib.store.models import Finding, ServiceCheck
from lib.ui import frames, picks, quarters
from lib.ui.choices import choice
from lib.ui.forms import SaveForm, Seen
from lib.ui.frames import Card, Column, Link
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.ui.satisfaction import finding_one
from lib.ui.satisfaction.place import branch_name
from lib.words import NOTHING, _, codes, integer, name
from lib.work.check_form import item_titles

_SIZE = 30


def draw(page: Page) -> None:
    """One finding, or cards and the list; below it the form to register one."""
    if finding_one.draw(page, st.query_params.get("finding", "")):
        return
    _cards(page)
    wanted = _wanted(page)
    with page.session() as session:
        found = frames.page_of(session, finding_lists.listed(wanted, page.today), key="findings-page", size=_SIZE,
                               filters=wanted)  # fmt: skip
    _list(page, found.rows, wanted)
    if page.right.change and page.scope.facts in ("own", "branch", "bank"):
        _register(page)


def _cards(page: Page) -> None:
    with page.session() as session:
        row = session.execute(finding_lists.counts(page.today, page.scope.staff_id)).one()
    frames.cards([
        Card(_("未了结"), integer(row.open), _("项")),
        Card(_("整改逾期"), integer(row.overdue), _("项"), tone="risk" if row.overdue else None,
             href=Link("satisfaction", {"view": "findings", "late": "yes"}, icon="")),
        Card(_("待验证"), integer(row.to_verify), _("项"), tone="watch" if row.to_verify else None,
             href=Link("satisfaction", {"view": "findings", "finding_state": "done"}, icon="")),
        Card(_("我的整改"), integer(row.mine), _("项"),
             href=Link("satisfaction", {"view": "findings", "whose_measure": "mine"}, icon="")),
        Card(_("已验证"), integer(row.verified), _("项")),
    ], key="finding-cards")  # fmt: skip


def _wanted(page: Page) -> Wanted:
    states = {"": _("未了结"), **{code: name("finding_state", code) for code in codes("finding_state")},
              "all": _("全部")}  # fmt: skip
    house = quarters.house(page.scope)
    with st.grid(4, min_column_width=150, gap="small"):
        state = choice(_("状态"), states, key="finding_state")
        late = choice(_("整改期限"), {"": _("全部"), "yes": _("整改逾期")}, key="late")
        whose = choice(_("谁的整改"), {"": _("全部"), "mine": _("我的")}, key="whose_measure")
        branch = None
        if page.scope.facts == "bank":
            branch = house.branch_of(choice(_("支行"), {"": _("全行"), **dict(house.branches.values())}, key="branch"))
    return Wanted({"": "open", "all": ""}.get(state, state), branch, late == "yes",
                  page.scope.staff_id if whose == "mine" else None)  # fmt: skip


def _list(page: Page, found: Any, wanted: Wanted) -> None:
    if not found:
        said = _("没有符合条件的质量问题，可放宽筛选条件。")
        frames.empty(said if wanted != Wanted() else _("没有未了结的质量问题。检查中的薄弱项可在检查页登记为问题。"))
        return
    rows = [_row(page, one) for one in found]
    columns = [Column("title", _("问题"), pinned=True, width=240), Column("state", _("状态"), "badge"),
               Column("due_on", _("整改期限"), "day"), Column("owner", _("责任人")), Column("place", _("支行")),
               Column("source", _("来源")), Column("found_on", _("发现日期"), "day"),
               Column("reopened", _("重新整改次数"), "integer")]  # fmt: skip
    chosen = frames.table(rows, columns, key="findings", select=True, alt=_("质量问题"))
    if chosen is not None and picks.picked("findings", rows[chosen]["id"]):
        picks.show(rows[chosen]["id"], "finding")


def _row(page: Page, one: Any) -> dict[str, Any]:
    finding: Finding = one[0]
    return {
        "id": str(finding.id), "title": finding.title, "state": finding_one.badge(finding, one.due_on, page.today),
        "due_on": one.due_on if finding.state in ("acting", "done") else None, "owner": one.owner or NOTHING,
        "place": one.branch or _("全行"), "source": name("finding_source", finding.source),
        "found_on": finding.found_on, "reopened": finding.reopened or None,
    }  # fmt: skip


def _register(page: Page) -> None:
    """A new finding; one that comes from a check begins with its branch, kind and item."""
    check, item = _from_check(page)
    with st.expander(escaped(_("登记一个质量问题")), expanded=check is not None, key="finding-new"):
        form = SaveForm(f"finding-new-{check.id if check else ''}-{item}")
        with form:
            seen_as = item_titles(page.book).get(item, item)
            title = st.text_input(escaped(_("问题")), value=seen_as, key=form.key("title"), max_chars=120)
            left, right = st.columns(2)
            with left:
                branch = _branch(page, form, check)
            with right:
                offered = list(codes("finding_source"))
                source = st.selectbox(escaped(_("来源")), offered, key=form.key("source"),
                                      index=offered.index(check.kind) if check else len(offered) - 1,
                                      format_func=lambda code: name("finding_source", code))  # fmt: skip
            detail = st.text_area(escaped(_("经过与影响")), key=form.key("detail"), max_chars=2000, height=90)
            said = FindingForm(title, source or "", branch, detail, check.id if check else None, item)

            def save(_seen: Seen) -> None:
                with page.session(write=True) as session:
                    findings.register(session, said)

            form.submit(save, problems=[one.sentence for one in said.problems()], label=_("登记问题"),
                        done=_("质量问题已登记。"))  # fmt: skip


def _from_check(page: Page) -> tuple[ServiceCheck | None, str]:
    asked, item = st.query_params.get("from", ""), st.query_params.get("item", "")
    if not asked.isdigit():
        return None, ""
    with page.session() as session:
        row = session.execute(check_lists.one(int(asked))).one_or_none()
    return (row[0], item[:40]) if row is not None else (None, "")


def _branch(page: Page, form: SaveForm, check: ServiceCheck | None) -> int | None:
    """One's own branch; the department chooses one or the whole bank."""
    whole = [None] if leads(page.scope, None) else []
    house = quarters.house(page.scope)
    known = list(house.branches) if whole else [page.scope.branch_id]
    offered = [*whole, *known]
    at = check.branch_id if check is not None else page.scope.branch_id
    return st.selectbox(escaped(_("支行")), offered, index=offered.index(at) if at in offered else 0,
                        key=form.key("branch"), format_func=lambda one: branch_name(page, one))  # fmt: skip
