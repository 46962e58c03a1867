"""The parts of a customer's sheet: figures, quarters, what is open, what is held, risk, and what happened last."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from lib import words
from lib.customers import info
from lib.customers.timeline import timeline
from lib.settings import bank_day
from lib.ui.page import Page
from lib.ui.portrait import paper
from lib.ui.portrait.entries import entry_of
from lib.ui.portrait.matters import is_overdue, running_due
from lib.ui.portrait.subject import Subject
from lib.ui.timeline import Entry
from lib.words import NOTHING, _, name
from lib.work.moves import state_name

# What a page holds; the title of a list that is longer says how long it is.
_QUARTERS, _OPEN, _MATURING, _CATEGORIES, _ENTRIES = 8, 6, 6, 6, 6


def figures(subject: Subject) -> str:
    """The newest quarter, each figure with its change against the quarter before."""
    if subject.latest is None:
        return paper.block(_("季度数据"), paper.line(_("还没有季度数据。"), "quiet"))
    titles = {
        "aum_fen": _("月日均 AUM"), "contribution_fen": _("利润贡献"), "deposits_fen": _("存款"),
        "investments_fen": _("投资"), "loans_fen": _("贷款"),
    }  # fmt: skip
    items = []
    for field, title in titles.items():
        values = [getattr(fact, field) for fact in subject.facts[-2:]]
        items.append((title, words.money(values[-1], subject.currency), _change(values, subject.currency)))
    title = _("{quarter}，增减与上季相比").format(quarter=_quarter(subject.latest.quarter, subject.running))
    return paper.block(title, paper.figures(items))


def _change(values: Sequence[int], currency: str) -> str:
    if len(values) == 1:
        return NOTHING
    change = values[1] - values[0]
    if not change:
        return _("与上季持平")
    return ("-" if change < 0 else "+") + words.money(abs(change), currency)


def _quarter(quarter: str, running: str) -> str:
    said = words.quarter_name(quarter)
    return _("{quarter}（进行中）").format(quarter=said) if quarter == running else said


def quarters(subject: Subject) -> str:
    """AUM and tier of the last quarters, the oldest first."""
    facts = subject.facts[-_QUARTERS:]
    most = max((fact.aum_fen for fact in facts), default=0)
    rows = [
        (paper.text(words.quarter_name(fact.quarter)), paper.text(name("tier", fact.tier)),
         paper.text(words.money(fact.aum_fen, subject.currency)), paper.bar(fact.aum_fen, most))
        for fact in facts
    ]  # fmt: skip
    titles = (_("季度"), _("层级"), _("月日均 AUM"), "")
    return paper.block(_("近 {n} 个季度").format(n=len(facts)),
                       paper.table(titles, rows, (25, 16, -35, 24), _("还没有季度数据。")))  # fmt: skip


def open_matters(page: Page, session: Session, subject: Subject) -> str:
    """Cases, to-dos and requests that are not over, with the day they are due."""
    found = [(name("case_kind", case.kind), f"{case.number} {state_name(case.kind, case.state)}",
              _until(page, case)) for case in subject.cases]  # fmt: skip
    for item in subject.due:
        found.append((name("due_kind", item.kind), item.title or "", _by(page, item.due_on)))
    for request in session.scalars(info.waiting_on(subject.customer)):
        said = name("request_kind", request.kind)
        found.append((_("审批"), said, name("request_state", request.state)))
    titles = (_("事项"), _("内容"), _("时限"))
    rows = [[paper.text(cell) for cell in row] for row in found[:_OPEN]]
    return paper.block(_titled(_("在办事项"), len(found), _OPEN),
                       paper.table(titles, rows, (24, 48, 28), _("没有在办事项。")))  # fmt: skip


def _until(page: Page, case: Any) -> str:
    ends = running_due(case)
    if ends is None:
        return NOTHING
    said = words.day(bank_day(ends))
    return _("{day} 逾期").format(day=said) if is_overdue(page, case) else said


def _by(page: Page, day: date) -> str:
    return _("{day} 逾期").format(day=words.day(day)) if day < page.today else words.day(day)


def categories(held: Sequence[Any]) -> str:
    """What is held by category and currency."""
    sums: dict[tuple[str, str], list[int]] = {}
    for row in held:
        sums.setdefault((row.category, row.currency), []).append(row.amount_fen)
    rows = [
        (paper.text(name("category", category)), words.integer(len(amounts)),
         paper.text(words.money(sum(amounts), currency)))
        for (category, currency), amounts in sorted(sums.items())[:_CATEGORIES]
    ]  # fmt: skip
    return paper.block(_titled(_("持有产品"), len(sums), _CATEGORIES),
                       paper.table((_("类别"), _("笔数"), _("金额")), rows, (44, -18, -38),
                                   _("没有持有中的定期存款或理财产品。")))  # fmt: skip


def maturing(page: Page, held: Sequence[Any]) -> str:
    """What matures next."""
    coming = [row for row in held if row.matures_on and row.matures_on >= page.today]
    rows = [
        (paper.text(row.product), paper.text(words.money(row.amount_fen, row.currency)), words.day(row.matures_on))
        for row in coming[:_MATURING]
    ]
    return paper.block(_titled(_("下一批到期"), len(coming), _MATURING),
                       paper.table((_("产品"), _("金额"), _("到期日")), rows, (46, -28, -26),
                                   _("没有将到期的产品。")))  # fmt: skip


def risk(page: Page, subject: Subject) -> str:
    """Risk rating, risk capacity with its end, and when the information was last verified."""
    customer = subject.customer
    rated = _on(_("评于 {day}"), customer.risk_rated_on)
    said = [_("风险评级：{rating}").format(rating=name("risk_rating", customer.risk_rating) + rated)]
    if customer.kind == "personal":
        until = customer.risk_capacity_until
        over = until is not None and until < page.today
        valid = _on(_("{day} 已过期") if over else _("有效至 {day}"), until)
        said.append(
            _("风险承受能力：{capacity}").format(capacity=name("risk_capacity", customer.risk_capacity) + valid)
        )
    said.append(_("信息上次核实：{day}").format(day=words.day(customer.verified_on)))
    return paper.block(_("风险与信息"), paper.line(" · ".join(said)))


def _on(sentence: str, day: date | None) -> str:
    return _("（{told}）").format(told=sentence.format(day=words.day(day))) if day else ""


def lately(session: Session, subject: Subject) -> str:
    """The last things that happened."""
    found = session.execute(timeline(subject.ids).limit(_ENTRIES)).all()
    rows = [_entry(entry_of(row, subject.currency, masked=subject.masked)) for row in found]
    return paper.block(_("最近往来"), paper.table((_("日期"), _("类别"), _("内容")), rows, (14, 17, 69),
                                                  _("还没有任何往来记录。")))  # fmt: skip


def _entry(entry: Entry) -> tuple[str, str, str]:
    said = " · ".join([entry.title, *entry.facts, *([entry.text] if entry.text else [])])
    return words.day(entry.at.astimezone(words.SHANGHAI).date()), paper.text(entry.badge), paper.text(said)


def _titled(title: str, found: int, most: int) -> str:
    return title if found <= most else _("{title}（共 {n} 项，列出 {most} 项）").format(title=title, n=found, most=most)
