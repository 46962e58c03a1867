"""Measures over the training of staff: what was due and done, hours taken, people there (办法 §七.1)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Select, String, and_, cast, func, literal, select

from lib.kpi.due import open_until
from lib.kpi.frame import Frame
from lib.kpi.measures import long_rows
from lib.staff.duties import counted, duties, named, there_on
from lib.store import models as m
from lib.store.functions import as_flag

_s, _r = m.Staff, m.TrainingRecord
DUTIES = ("training_due", "training_done")
PEOPLE = ("staff_members", "training_hours")
KEYS = (*DUTIES, *PEOPLE)


def training_measures(frame: Frame) -> list[Select[Any]]:
    """Rows of level `manager` by person, whatever the post; of kind and tier `none`."""
    return [long_rows(frame, "manager", _of_duties(frame), list(DUTIES)),
            long_rows(frame, "manager", _of_people(frame), list(PEOPLE))]  # fmt: skip


def _of_duties(frame: Frame) -> Any:
    d = duties(frame.end)
    flags = counted(d, frame.start, frame.end, open_until(frame))
    sums = [cast(func.sum(as_flag(condition)), BigInteger).label(key) for key, condition in flags.items()]
    none = (literal("none", String).label("kind"), literal("none", String).label("tier"))
    return select(d.c.branch_id, d.c.staff_id, *none, *sums).group_by(d.c.branch_id, d.c.staff_id).cte("wide")


def _of_people(frame: Frame) -> Any:
    branch = func.coalesce(_s.branch_id, 0).label("branch_id")
    none = (literal("none", String).label("kind"), literal("none", String).label("tier"))
    taken = (
        select(_r.staff_id, func.sum(_r.hours).label("hours"))
        .where(_r.attended.is_(True), _r.taken_on.between(frame.start, frame.end))
        .group_by(_r.staff_id)
        .subquery("taken")
    )
    hours = cast(func.coalesce(taken.c.hours, 0), BigInteger).label("training_hours")
    return (
        select(branch, _s.id.label("staff_id"), *none, literal(1, BigInteger).label("staff_members"), hours)
        .outerjoin(taken, taken.c.staff_id == _s.id)
        .where(there_on(frame.end))
        .cte("wide")
    )


def behind(measure: str, frame: Frame, branch_id: int | None, staff_id: int | None) -> Select:
    """Who is behind a measure: duties (`staff, course, again, due_on, done_on`) or people (`staff, login, hours`)."""
    if measure in DUTIES:
        d = duties(frame.end)
        wanted = [counted(d, frame.start, frame.end, open_until(frame))[measure]]
        pairs = ((d.c.branch_id, branch_id), (d.c.staff_id, staff_id))
        wanted += [column == value for column, value in pairs if value is not None]
        return named(d).where(*wanted).order_by(d.c.done_on.is_not(None), d.c.due_on, d.c.staff_id, d.c.course_id)
    w = _of_people(frame)
    wanted = [w.c[measure] > 0]
    wanted += [column == value for column, value in ((w.c.branch_id, branch_id), (w.c.staff_id, staff_id))
               if value is not None]  # fmt: skip
    return (
        select(_s.name.label("staff"), _s.login, w.c.training_hours.label("hours"))
        .join_from(w, _s, and_(_s.id == w.c.staff_id))
        .where(*wanted)
        .order_by(w.c.training_hours.desc(), w.c.staff_id)
    )
