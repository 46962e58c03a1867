"""Tickets of the queue and service checks from files: what lands, what is set aside and why, what is taken back."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from lib.imports import run_import
from lib.imports.withdraw import withdraw
from lib.store import models as m
from lib.store.bulk import bulk
from lib.store.session import Refused
from tests.imports.conftest import MAPPINGS, count, rows

BRANCHES = "code,name,address,phone\nAB001,城北支行,解放路1号,0571\n"
HEAD = "branch,day,no,business,taken,called,finished\n"
DAY = "2026-03-02"
# number → taken, called, finished, and the field it is set aside for ("": it lands)
TICKETS = {
    "A1": (f"{DAY} 09:00:00", f"{DAY} 09:12:30", f"{DAY} 09:20:00", ""),
    "A2": (f"{DAY} 09:01:00", "", "", ""),
    "A3": (f"{DAY} 09:02:00", f"{DAY} 09:02:00", "", ""),
    "A4": (f"{DAY} 09:03:00", f"{DAY} 09:02:59", "", "called_at"),
    "A5": (f"{DAY} 09:04:00", "", f"{DAY} 09:10:00", "called_at"),
    "A6": (f"{DAY} 09:05:00", f"{DAY} 09:10:00", f"{DAY} 09:09:00", "finished_at"),
    "A7": (f"{DAY} 09:05:00", "2026-03-03 09:10:00", "", "called_at"),
    "A8": ("2199-03-02 09:05:00", "", "", "taken_at"),
    "A9": ("", "", "", "taken_at"),
}


def source(folder: Path, **files: str) -> Path:
    """A folder with the branches and these files."""
    (folder / "branches.csv").write_text(BRANCHES, "utf-8")
    for name, text in files.items():
        (folder / f"{name.replace('_', '-')}.csv").write_text(text, "utf-8")
    return folder


def template(folder: Path) -> Path:
    """The template with room for rows that are set aside."""
    made = folder / "mapping.toml"
    text = (MAPPINGS / "template.toml").read_text("utf-8").replace("refused_share = 1.0 ", "refused_share = 99.0 ")
    made.write_text(text, "utf-8")
    return made


def test_tickets_whose_moments_do_not_hold_are_set_aside(empty: str, tmp_path: Path) -> None:
    lines = [f"AB001,{DAY},{no},现金,{','.join(moments[:3])}\n" for no, moments in TICKETS.items()]
    report = run_import(template(tmp_path), source(tmp_path, queue_1=HEAD + "".join(lines)))
    assert report.state == "landed" and report.counts["ticket"] == 3
    aside = {(one.line, one.field) for one in report.rejected}
    assert aside == {(line, said[3]) for line, said in enumerate(TICKETS.values(), 2) if said[3]}
    t = m.QueueTicket
    assert rows(select(t.business, t.called_at.is_(None)).order_by(t.taken_at))[:2] == [("cash", 0), ("cash", 1)]
    again = run_import(template(tmp_path), source(tmp_path, queue_1=HEAD + "".join(lines)))
    assert again.unchanged


CHECKS = "no,kind,branch,day,agency,summary\nM1,暗访,AB001,2026-03-02,远见咨询,总体良好\nM2,暗访,AB001,2199-01-01,,\n"
MARKS = (
    "check,item,points,note\nM1,greeting,6,无人引导\nM1,manner,10,\nM1,greeting,9,\nM1,records,5,\nM1,waiting,13,\n"
    "M1,farewell,-1,\nM2,greeting,1,\n"
)  # fmt: skip


def test_marks_lie_within_the_form_of_their_check(empty: str, tmp_path: Path) -> None:
    report = run_import(template(tmp_path), source(tmp_path, checks=CHECKS, check_marks=MARKS))
    assert (report.counts["check"], report.counts["mark"]) == (1, 2)
    # the same item twice, one of another form, too many, fewer than none, of a check that did not land
    assert {one.line for one in report.rejected if one.file.endswith("marks.csv")} == {4, 5, 6, 7, 8}
    k = m.CheckMark
    assert rows(select(k.item, k.points, k.most, k.note).order_by(k.item)) == [
        ("greeting", 6, 12, "无人引导"), ("manner", 10, 10, None),
    ]  # fmt: skip


def test_a_batch_with_findings_stays(empty_sqlite: str, tmp_path: Path) -> None:
    run_import(template(tmp_path), source(tmp_path, checks=CHECKS, check_marks=MARKS))
    ((batch,),) = rows(select(m.ImportBatch.id))
    with bulk("test") as session:
        session.add(m.Staff(id=1, login="a", name="甲", role="crm"))
        session.flush()
        check = session.scalars(select(m.ServiceCheck.id)).one()
        session.add(m.Finding(title="无人引导", source="mystery", check_id=check, found_by=1, state="open",
                              found_on=date(2026, 3, 2)))  # fmt: skip
    with pytest.raises(Refused):
        withdraw(batch, "crm.zhao")
    with bulk("test") as session:
        session.delete(session.scalars(select(m.Finding)).one())
    withdraw(batch, "crm.zhao")
    assert count(m.CheckMark) == count(m.ServiceCheck) == 0
