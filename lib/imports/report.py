"""What an import did or would do, for people and machines."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from lib.imports.scratch import Rejected
from lib.words import _, integer, number

SHOWN = 100  # rejected rows a report carries itself; all of them are stored


@dataclass
class ImportReport:
    """The outcome: state landed | refused | unchanged | dry_run.

    `counts` are rows landed by the mapping's entity, `known` those of an earlier batch (left as they are), `tables`
    rows inserted by table. `rejected` are the first SHOWN rows set aside of `rejected_count`. `allowed_share` and
    `rejected_share` are percent of the rows read. `batch_id` is None unless a batch was recorded.
    """

    source: str
    title: str
    state: str = "landed"
    batch_id: int | None = None
    rows_read: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    known: dict[str, int] = field(default_factory=dict)
    tables: dict[str, int] = field(default_factory=dict)
    rejected: list[Rejected] = field(default_factory=list)
    rejected_count: int = 0
    allowed_share: float = 0.0

    @property
    def unchanged(self) -> bool:
        """Whether everything had landed before."""
        return self.state == "unchanged"

    @property
    def rejected_share(self) -> float:
        """Percent of the rows read that were set aside."""
        return 100 * self.rejected_count / self.rows_read if self.rows_read else 0.0

    def sentences(self) -> list[str]:
        """The outcome, one sentence a line."""
        said = [self._outcome()]
        if self.state in ("landed", "dry_run"):
            said += [
                _("{entity}：{n} 行").format(entity=entity, n=integer(count)) for entity, count in self.counts.items()
            ]
        if self.state != "unchanged" and any(self.known.values()):
            known = integer(sum(self.known.values()))
            said.append(_("另有 {n} 行此前已导入，未作改动。").format(n=known))
        if self.rejected_count:
            share = number(self.rejected_share, 3)
            sentence = _("{n} 行不合格，已单独列出（占 {share}%）：")
            said.append(sentence.format(n=integer(self.rejected_count), share=share))
            said += [_told(row) for row in self.rejected[:5]]
        return said

    def _outcome(self) -> str:
        if self.state == "landed":
            return _("{title} 已导入，批次 {batch}。").format(title=self.title, batch=self.batch_id)
        if self.state == "dry_run":
            return _("试运行：{title} 可以导入，数据库未作改动。").format(title=self.title)
        if self.state == "unchanged":
            return _("{title} 此前已导入，没有变化。").format(title=self.title)
        sentence = _("{title} 整批拒收：不合格行占 {share}%，超过允许的 {allowed}%；没有导入任何数据。")
        share, allowed = number(self.rejected_share), number(self.allowed_share)
        return sentence.format(title=self.title, share=share, allowed=allowed)


def write_rejected(rows: Iterable[Rejected], path: Path) -> None:
    """All rows set aside as a CSV file that spreadsheet programs open."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([_("文件"), _("行号"), _("字段"), _("原因"), _("原文")])
        for row in rows:
            writer.writerow([row.file, row.line, row.field or "", row.reason, _inert(row.raw)])


def _inert(raw: str) -> str:
    """Raw text that a spreadsheet would take for a formula is shown as text."""
    return "'" + raw if raw[:1] in ("=", "+", "-", "@", "\t", "\r") else raw


def _told(row: Rejected) -> str:
    place = _("{file} 第 {line} 行").format(file=row.file, line=row.line)
    if row.field:
        place = _("{place}，字段 {field}").format(place=place, field=row.field)
    return _("{place}：{reason}｜{raw}").format(place=place, reason=row.reason, raw=row.raw[:120])
