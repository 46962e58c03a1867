"""kpi_table(): the single way to a KPI. Figures come from stored quarter facts; totals are ratios of sums."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from lib.kpi.measures import OF_CUSTOMERS
from lib.kpi.percentiles import Time, times_of
from lib.kpi.sales import OTHER, PARTS
from lib.rulebook import Kpi, Rulebook
from lib.store import models as m
from lib.store.book import book_of
from lib.store.quarter import Quarter
from lib.store.scope import Scope
from lib.store.session import StoreSession

#: how measures end that count no cases: amounts, and points of checks
AMOUNTS = ("_fen", "_points")
GROUPS = ("bank", "branch", "manager", "handler", "kind", "tier", "product")
PUBLISHED = ("open", "closed")
#: what may be read: beside the published version of a quarter those it corrected
READABLE = (*PUBLISHED, "corrected")
_LEVEL = {"own": "manager", "handled": "handler", "branch": "branch", "bank": "bank", "products": "bank"}


@dataclass(frozen=True)
class Scene:
    """Where one looks: the whole of one's scope, or within it one branch, manager (or handler), kind or tier."""

    branch_id: int | None = None
    staff_id: int | None = None
    kind: str | None = None
    tier: str | None = None
    handler: bool = False


@dataclass(frozen=True)
class KpiRow:
    """One KPI of one group in one quarter. `n` is the denominator, the numerator of a plain count, or of how many
    a percentile is.

    `group` is the id or code of the group ("" for the total). `small`: fewer cases than the rule shows unmarked.
    `running`: the quarter has not ended, so that the figure will still grow. `on_target`: None without a target.
    `pending`: so many of the numerator may still be taken back (provisional).
    """

    key: str
    quarter: str
    group: int | str
    numerator: int
    less: int
    denominator: int | None
    value: float | int | None
    target: float | None
    n: int
    small: bool
    version: int
    closed: bool
    running: bool
    on_target: bool | None
    pending: int = 0


def catalogue(book: Rulebook, quarter: Quarter, scope: Scope) -> list[Kpi]:
    """The KPIs a scope may read: all that its level can answer; those of products for the product desk."""
    found = book.kpis(quarter.end)
    if scope.facts == "products":
        return [kpi for kpi in found if kpi.group == "product"]
    if scope.facts in ("handled", "own"):
        return [kpi for kpi in found if _answers(kpi, {_LEVEL[scope.facts]})]
    return list(found)


#: KPIs whose numerator may still fall, and the measure of what of it is not certain yet (domain §8)
PENDING = {"first_time_resolution": "first_time_pending"}
HANDLER_MEASURES = frozenset({
    "complaints_received", "complaints_closed", "complaints_repeated", "resolved_first_time", "replies_due",
    "replies_on_time", "terms_due", "terms_on_time", "terms_extended", "first_time_pending", "complaints_open",
})  # fmt: skip


def kpi_table(
    session: StoreSession,
    book: Rulebook,
    keys: Iterable[str],
    quarters: Sequence[Quarter],
    by: str = "bank",
    scene: Scene | None = None,
    versions: Mapping[str, int] | None = None,
) -> list[KpiRow]:
    """KPIs of the published quarters, as a total (`by="bank"`) or by branch, manager, handler, kind, tier or product.

    Reads what the session's scope reaches: a manager's total is the manager's own. A KPI that does not divide by
    the group (its catalogue says by what) gives no rows, nor does a quarter before the law that brought it. A closed
    quarter is told by the definitions and targets it was closed with, `book` speaks for the others; `versions` asks
    for a quarter's corrected version instead of the published one. Raises RuleMissing for an unknown key, ValueError
    for an unknown group.
    """
    if by not in GROUPS:
        raise ValueError(f"a KPI is read by one of {', '.join(GROUPS)}, not {by!r}")
    runs = published(session, quarters, versions)
    books = {quarter: book_of(run, book) for quarter, run in runs.items()}
    scene = scene or Scene()
    level = level_of(session.scope, by, scene)
    needs = ({by, level} - {"product"}) | {name for name in ("kind", "tier") if getattr(scene, name) is not None}
    definitions = {at: kpi for at, kpi in _definitions(book, keys, quarters, books) if _answers(kpi, needs)}
    if by == "product":
        definitions = {at: kpi for at, kpi in definitions.items() if has_products(kpi)}
    measures = {measure for kpi in definitions.values() for measure in kpi.measures}
    measures |= {PENDING[kpi.key] for kpi in definitions.values() if kpi.key in PENDING}
    count = _sums_by_product if by == "product" else _sums
    sums = count(session, runs, measures, by, level, scene) if measures else {}
    times = times_of(session, runs, definitions, level, by, scene.branch_id)
    groups = sorted({(quarter, group) for quarter, group, _ in sums}, key=str)
    rows = []
    for (key, quarter), kpi in definitions.items():
        its, end = books[quarter], Quarter.parse(quarter).end
        target = its.target(key, end)
        small = its.value(kpi.small_n, end) if kpi.small_n else 0
        aim = target.value if target else None
        if kpi.percentile:
            rows += [_of_time(kpi, quarter, time, runs[quarter], aim, small) for time in times.get((key, quarter), ())]
        for of, group in groups if kpi.measures else ():
            if of == quarter:
                row = _row(kpi, quarter, group, sums, runs[quarter], aim, small)
                if row is not None:
                    rows.append(row)
    return rows


def published(
    session: StoreSession, quarters: Sequence[Quarter], versions: Mapping[str, int] | None = None
) -> dict[str, m.QuarterRun]:
    """The run whose facts pages read, of each of these quarters that has one; or the readable one of `versions`."""
    run, asked = m.QuarterRun, versions or {}
    wanted = [str(quarter) for quarter in quarters]
    found = session.scalars(select(run).where(run.quarter.in_(wanted), run.state.in_(READABLE)).order_by(run.version))
    return {one.quarter: one for one in found if _is_asked(one, asked.get(one.quarter))}


def _is_asked(run: m.QuarterRun, version: int | None) -> bool:
    return run.state in PUBLISHED if version is None else run.version == version


def quarters_with_facts(session: StoreSession) -> list[Quarter]:
    """The quarters that have published facts, newest first."""
    run = m.QuarterRun
    found = session.scalars(select(run.quarter).where(run.state.in_(PUBLISHED)).distinct())
    return sorted((Quarter.parse(quarter) for quarter in found), reverse=True)


def _definitions(
    book: Rulebook, keys: Iterable[str], quarters: Sequence[Quarter], books: Mapping[str, Rulebook]
) -> Iterator[tuple[tuple[str, str], Kpi]]:
    wanted = list(keys)
    for quarter in quarters:
        known = {kpi.key: kpi for kpi in books.get(str(quarter), book).kpis(quarter.end)}
        for key in wanted:
            if key not in known and not book.has_kpi(key):
                book.kpi(key, quarter.end)  # says what is wrong with the key
            if key in known and str(quarter) in books:
                yield (key, str(quarter)), known[key]


def _answers(kpi: Kpi, needs: set[str]) -> bool:
    """Whether a KPI can be told at these levels: officers' figures hold what a case alone says."""
    if "handler" in needs and not set(kpi.measures) <= HANDLER_MEASURES:
        return False
    return needs - {"handler"} <= set(kpi.by)


def _sums(
    session: StoreSession, runs: dict[str, m.QuarterRun], measures: set[str], by: str, level: str, scene: Scene
) -> dict[tuple[str, int | str, str], int]:
    fact = m.MeasureQuarter
    group = {"branch": fact.branch_id, "manager": fact.staff_id, "handler": fact.staff_id, "kind": fact.kind,
             "tier": fact.tier}.get(by)  # fmt: skip
    columns = (fact.quarter, fact.measure, *((group,) if group is not None else ()))
    query: Select = select(*columns, func.sum(fact.value)).where(
        or_(*(and_(fact.quarter == quarter, fact.version == run.version) for quarter, run in runs.items())),
        fact.measure.in_(sorted(measures)),
        fact.level == level,
        *within(scene),
    )
    found: dict[tuple[str, int | str, str], int] = {}
    for quarter, measure, *rest in session.execute(query.group_by(*columns)):
        of = rest[0] if len(rest) == 2 else ""
        found[str(quarter), of, str(measure)] = int(rest[-1])
    return found


def _sums_by_product(
    session: StoreSession, runs: dict[str, m.QuarterRun], measures: set[str], by: str, level: str, scene: Scene
) -> dict[tuple[str, int | str, str], int]:
    """The parts of each measure as groups of it, and what no part holds; nothing of a quarter closed before the
    parts were kept."""
    of = {part: (measure, code) for measure in measures for code, part in PARTS[measure].items()}
    found = _sums(session, runs, {*of, *measures}, "bank", level, scene)
    sums: dict[tuple[str, int | str, str], int] = {
        (quarter, of[part][1], of[part][0]): value for (quarter, _of, part), value in found.items() if part in of
    }
    for quarter, measure in {(quarter, measure) for quarter, _code, measure in sums}:
        parts = sum(sums.get((quarter, code, measure), 0) for code in PARTS[measure])
        sums[quarter, OTHER, measure] = found.get((quarter, "", measure), 0) - parts
    return sums


def has_products(kpi: Kpi) -> bool:
    """Whether a KPI can be divided by product category."""
    return bool(kpi.measures) and all(measure in PARTS for measure in kpi.measures)


def level_of(scope: Scope, by: str, scene: Scene) -> str:
    """The coarsest stored level that can answer: a page costs the same at any size."""
    if by in ("manager", "handler"):
        return by
    if scene.staff_id is not None or scope.facts in ("own", "handled"):
        return "handler" if scene.handler or scope.facts == "handled" else "manager"
    if by == "branch" or scene.branch_id is not None or scope.facts == "branch":
        return "branch"
    return _LEVEL.get(scope.facts, "bank")


def within(scene: Scene) -> list[ColumnElement[bool]]:
    """Stored measures of a scene."""
    fact = m.MeasureQuarter
    pairs = ((fact.branch_id, scene.branch_id), (fact.staff_id, scene.staff_id), (fact.kind, scene.kind),
             (fact.tier, scene.tier))  # fmt: skip
    return [column == value for column, value in pairs if value is not None]


def _row(
    kpi: Kpi,
    quarter: str,
    group: int | str,
    sums: dict[tuple[str, int | str, str], int],
    run: m.QuarterRun,
    target: float | None,
    small: int,
) -> KpiRow | None:
    """The row of a group, or None where nothing was counted for any of the KPI's measures."""
    parts = [(quarter, group, measure) for measure in kpi.measures]
    if not any(part in sums for part in parts) or _not_yet_counted(kpi, quarter, group, sums):
        return None
    numerator = sums.get((quarter, group, kpi.numerator), 0)
    less = sums.get((quarter, group, kpi.less), 0) if kpi.less else 0
    denominator = sums.get((quarter, group, kpi.denominator), 0) if kpi.denominator else None
    value = kpi.value(numerator, less, denominator or 0)
    n = numerator if denominator is None else denominator
    return KpiRow(
        key=kpi.key, quarter=quarter, group=group, numerator=numerator, less=less, denominator=denominator,
        value=value, target=target, n=n, small=counts_people(kpi) and n < small, version=run.version,
        closed=run.state in ("closed", "corrected"), running=run.cutoff < Quarter.parse(quarter).end.isoformat(),
        on_target=meets(kpi, value, target),
        pending=sums.get((quarter, group, PENDING[kpi.key]), 0) if kpi.key in PENDING else 0,
    )  # fmt: skip


def _of_time(kpi: Kpi, quarter: str, time: Time, run: m.QuarterRun, target: float | None, small: int) -> KpiRow:
    """The row of a percentile: the numerator is its minutes, and n of how many it is."""
    value = kpi.value(time.minutes, 0, 0)
    return KpiRow(
        key=kpi.key, quarter=quarter, group=time.group, numerator=time.minutes, less=0, denominator=None, value=value,
        target=target, n=time.n, small=time.n < small, version=run.version,
        closed=run.state in ("closed", "corrected"), running=run.cutoff < Quarter.parse(quarter).end.isoformat(),
        on_target=meets(kpi, value, target),
    )  # fmt: skip


def _not_yet_counted(kpi: Kpi, quarter: str, group: int | str, sums: dict[tuple[str, int | str, str], int]) -> bool:
    """Whether the quarter was closed before one of the KPI's measures was kept: those of customers are stored
    together, so that one missing beside another was not counted, and is not zero."""
    kept = [(quarter, group, measure) in sums for measure in kpi.measures if measure in OF_CUSTOMERS]
    return any(kept) and not all(kept)


def counts_people(kpi: Kpi) -> bool:
    """Whether a figure rests on a number of cases, so that it can rest on too few."""
    return bool(kpi.denominator) and not kpi.denominator.endswith(AMOUNTS)


def meets(kpi: Kpi, value: float | int | None, target: float | None) -> bool | None:
    """Whether a figure meets its target; None without either."""
    if value is None or target is None:
        return None
    return value >= target if kpi.good == "up" else value <= target
