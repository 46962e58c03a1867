"""What the approvals page reads: how much waits, and one request with its conversation and its people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from lib.store.models import Branch, ChangeRequest, ChangeStep, Staff
from lib.store.session import StoreSession
from lib.ui import frames
from lib.words import NOTHING
from lib.work import proposals, requests


@dataclass(frozen=True)
class Opened:
    """A request with everything its page shows."""

    request: ChangeRequest
    steps: Sequence[ChangeStep]
    staff: dict[int, str]
    branch: str

    def person(self, staff_id: int | None) -> str:
        """A colleague's name."""
        return self.staff.get(staff_id, NOTHING) if staff_id is not None else NOTHING


@dataclass(frozen=True)
class Waiting:
    """How many requests wait: for this person's post, of one's own, and agreed but not in effect."""

    for_me: int
    mine: int
    agreed: int


def waiting(session: StoreSession) -> Waiting:
    """How much waits for this person."""
    open_ = ChangeRequest.state.in_(("pending", "returned"))
    return Waiting(
        frames.count_of(session, requests.waiting_for_me(session)),
        frames.count_of(session, requests.made_by_me(session).where(open_)),
        frames.count_of(session, proposals.agreed()),
    )


def read(session: StoreSession, request_id: int) -> Opened | None:
    """The request; None outside the scope."""
    request = session.scalars(requests.request_by_id(request_id)).one_or_none()
    if request is None:
        return None
    steps = session.scalars(requests.steps_of(request)).all()
    staff = people(session, [request.requested_by, request.decided_by, *(step.staff_id for step in steps)])
    branch = request.branch_id and session.scalar(select(Branch.name).where(Branch.id == request.branch_id))
    return Opened(request, steps, staff, branch or "")


def people(session: StoreSession, ids: Iterable[int | None]) -> dict[int, str]:
    """Colleagues' names."""
    wanted = {one for one in ids if one is not None}
    return dict(session.execute(select(Staff.id, Staff.name).where(Staff.id.in_(wanted))).all())
