"""The checks before a quarter is closed (制度 §七): each a small function with a sentence, a count and a way to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from lib.rulebook import Rulebook
from lib.store.quarter import Quarter
from lib.words import _, day, integer, quarter_name

#: rules: which failing checks stop the closing; how many last days of a quarter are looked at for transactions
STOPS, TAIL = "close.stops", "close.tail_days"
#: what no rule can let pass: there is nothing to freeze yet
ALWAYS_STOPS = ("ended", "facts")


@dataclass(frozen=True)
class Seen:
    """What is known of a quarter before it is closed; counts are of the whole bank.

    `cutoff`: up to which day its published facts count, None without facts; `current`: whether they stand on the
    data and rules of now. `tail_days`: how many of its last days are looked at, `booked` whether a transaction is
    booked on one of them, None for a bank without a ledger.
    """

    quarter: Quarter
    today: date
    cutoff: date | None
    current: bool = True
    earlier_open: Sequence[str] = ()
    rule_changes: int = 0
    calendar_years: Sequence[int] = ()
    refused_imports: int = 0
    open_cases: int = 0
    tail_days: int = 3
    booked: bool | None = True
    missing_months: Sequence[date] = ()
    unreviewed: int = 0
    unowned: int = 0


@dataclass(frozen=True)
class Check:
    """How a quarter stands to one demand. state: ok | redo (closing itself does it) | warn | stop.

    `page` and `params`: where the rows or people behind it are; empty where there is nothing to see.
    """

    code: str
    state: str
    count: int
    sentence: str
    page: str = ""
    params: dict[str, str] = field(default_factory=dict)


def checks(seen: Seen, book: Rulebook) -> list[Check]:
    """Every check of a quarter, those that stop the closing by rule close.stops marked so."""
    stops = {*ALWAYS_STOPS, *book.value(STOPS, seen.quarter.end)}
    return [made(seen, "stop" if code in stops else "warn") for code, made in _CHECKS.items()]


def kept(seen: Seen, found: Sequence[Check]) -> dict[str, Any]:
    """The checks as they stood, to be stored with the version that was closed."""
    said = asdict(seen) | {"quarter": str(seen.quarter)}
    return {"seen": {name: _plain(value) for name, value in said.items()}, "state": {c.code: c.state for c in found}}


def as_kept(stored: dict[str, Any]) -> list[Check]:
    """Stored checks again, in the reader's language."""
    said = dict(stored["seen"])
    days = {name: date.fromisoformat(said[name]) for name in ("today", "cutoff") if said[name]}
    months = [date.fromisoformat(one) for one in said["missing_months"]]
    seen = Seen(**{**said, **days, "quarter": Quarter.parse(said["quarter"]), "missing_months": months})
    return [_CHECKS[code](seen, state) for code, state in stored["state"].items() if code in _CHECKS]


def _plain(value: Any) -> Any:
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value


def codes_of_checks() -> tuple[str, ...]:
    """The checks there are, in their order."""
    return tuple(_CHECKS)


def stopping(found: Sequence[Check]) -> list[Check]:
    """Those that stop the closing."""
    return [one for one in found if one.state == "stop"]


def warning(found: Sequence[Check]) -> list[Check]:
    """Those that need a word of reason."""
    return [one for one in found if one.state == "warn"]


def _ended(seen: Seen, bad: str) -> Check:
    if seen.quarter.end < seen.today:
        return Check("ended", "ok", 0, _("季度已于 {day} 结束。").format(day=day(seen.quarter.end)))
    return Check("ended", bad, 1, _("季度到 {day} 才结束，结束后方可关账。").format(day=day(seen.quarter.end)))


def _facts(seen: Seen, bad: str) -> Check:
    if seen.cutoff is None:
        return Check("facts", bad, 1, _("这个季度还没有计算过数据，请先运行 python -m lib refresh。"))
    if seen.cutoff < seen.quarter.end:
        behind = (seen.quarter.end - seen.cutoff).days
        said = _("数据只算到 {day}，未到季末；关账时先重算到季末。")
        state = "redo" if seen.quarter.end < seen.today else bad
        return Check("facts", state, behind, said.format(day=day(seen.cutoff)), "rulebook", {"view": "refreshes"})
    if not seen.current:
        said = _("数据已算到季末，之后数据或口径有变动；关账时先重算。")
        return Check("facts", "redo", 0, said, "rulebook", {"view": "refreshes"})
    return Check("facts", "ok", 0, _("数据已算到季末，与现有数据、口径一致。"))


def _earlier(seen: Seen, bad: str) -> Check:
    if not seen.earlier_open:
        return Check("earlier", "ok", 0, _("之前的季度都已关账。"))
    named = _("、").join(quarter_name(one) for one in seen.earlier_open)
    said = _("之前还有 {n} 个季度未关账：{quarters}。请按先后关账。")
    said = said.format(n=integer(len(seen.earlier_open)), quarters=named)
    at = {"view": "close", "quarter": seen.earlier_open[0]}
    return Check("earlier", bad, len(seen.earlier_open), said, "review", at)


def _rules(seen: Seen, bad: str) -> Check:
    n = seen.rule_changes
    if not n:
        return Check("rules", "ok", 0, _("没有在本季度内生效而仍待审批或待执行的口径修改。"))
    said = _("有 {n} 项口径修改自本季度内生效，仍待审批或待执行。").format(n=integer(n))
    return Check("rules", bad, n, said, "approvals", {"view": "open"})


def _calendar(seen: Seen, bad: str) -> Check:
    year = seen.quarter.year
    if year in seen.calendar_years:
        return Check("year_loaded", "ok", 0, _("{year} 年工作日历已载入。").format(year=year))
    said = _("{year} 年工作日历没有载入，时限只能按周一至周五推定。").format(year=year)
    return Check("year_loaded", bad, 1, said, "rulebook", {"view": "calendar"})


def _imports(seen: Seen, bad: str) -> Check:
    n = seen.refused_imports
    if not n:
        return Check("imports", "ok", 0, _("本季度以来没有被退回而未重新导入的数据批次。"))
    said = _("有 {n} 个数据批次被退回，之后没有再导入成功。").format(n=integer(n))
    return Check("imports", bad, n, said, "imports")


def _tail(seen: Seen, bad: str) -> Check:
    if seen.booked is None:
        return Check("tail", "ok", 0, _("本行没有导入交易流水，不检查季末流水。"))
    if seen.booked:
        return Check("tail", "ok", 0, _("季末最后 {n} 天有交易入账。").format(n=integer(seen.tail_days)))
    said = _("季末最后 {n} 天没有任何交易，流水可能尚未到齐。").format(n=integer(seen.tail_days))
    return Check("tail", bad, seen.tail_days, said, "imports")


def _months(seen: Seen, bad: str) -> Check:
    if not seen.missing_months:
        return Check("months", "ok", 0, _("本季度的月余额齐全。"))
    months = _("、").join(f"{one:%Y-%m}" for one in seen.missing_months)
    said = _("缺少 {months} 的月余额。").format(months=months)
    return Check("months", bad, len(seen.missing_months), said, "imports")


def _clocks(seen: Seen, bad: str) -> Check:
    n, last = seen.open_cases, seen.quarter.end.isoformat()
    if not n:
        return Check("clocks", "ok", 0, _("本季度末以前收到的投诉都已办结。"))
    said = _("有 {n} 件本季度末以前收到的投诉尚未办结，其时限与结果还会变。").format(n=integer(n))
    return Check("clocks", bad, n, said, "complaints", {"state": "open", "to": last})


def _fields(seen: Seen, bad: str) -> Check:
    n = seen.unreviewed
    if not n:
        return Check("fields", "ok", 0, _("没有本季度末以前提出而仍未复核的客户关键信息。"))
    said = _("有 {n} 项客户关键信息修改在本季度末以前提出，仍未复核。").format(n=integer(n))
    return Check("fields", bad, n, said, "approvals", {"view": "open"})


def _owners(seen: Seen, bad: str) -> Check:
    n = seen.unowned
    if not n:
        return Check("owners", "ok", 0, _("在册客户都有管户经理。"))
    said = _("有 {n} 位在册客户没有管户经理，不计入任何客户经理的指标。").format(n=integer(n))
    return Check("owners", bad, n, said, "directory", {"manager": "none"})


_CHECKS: dict[str, Callable[[Seen, str], Check]] = {
    "ended": _ended, "facts": _facts, "earlier": _earlier, "rules": _rules, "year_loaded": _calendar,
    "imports": _imports, "tail": _tail, "months": _months, "clocks": _clocks, "fields": _fields, "owners": _owners,
}  # fmt: skip
