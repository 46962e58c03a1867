"""A KPI's trail with its targets, its missed quarters, and what happened meanwhile: rules, surges, actions."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from sqlalchemy.orm import Session

from lib import words
from lib.kpi.annotations import Note, action_notes, actions, in_order, rule_notes, said_of, surge_notes
from lib.store.quarter import Quarter
from lib.ui import frames, nav, trails
from lib.ui.cached import cached
from lib.ui.figures import Unit
from lib.ui.kpis.data import Story
from lib.ui.kpis.look import Look
from lib.ui.plain import escaped
from lib.words import _

_QUARTERS = 12
MOST = 9


def draw(look: Look, story: Story, finding: str) -> None:
    """The chart under its finding; below it what its marks stand for, each leading to the thing itself."""
    quarters = story.trail[-_QUARTERS:]
    notes = found(look, story, quarters)
    shown = notes[-MOST:]
    told = trail_of(story, quarters, look.run.running, shown)
    trails.trail(finding, told, key=f"kpi-trail-{story.kpi.key}", unit=Unit(story.kpi.unit, look.house.currency))
    st.caption(escaped(_legend(told)))
    if shown:
        with st.container(gap=None, key="kpi-notes"):
            for place, note in enumerate(shown, 1):
                _line(look, place, note)
            if len(notes) > MOST:
                st.caption(escaped(_("只标最近 {n} 件，此前还有 {more} 件。").format(n=MOST, more=len(notes) - MOST)))


def trail_of(story: Story, quarters: Sequence[str], running: bool, notes: Sequence[Note] = ()) -> trails.Trail:
    """A story as a trail."""
    rows = [story.rows.get(quarter) for quarter in quarters]
    names = {quarter: words.quarter_name(quarter) for quarter in quarters}
    return trails.Trail(
        labels=list(names.values()),
        values=[row.value if row else None for row in rows],
        targets=[row.target if row else None for row in rows],
        missed=[row is not None and row.on_target is False for row in rows],
        good=story.kpi.good,
        open_last=running,
        ticks=_ticks(quarters),
        marks=[(names[note.quarter], str(place)) for place, note in enumerate(notes, 1)],
    )


def _ticks(quarters: Sequence[str]) -> list[str]:
    """Short names that stand side by side on a phone: the quarter, and under the first of a year the year."""
    parsed = [Quarter.parse(quarter) for quarter in quarters]
    named = {1: _("一季"), 2: _("二季"), 3: _("三季"), 4: _("四季")}
    first = {one for i, one in enumerate(parsed) if i == 0 or one.number == 1}
    return [named[one.number] + (f"<br>{one.year}" if one in first else "") for one in parsed]


def found(look: Look, story: Story, quarters: Sequence[str]) -> list[Note]:
    """Everything to mark on these quarters, by time."""
    first, last = Quarter.parse(quarters[0]), Quarter.parse(quarters[-1])
    book, kpi = look.page.book, story.kpi
    notes = rule_notes(book, kpi, first, last)
    notes += [note for note in surge_notes(kpi, story.rows, story.trail, book.value("kpi.surge", last.end))
              if note.quarter in quarters]  # fmt: skip
    notes += _of_actions(look.page.scope, kpi.key, str(first), str(last), look.scene.branch_id)
    return in_order(notes)


@cached()
def _of_actions(session: Session, kpi_key: str, first: str, last: str, branch_id: int | None) -> list[Note]:
    ends = Quarter.parse(first), Quarter.parse(last)
    return action_notes(session.scalars(actions(kpi_key, *ends, branch_id)).all(), *ends)


def _legend(told: trails.Trail) -> str:
    parts = []
    if any(target is not None for target in told.targets):
        parts.append(_("虚线为目标，浅色一侧为达标"))
    if any(told.missed):
        parts.append(_("橙点未达标"))
    if told.open_last:
        parts.append(_("空心点的季度未结束"))
    if told.marks:
        parts.append(_("数字见下"))
    return _("；").join(parts)


def _line(look: Look, place: int, note: Note) -> None:
    said = f"{place}  {said_of(note)}"
    to = _way(note)
    if to is not None and nav.reachable(to[0]) is not None:
        frames.link(frames.Link(to[0], to[1], said))
    else:
        st.caption(escaped(said))


def _way(note: Note) -> tuple[str, dict[str, str]] | None:
    if note.kind == "rule":
        return "rulebook", {"rule": note.key}
    if note.kind == "decision":
        return "review", {"view": "decisions", "action": note.key}
    if note.kind == "action":
        return "complaints", {"view": "actions", "action_state": "", "action": note.key}
    quarter = Quarter.parse(note.quarter)
    return "complaints", {"state": "all", "from": quarter.start.isoformat(), "to": quarter.end.isoformat()}
