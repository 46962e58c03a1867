"""The meeting composed: every section of a quarter for one reader, with the stamp of what the figures are."""

from __future__ import annotations

from lib.meeting import actions, churn, decided, off_target, risk, satisfaction, scorecard, tiers, value
from lib.meeting.ground import Ground, NoFacts, ground_of
from lib.meeting.parts import Meeting, Stamp
from lib.settings import now
from lib.store.quarter import Quarter
from lib.store.session import StoreSession
from lib.words import _, moment

__all__ = ["KEYS", "SECTIONS", "NoFacts", "meeting_of"]

#: the ten sections, in their order
KEYS = ("actions", "scorecard", "off_target", "tiers", "satisfaction", "churn", "value", "risk", "decisions", "signing")
#: those told from stored figures, in the order of the meeting
SECTIONS = (
    scorecard.section, off_target.section, tiers.section, satisfaction.section, churn.section, value.section,
    risk.section,
)  # fmt: skip


def meeting_of(session: StoreSession, quarter: Quarter, version: int | None = None) -> Meeting:
    """The meeting about a quarter as the session's person may see it: a head the branch, a manager the own customers.

    `version` asks for one that was corrected instead of the published one. NoFacts (a sentence) where there is none.
    """
    ground = ground_of(session, quarter, version)
    figures = tuple(made(ground) for made in SECTIONS)
    first = actions.section(session, quarter, version)
    last = decided.decisions_section(session, quarter, version), decided.signing_section(session, quarter)
    return Meeting(_stamp(ground), ground.currency, (first, *figures, *last))


def _stamp(ground: Ground) -> Stamp:
    run = ground.run
    return Stamp(
        quarter=str(ground.quarter), version=run.version, closed=ground.closed, cutoff=run.cutoff,
        rules_digest=run.rules_digest, scope=_place(ground), reader=ground.scope.name, made_at=moment(now()),
    )  # fmt: skip


def _place(ground: Ground) -> str:
    scope, branch = ground.scope, ground.branches.get(ground.scope.branch_id or 0)
    if scope.facts == "branch" and branch is not None:
        return branch[1]
    words = {
        "own": _("{name}管户的客户").format(name=scope.name),
        "handled": _("我经办的投诉"),
        "products": _("产品汇总"),
    }
    return words.get(scope.facts, _("全行"))
