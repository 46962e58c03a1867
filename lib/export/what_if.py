"""Who would move by a proposed rule, as a workbook: worked out anew from the newest facts, within one's scope."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lib.export.cells import Cell
from lib.export.sheet import KIND, made_by, workbook
from lib.kpi import published, quarters_with_facts
from lib.kpi.frame import Frame
from lib.kpi.what_if import ANSWERS, frame_of, people
from lib.settings import today
from lib.store.book import rulebook
from lib.store.models import Bank, ChangeRequest
from lib.store.scope import Scope
from lib.store.session import Refused, StoreSession, open_session
from lib.words import _, name
from lib.work.requests import request_by_id
from lib.work.rule_change import KIND as RULE_CHANGE
from lib.work.rule_change import proposal_of

PAGE = "approvals"
_AT_ONCE = 2_000


def make(scope: Scope, query: Mapping[str, str]) -> tuple[str, str, Iterator[bytes]]:
    """File name, media type and content of `?request=ID`; Refused for who reaches no customers, and for a longer list
    than one file may be (rule directory.export_most)."""
    if scope.narrow:
        raise Refused(_("你的岗位不能导出客户名单。"))
    with open_session(scope, PAGE) as session:
        request = session.scalars(request_by_id(_number(query))).one_or_none()
        if request is None or request.kind != RULE_CHANGE or request.subject_key not in ANSWERS:
            raise Refused(_("没有找到这项申请，或它不在你的范围内。"))
        what, frame = ANSWERS[request.subject_key], _frame(session, request)
        most = rulebook().value("directory.export_most", today())
        wanted = people(frame, what)
        if len(session.execute(wanted.limit(most + 1)).all()) > most:
            raise Refused(_("名单超过 {n} 位客户，请缩小条件后导出。").format(n=most))
        bank = session.get_one(Bank, 1).name
    said = _("{bank} 口径试算名单（{key}，{quarter}），{by}，不得外传")
    mark = said.format(bank=bank, key=request.subject_key, quarter=frame.key, by=made_by(scope, scope.customers))
    title = _("口径试算名单")
    return f"{title}.xlsx", KIND, workbook(title, mark, _headings(), _lines(scope, frame, what))


def _number(query: Mapping[str, str]) -> int:
    if not query.get("request", "").isdigit():
        raise ValueError(_("请给出申请。"))
    return int(query["request"])


def _frame(session: StoreSession, request: ChangeRequest) -> Frame:
    runs = quarters_with_facts(session)
    if not runs:
        raise Refused(_("还没有季度数据，无法试算。"))
    run = published(session, runs)[str(runs[0])]
    return frame_of(session, run, rulebook().supposing(proposal_of(request).row()))


def _headings() -> list[Cell]:
    return [
        _("客户号"),
        _("姓名或名称"),
        _("客户类别"),
        _("层级"),
        _("现在"),
        _("新口径"),
        "AUM",
        _("支行"),
        _("客户经理"),
    ]


def _lines(scope: Scope, frame: Frame, what: str) -> Iterator[Sequence[Cell]]:
    with open_session(scope, PAGE) as session:
        for row in session.execute(people(frame, what).execution_options(yield_per=_AT_ONCE)):
            yield _line(row, what)


def _line(row: Any, what: str) -> list[Cell]:
    ways = (row.before, row.after)
    said = [name("tier", one) if what == "tier" else _listed(one) for one in ways]
    return [row.number, row.name, name("customer_kind", row.kind), name("tier", row.tier), *said, row.aum_fen / 100,
            row.branch, row.manager]  # fmt: skip


def _listed(code: str) -> str:
    return _("在名单上") if code == "yes" else _("不在名单上")
