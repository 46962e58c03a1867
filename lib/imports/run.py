"""One import from its files to its batch: what is accepted lands in one transaction, or nothing does."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pandas as pd
from sqlalchemy import select

from lib.imports.landing import Landing, Tally
from lib.imports.mapping import FileSpec, Lookup, Source, Table
from lib.imports.parse import read_mapping
from lib.imports.progress import Progress
from lib.imports.reader import Chunk, FileProblem, Reader
from lib.imports.report import SHOWN, ImportReport, write_rejected
from lib.imports.rows import Builder
from lib.imports.scratch import Rejected, Scratch
from lib.rulebook import RuleRow
from lib.settings import today
from lib.store import book
from lib.store import models as m
from lib.store.bulk import BulkSession, bulk
from lib.store.ids import new_id
from lib.store.shipped import add_rules
from lib.words import _

Say = Callable[[str], None]
Files = dict[str, list[Path]]


class ImportRefused(ValueError):
    """An import that may not begin here; the message is a sentence."""


class _RollBack(Exception):
    """Leaves the transaction without a trace: a dry run, a refusal, nothing new."""


def run_import(
    mapping_path: Path,
    folder: Path,
    *,
    dry_run: bool = False,
    actor: str = "system",
    progress: Say = lambda said: None,
    rejected_to: Path | None = None,
) -> ImportReport:
    """Import a folder by a mapping into a migrated database. A batch over the rejected share is refused whole.

    Raises MappingError, FileProblem or ImportRefused with a sentence; nothing has landed then. `rejected_to`
    receives the rows set aside as CSV.
    """
    source = read_mapping(mapping_path)
    files = find_files(source, folder)
    digests = _digests(source, files)
    report = ImportReport(source.key, source.title)
    with bulk("import", write=False) as session:
        _check_bank(session, source)
        if _landed_before(session, source, digests):
            report.state = "unchanged"
            return report
    scratch = Scratch()
    try:
        run = _Run(source, files, digests, scratch, report, progress)
        run.learn_lookups()
        run.land(actor, dry_run=dry_run)
        report.rejected_count = scratch.rejected_count
        report.rejected = list(islice(scratch.rejected(), SHOWN))
        if rejected_to is not None:
            write_rejected(scratch.rejected(), rejected_to)
    finally:
        scratch.close()
    return report


def find_files(source: Source, folder: Path) -> Files:
    """The files of each kind in the folder: all matches of the first name that matches any."""
    if not folder.is_dir():
        raise FileProblem(_("找不到文件夹 {folder}").format(folder=folder))
    found: Files = {}
    for spec in source.files.values():
        matches = next(filter(None, (sorted(folder.glob(name)) for name in spec.names)), [])
        if not matches and not spec.optional:
            names = _("、").join(spec.names)
            raise FileProblem(_("文件夹 {folder} 里没有 {names}").format(folder=folder, names=names))
        found[spec.key] = matches
    return found


class _Run:
    """One import under way."""

    def __init__(
        self, source: Source, files: Files, digests: dict[str, str], scratch: Scratch, report: ImportReport, say: Say
    ) -> None:
        self.source, self.files, self.digests = source, files, digests
        self.scratch, self.report, self.say = scratch, report, say
        self.rows: dict[Path, int] = {}

    def learn_lookups(self) -> None:
        """Read every lookup into the scratch file, in the mapping's order."""
        for lookup in self.source.lookups:
            for chunk in self._chunks(lookup.file, None):
                twice = self.scratch.remember(lookup.key, lookup.pick, _pairs(lookup, chunk, self.scratch))
                if twice is not None:
                    said = _("对照表 {name} 中“{key}”有两个不同的值；请在映射中写明 pick。")
                    raise FileProblem(said.format(name=lookup.key, key=twice))

    def land(self, actor: str, *, dry_run: bool) -> None:
        """The batch's one transaction; then, if it was refused, the record of the refusal in another."""
        batch = new_id()
        try:
            with bulk(f"import {self.source.key} by {actor}"[:80]) as session:
                self._land_all(session, batch)
                if dry_run and self.report.state == "landed":
                    self.report.state = "dry_run"
                if self.report.state != "landed":
                    raise _RollBack
                self._record(session, batch, actor)
            book.look_again()
        except _RollBack:
            if self.report.state == "refused" and not dry_run:
                with bulk(f"import {self.source.key} refused, by {actor}"[:80]) as session:
                    self._record(session, batch, actor)

    def _land_all(self, session: BulkSession, batch: int) -> None:
        report = self.report
        if session.get(m.Bank, 1) is None:
            session.add(m.Bank(
                id=1, name=self.source.bank, base_currency=self.source.base_currency, is_demo=False
            ))  # fmt: skip
            session.flush()
        added = add_rules(session, [_placed(row) for row in self.source.rules])
        session.flush()
        rules = book.rulebook_within(session)
        own = self.source.refused_share
        report.allowed_share = rules.value("import.rejected_share", today()) if own is None else own
        builder = Builder(session, self.source.key, self.source.base_currency, batch, rules)
        landing = Landing(session, self.source, batch, self.scratch, builder)
        for table in self.source.tables:
            self._land_table(table, landing)
        report.rows_read = sum(self.rows.values())
        report.rejected_count = self.scratch.rejected_count
        report.tables = dict(session.counts)
        if report.rejected_share > report.allowed_share:
            report.state = "refused"
        elif not any(report.counts.values()) and not added:
            report.state = "unchanged"

    def _land_table(self, table: Table, landing: Landing) -> None:
        tally, progress = Tally(), Progress(self.say, table.entity)
        read = 0
        for chunk in self._chunks(table.file, progress) if table.file else [_own_rows(table)]:
            read += len(chunk.lines)
            landing.land(table, chunk, tally)
        progress.end(read, tally.landed)
        self.report.counts[table.entity] = tally.landed
        self.report.known[table.entity] = tally.known

    def _chunks(self, file: str, progress: Progress | None) -> Iterator[Chunk]:
        spec: FileSpec = self.source.files[file]
        for path in self.files[file]:
            reader = Reader(path, spec, self.scratch.reject)
            for chunk in reader.chunks(self.source.used[file]):
                yield chunk
                if progress is not None:
                    progress.at(reader.rows, reader.done)
            self.rows[path] = reader.rows

    def _record(self, session: BulkSession, batch: int, actor: str) -> None:
        counts: dict[str, Any] = dict(self.report.counts) if self.report.state == "landed" else {}
        counts |= {"rows_read": self.report.rows_read, "rejected": self.scratch.rejected_count}
        session.insert(m.ImportBatch, [{
            "id": batch, "source": self.source.key, "files": self.digests, "state": self.report.state,
            "counts": counts, "actor": actor[:80],
        }])  # fmt: skip
        rejected = self.scratch.rejected()
        while some := [_stored(row, batch) for row in islice(rejected, 1000)]:
            session.insert(m.RejectedRow, some)
        self.report.batch_id = batch


def _pairs(lookup: Lookup, chunk: Chunk, scratch: Scratch) -> Iterator[tuple[str, str]]:
    names = {*lookup.by.reads, *lookup.value.reads, *lookup.where}
    columns = {name: chunk.frame[name].tolist() for name in names}
    rows = len(chunk.lines)
    by = scratch.looked_up(lookup.by, lookup.by.raw(columns, rows))
    values = scratch.looked_up(lookup.value, lookup.value.raw(columns, rows))
    for place, (key, value) in enumerate(zip(by, values, strict=True)):
        through = all((columns[name][place] or "") in said for name, said in lookup.where.items())
        if through and key is not None and value is not None:
            yield key, value


def _own_rows(table: Table) -> Chunk:
    """Rows written in the mapping itself, as a chunk."""
    frame = pd.DataFrame([dict(row) for row in table.rows], dtype=object)
    return Chunk(table.entity, frame, list(range(1, len(frame) + 1)), [str(dict(row)) for row in table.rows])


def _check_bank(session: BulkSession, source: Source) -> None:
    bank = session.get(m.Bank, 1)
    if bank is None:
        return
    if bank.is_demo:
        raise ImportRefused(_("这是演示银行的数据库，不接受导入；请另用一个空数据库。"))
    if bank.base_currency != source.base_currency:
        said = _("本行的本位币是 {bank}，映射的本位币是 {source}；一个数据库只能是一家银行。")
        raise ImportRefused(said.format(bank=bank.base_currency, source=source.base_currency))


def _landed_before(session: BulkSession, source: Source, digests: dict[str, str]) -> bool:
    batch = m.ImportBatch
    landed = session.scalars(select(batch.files).where(batch.source == source.key, batch.state == "landed"))
    return any(files == digests for files in landed)


def _digests(source: Source, files: Files) -> dict[str, str]:
    """SHA-256 of every file, and of the mapping: a changed mapping is a new reading of the same files."""
    digests = {"mapping": source.digest}
    for path in (path for paths in files.values() for path in paths):
        with path.open("rb") as file:
            digests[path.name] = hashlib.file_digest(file, "sha256").hexdigest()
    return digests


def _placed(row: RuleRow) -> RuleRow:
    """A source's own entries stand after the shipped ones."""
    return RuleRow(**{**vars(row), "position": 10_000 + row.position})


def _stored(row: Rejected, batch: int) -> dict[str, Any]:
    return {
        "id": new_id(), "batch_id": batch, "file": row.file[:120], "line": row.line,
        "field": row.field[:60] if row.field else None, "reason": row.reason, "raw": row.raw,
    }  # fmt: skip
