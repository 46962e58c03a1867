"""A scheme of appraisal that names a KPI the catalogue does not have is refused when the rules are read."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from lib.rulebook import Rulebook, RuleFileError, RuleMissing, parse, shipped_rows
from lib.rulebook.schemes import KEYS, codes_of, unknown_kpis
from lib.staff.appraisal_rules import blank_lines


def test_the_shipped_schemes_name_known_kpis_once() -> None:
    rows = shipped_rows()
    assert unknown_kpis(rows) == []
    for row in rows:
        if row.key in KEYS:
            codes = codes_of(row.value["value"])
            assert len(set(codes)) == len(codes) and sum(one["weight"] for one in row.value["value"]) == 100


def test_without_its_kpi_a_scheme_is_refused() -> None:
    rows = [row for row in shipped_rows() if (row.kind, row.key) != ("kpi", "csat")]
    assert unknown_kpis(rows) == ["appraisal.manager: csat", "appraisal.branch: csat"]
    with pytest.raises(RuleMissing):
        blank_lines(Rulebook(rows), "manager", "CNY", date(2026, 9, 30))


def test_reading_the_shipped_files_fails_loudly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder in ("rules", "kpis"):
        (tmp_path / folder).mkdir()
        for file in (parse.DATA / folder).glob("*.toml"):
            text = file.read_text("utf-8")
            if file.name == "appraisal.toml":
                text = text.replace('code = "csat"', 'code = "shoes"')
            (tmp_path / folder / file.name).write_text(text, "utf-8")
    monkeypatch.setattr(parse, "DATA", tmp_path)
    with pytest.raises(RuleFileError, match="shoes"):
        parse.shipped_rows()


def test_every_entry_is_looked_at_and_not_only_the_last() -> None:
    rows = shipped_rows()
    scheme = next(row for row in rows if row.key == "appraisal.manager")
    later = replace(scheme, valid_from=date(2027, 1, 1), value={"unit": "method", "value": [{"code": "shoes"}]})
    assert unknown_kpis([*rows, later]) == ["appraisal.manager: shoes"]
