"""The road of a finding: what is found, which step who may take, and what a step must say (管理 §4.2, 手册 §7.1)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from lib.rulebook import Rulebook
from lib.words import _, codes, name
from lib.work.moves import Move, Problem, moves, moves_from

KIND = "finding"
#: steps by which a measure is judged: another person's than whose it was
JUDGING = (("done", "verified"), ("done", "reopened"))
OPEN = ("open", "cause_found", "acting", "done", "reopened")
LONGEST = 2000
_TITLE, _ITEM = 120, 40


@dataclass(frozen=True)
class FindingForm:
    """A finding as it is taken in. `branch_id` None: the whole bank; `check_id` and `item`: where it was seen."""

    title: str
    source: str
    branch_id: int | None
    detail: str = ""
    check_id: int | None = None
    item: str = ""

    def problems(self) -> list[Problem]:
        """What keeps it from being registered; empty if nothing does."""
        found = [] if self.title.strip() else [Problem("title", _("请写明问题。"))]
        if self.source not in codes("finding_source"):
            found.append(Problem("source", _("请选择问题的来源。")))
        if len(self.title) > _TITLE or len(self.detail) > LONGEST or len(self.item) > _ITEM:
            found.append(Problem("detail", _("内容太长，最多 {n} 字。").format(n=LONGEST)))
        return found


@dataclass(frozen=True)
class At:
    """Where a finding stands, as what somebody acts on it, and whether the measure was theirs."""

    state: str
    capabilities: tuple[str, ...]
    did_it: bool = False


@dataclass(frozen=True)
class StepForm:
    """One step and what it records: the `root_cause`, the `measure` with its owner and due day, the `evidence` that
    it was done, the `verdict` of who looked, or the `reason`."""

    to: str
    root_cause: str = ""
    measure: str = ""
    owner_id: int | None = None
    due_on: date | None = None
    evidence: str = ""
    verdict: str = ""
    reason: str = ""

    def problems(self, at: At, book: Rulebook, on: date, causes: Collection[str]) -> list[Problem]:
        """Why this step cannot be taken; empty if it can. `causes`: the codes of root causes on offer."""
        move = next((one for one in steps_from(at, book, on) if one.to == self.to), None)
        if move is None:
            return [Problem("to", self._refusal(at))]
        found = [problem for need in move.needs if (problem := self._lacks(need, causes)) is not None]
        if "measure" in move.needs:
            found += [] if self.owner_id is not None else [Problem("owner_id", _("请选择责任人。"))]
            if self.due_on is None or self.due_on < on:
                found.append(Problem("due_on", _("完成期限不能早于今天。")))
        return found

    def text(self) -> str:
        """What was written in this step."""
        said = (self.measure, self.evidence, self.verdict, self.reason)
        return next((one.strip() for one in said if one.strip()), "")

    def _lacks(self, need: str, causes: Collection[str]) -> Problem | None:
        said = getattr(self, need).strip()
        if not said or (need == "root_cause" and said not in causes):
            return Problem(need, _("请填写“{field}”").format(field=name("finding_field", need)))
        if len(said) > LONGEST:
            return Problem(need, _("内容太长，最多 {n} 字。").format(n=LONGEST))
        return None

    def _refusal(self, at: At) -> str:
        if at.did_it and (at.state, self.to) in JUDGING:
            return _("整改须由办理人以外的人验证。")
        said = _("“{state}”的问题不能由你转为“{to}”。")
        return said.format(state=name("finding_state", at.state), to=name("finding_state", self.to))


def steps_from(at: At, book: Rulebook, on: date) -> tuple[Move, ...]:
    """The steps open to somebody, each once; none of judging what they did themselves."""
    known = moves(KIND, book, on)
    found = {move.to: move for as_what in at.capabilities for move in moves_from(at.state, as_what, known)}
    return tuple(move for to, move in found.items() if not (at.did_it and (at.state, to) in JUDGING))
