"""A change of one rule, KPI or tag as the bank proposes it: what is wrong with it, and the request."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from lib.rulebook import BASES, Entry, Example, Rulebook, RuleRow
from lib.rulebook.conditions import ConditionError, parse_condition
from lib.rulebook.examples import Outcome, as_data, from_data
from lib.rulebook.kpis import FAMILIES
from lib.rulebook.schemes import KEYS as SCHEMES
from lib.rulebook.schemes import codes_of
from lib.rulebook.shape import shape_problems
from lib.settings import today
from lib.store.book import rulebook_within
from lib.store.models import ChangeRequest, RuleEntry
from lib.store.scope import Scope
from lib.store.session import Refused, StoreSession
from lib.words import _, day
from lib.work import cause_tree, requests
from lib.work.proposals import RULE_CHANGE, need_settled
from lib.work.requests import Asked
from lib.work.rule_checks import kpi_problems, rule_problems

KIND = RULE_CHANGE
LONGEST_SOURCE, LONGEST_TITLE, LONGEST_KEY = 300, 40, 40
#: rules with an editor of their own
ELSEWHERE = (cause_tree.KEY,)
#: maps whose names the bank may add to; every other table keeps its words
_OPEN_MAPS = ("rulebook.proposers",)
_DECIDED = re.compile(r"：[^：]*提出，[^：]*复核（申请 \d+）$")
#: works the examples of an entry out as though it had always been in force
Run = Callable[[RuleRow, Sequence[Example], Rulebook], list[Outcome]]


@dataclass(frozen=True)
class Proposal:
    """Another entry of a rule, KPI or tag from a day on.

    `value` is what `Entry.value` is: a rule's value, the definition of a KPI or tag. `base` is the version of the
    newest entry it was made from, empty for a tag that is new. `examples` are restated by who proposes.
    """

    kind: str
    key: str
    title: str
    unit: str
    since: date
    basis: str
    source: str
    value: Any
    examples: tuple[Example, ...]
    base: str

    def row(self, source: str = "", since: date | None = None) -> RuleRow:
        """The entry as the store will keep it, with its examples; `source` and `since` replace what was asked."""
        said = {"unit": self.unit, "value": self.value} if self.kind == "rule" else dict(self.value)
        value = {**said, "examples": as_data(self.examples)}
        asked = (since or self.since, self.basis, source or plain_source(self.source))
        return RuleRow(self.kind, self.key, *asked, self.title, value, 0)


def may_propose(scope: Scope, key: str, book: Rulebook, on: date) -> bool:
    """Whether this post may propose a change of this key (rule rulebook.proposers: posts and how keys begin)."""
    starts = book.value("rulebook.proposers", on).get(scope.role, ())
    return any(start == "all" or key.startswith(start) for start in starts)


def newest(book: Rulebook, kind: str, key: str) -> Entry | None:
    """The entry that a further one would follow: the last by date, of one day the one that stands."""
    history = book.history(kind, key)
    return history[-1] if history else None


def problems(proposal: Proposal, book: Rulebook, on: date) -> list[str]:
    """Why this cannot be proposed, as sentences; empty if it can."""
    former = newest(book, proposal.kind, proposal.key)
    found = [*_grounds(proposal), *_from(proposal, former, on)]
    if former is None and (proposal.kind != "tag" or proposal.base):
        return [*found, _("口径库里没有“{key}”。").format(key=proposal.key)]
    shape = _shape(proposal, former)
    found += shape or _content(proposal, former, book)
    if not found and former is not None and same(proposal, former):
        found.append(_("与现行条目相同，没有任何修改。"))
    return found


def same(proposal: Proposal, entry: Entry) -> bool:
    """Whether the proposal says what the entry says, whatever its day."""
    asked = (proposal.value, proposal.basis, plain_source(proposal.source), proposal.title)
    return asked == (entry.value, entry.basis, plain_source(entry.source), entry.title)


def plain_source(source: str) -> str:
    """A source without who decided on it and under which request, which carrying out adds."""
    return _DECIDED.sub("", source).strip()


def propose(
    session: StoreSession, proposal: Proposal, reason: str, run: Run, what_if: dict[str, Any] | None = None
) -> ChangeRequest:
    """Ask for the entry; other posts agree in turn (rule approval.rule_stages: internal, then legal review).

    Raises Refused for who may not propose, for a proposal with problems, one whose examples do not hold, one made
    from an entry that is no longer the newest, and while another change of the same key is under way.
    """
    _wait_for_turn(session, proposal)
    book = rulebook_within(session)
    if not may_propose(session.scope, proposal.key, book, today()):
        raise Refused(_("你的岗位不能提出这条口径的修改。"))
    former = newest(book, proposal.kind, proposal.key)
    if (former.version if former else "") != proposal.base:
        raise Refused(_("这条口径刚被改过，请从最新的条目重新修改。"))
    wrong = problems(proposal, book, today())
    if wrong:
        raise Refused("".join(wrong))
    outcomes = run(proposal.row(), proposal.examples, book)
    if not all(one.holds for one in outcomes):
        raise Refused(_("有算例与新口径不符，请先改写算例的预期。"))
    need_settled(session, proposal.kind, proposal.key)
    before = {} if former is None else _kept(former)
    after = {**_asked(proposal), "ran": len(outcomes), **({"what_if": what_if} if what_if else {})}
    return requests.ask(session, Asked(KIND, proposal.kind, proposal.key, before, after, reason))


def proposal_of(request: ChangeRequest) -> Proposal:
    """What a request asks for."""
    after: dict[str, Any] = request.after
    before: dict[str, Any] = request.before
    return Proposal(
        request.subject, request.subject_key, after["title"], after["unit"], date.fromisoformat(after["since"]),
        after["basis"], after["source"], after["value"],
        from_data(request.subject, request.subject_key, after["examples"]), before.get("version", ""),
    )  # fmt: skip


def _wait_for_turn(session: StoreSession, proposal: Proposal) -> None:
    """Of two who propose at once the second reads what the first wrote: the key's entries are locked."""
    row = RuleEntry
    same_key = select(row).where(row.kind == proposal.kind, row.key == proposal.key)
    session.scalars(same_key.order_by(row.version).with_for_update()).all()


def _kept(entry: Entry) -> dict[str, Any]:
    return {
        "title": entry.title, "unit": entry.unit, "since": entry.valid_from and entry.valid_from.isoformat(),
        "basis": entry.basis, "source": entry.source, "value": entry.value, "version": entry.version,
    }  # fmt: skip


def _asked(proposal: Proposal) -> dict[str, Any]:
    return {
        "title": proposal.title, "unit": proposal.unit, "since": proposal.since.isoformat(), "basis": proposal.basis,
        "source": plain_source(proposal.source), "value": proposal.value, "examples": as_data(proposal.examples),
    }  # fmt: skip


def _grounds(proposal: Proposal) -> list[str]:
    found = []
    if proposal.basis not in BASES:
        found.append(_("请选择依据。"))
    if not proposal.source.strip() or len(proposal.source) > LONGEST_SOURCE:
        found.append(_("请写明来源，最多 {n} 字。").format(n=LONGEST_SOURCE))
    if not proposal.title.strip() or len(proposal.title) > LONGEST_TITLE:
        found.append(_("请写明名称，最多 {n} 字。").format(n=LONGEST_TITLE))
    if not proposal.key or len(proposal.key) > LONGEST_KEY:
        found.append(_("代码最多 {n} 个字符。").format(n=LONGEST_KEY))
    if proposal.key in ELSEWHERE:
        found.append(_("根本原因树在“投诉根本原因树”中修改。"))
    return found


def _from(proposal: Proposal, former: Entry | None, on: date) -> list[str]:
    found = []
    if proposal.since < on:
        found.append(_("适用自不能早于今天（{day}）：已过去的日子按当时的口径。").format(day=day(on)))
    if former is not None and former.valid_from is not None and proposal.since < former.valid_from:
        found.append(
            _("适用自不能早于最新条目的日期（{day}），否则它会被那一条取代。").format(day=day(former.valid_from))
        )
    return found


def _shape(proposal: Proposal, former: Entry | None) -> list[str]:
    if proposal.kind == "tag":
        return _tag_problems(proposal.value)
    assert former is not None
    said = former.value
    if proposal.key in _OPEN_MAPS and isinstance(proposal.value, dict):
        said = dict.fromkeys(proposal.value, next(iter(said.values())))
    if proposal.kind == "kpi":  # what may be left out may be added: the catalogue's own words are checked below
        said = {key: one for key, one in said.items() if key in proposal.value or key in _KPI_NEEDS}
        known = {key: one for key, one in proposal.value.items() if key in said}
        return shape_problems(said, known) + _strange(proposal.value)
    return shape_problems(_target(proposal.key, said), proposal.value)


_KPI_NEEDS = ("group", "unit", "good", "numerator", "owner", "formula")
_KPI_TEXTS = ("less", "denominator", "over_time", "trap", "small_n")
_KPI_WORDS = (*_KPI_NEEDS, "less", "denominator", "scale", "over_time", "by", "trap", "small_n")


def _strange(definition: dict[str, Any]) -> list[str]:
    found = [_("多出“{key}”，指标定义没有这一项。").format(key=key) for key in definition if key not in _KPI_WORDS]
    texts = [key for key in _KPI_TEXTS if not isinstance(definition.get(key, ""), str)]
    by = definition.get("by", [])
    wrong = [*texts, *(["by"] if not isinstance(by, list) or not all(isinstance(one, str) for one in by) else [])]
    return found + [_("“{key}”应为文字。").format(key=key) for key in wrong]


def _target(key: str, said: Any) -> Any:
    """Targets may be whole numbers or not: 30 may become 32.5."""
    return float(said) if key.startswith("target.") and isinstance(said, int) else said


def _content(proposal: Proposal, former: Entry | None, book: Rulebook) -> list[str]:
    if proposal.kind == "kpi":
        return kpi_problems(proposal.value, book)
    if proposal.kind == "rule" and former is not None:
        found = rule_problems(proposal.key, proposal.unit, former.value, proposal.value)
        return found or _not_in_catalogue(proposal, book)
    return []


def _not_in_catalogue(proposal: Proposal, book: Rulebook) -> list[str]:
    """KPIs that a scheme names and the catalogue does not have."""
    named = codes_of(proposal.value) if proposal.key in SCHEMES else []
    return [_("指标目录里没有“{code}”。").format(code=code) for code in named if not book.has_kpi(code)]


def _tag_problems(definition: Any) -> list[str]:
    if not isinstance(definition, dict) or set(definition) != {"family", "kinds", "when"}:
        return [_("标签须有类别、适用客户与条件。")]
    found = []
    if definition["family"] not in FAMILIES:
        found.append(_("请选择标签类别。"))
    kinds = definition["kinds"]
    if not isinstance(kinds, list) or not kinds or not set(kinds) <= {"personal", "corporate"}:
        found.append(_("请选择适用客户。"))
    try:
        parse_condition(definition["when"])
    except (ConditionError, TypeError, KeyError, AttributeError, RecursionError):
        found.append(_("条件只能是对已有事实的比较，以 all（同时满足）与 any（满足其一）相连。"))
    return found
