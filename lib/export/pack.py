"""The pack of a quarterly review: slides and workbook of the meeting, for one reader, within the reader's scope."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import select

from lib.export.pack_book import workbook
from lib.export.pack_figures import Figures, figures
from lib.export.pack_slides import slides
from lib.export.pack_template import BadTemplate
from lib.meeting.book import NoFacts, meeting_of
from lib.meeting.decided import notes_section
from lib.meeting.parts import Meeting
from lib.settings import settings
from lib.store.models import Bank, Branch
from lib.store.quarter import Quarter
from lib.store.scope import Scope
from lib.store.session import Refused, open_session
from lib.words import _

__all__ = ["FORMS", "PAGE", "BadTemplate", "Pack", "make", "pack_of", "within"]
PAGE = "review"
_OFFICE = "application/vnd.openxmlformats-officedocument"
FORMS = {
    "pptx": f"{_OFFICE}.presentationml.presentation",
    "xlsx": f"{_OFFICE}.spreadsheetml.sheet",
}


@dataclass(frozen=True)
class Pack:
    """What the files are made of, read once for both."""

    meeting: Meeting
    figures: Figures
    bank: str

    @property
    def stem(self) -> str:
        """The name of its files, without the ending."""
        stamp = self.meeting.stamp
        said = _("季度评审-{quarter}-第{version}版-{scope}")
        return re.sub(r'[\\/:*?"<>|\s]+', "-", said.format(quarter=stamp.quarter, version=stamp.version,
                                                           scope=stamp.scope))  # fmt: skip

    def content(self, form: str, template: Path | None = None) -> bytes:
        """The file in this form; BadTemplate for a template that cannot be used."""
        if form == "xlsx":
            return workbook(self.meeting, self.bank, self.figures)
        return slides(self.meeting, self.bank, template or settings().pack_template)


def pack_of(scope: Scope, quarter: Quarter, version: int | None = None) -> Pack:
    """The pack of a quarter as this person sees it; ValueError (a sentence) where there is none."""
    with open_session(scope, PAGE) as session:
        bank = session.scalars(select(Bank.name)).one()
        try:
            meeting = meeting_of(session, quarter, version)
        except NoFacts as nothing:
            raise ValueError(str(nothing.args[0])) from None
        # On screen a note stands beside its section; on paper they stand together, before the signatures.
        *told, signing = meeting.sections
        meeting = replace(meeting, sections=(*told, notes_section(session, quarter), signing))
        return Pack(meeting, figures(session, quarter, meeting.stamp.version, meeting.currency), bank)


def within(scope: Scope, code: str) -> Scope:
    """The scope narrowed to one branch, never widened; Refused for another's branch, ValueError for none."""
    with open_session(scope, PAGE) as session:
        branch = session.scalars(select(Branch.id).where(Branch.code == code)).one_or_none()
    if branch is None:
        raise ValueError(_("没有代码为 {code} 的支行。").format(code=code))
    if scope.facts == "bank":
        return replace(scope, branch_id=branch, customers=_narrowed(scope.customers), cases=_narrowed(scope.cases),
                       facts="branch")  # fmt: skip
    if scope.facts != "branch" or scope.branch_id != branch:
        raise Refused(_("你的范围不包含这个支行。"))
    return scope


def _narrowed(reach: str) -> str:
    return "branch" if reach == "bank" else reach


def make(scope: Scope, query: Mapping[str, str]) -> tuple[str, str, Iterator[bytes]]:
    """File name, media type and content of the pack of `quarter` (needed) as `format` (pptx, xlsx).

    `version` asks for a corrected version, `branch` (code) narrows a whole bank to one branch. ValueError for anything
    unknown.
    """
    form, version = query.get("format", "pptx"), query.get("version", "")
    if form not in FORMS or (version and not version.isdecimal()):
        raise ValueError(_("不认识的格式或版本。"))
    quarter = Quarter.parse(query.get("quarter", ""))
    if query.get("branch"):
        scope = within(scope, query["branch"])
    pack = pack_of(scope, quarter, int(version) if version else None)
    return f"{pack.stem}.{form}", FORMS[form], iter([pack.content(form)])
