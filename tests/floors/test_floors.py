"""The house stands, and each rule is seen to catch what breaks it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.floors.floors import FLOORS, modules, problems

ROOT = Path(__file__).resolve().parents[2]
CAPTION = '"""Caption."""\n'


def test_the_house_stands() -> None:
    assert modules(ROOT), "no module was read"
    assert problems(ROOT) == []


def test_no_unit_stands_on_two_floors() -> None:
    units = [unit for floor in FLOORS for unit in floor]
    assert len(units) == len(set(units))


def test_every_folder_of_lib_has_its_floor(tmp_path: Path) -> None:
    assert found(tmp_path, "lib/marketing/read.py", "x = 1\n") == ["lib.marketing has no floor: put it in the list"]


@pytest.mark.parametrize(
    ("file", "code"),
    [
        ("lib/store/audit.py", "from lib.tiers.rules import explain"),
        ("lib/tiers/read.py", "from lib.care import rules"),
        ("lib/tiers/read.py", "from ..care.rules import due"),
        ("lib/tiers/read.py", "import lib.kpi.table"),
        ("lib/jobs/close.py", "from lib.export.pack import pack"),
        ("lib/web/routes.py", "from lib import ui"),
        ("lib/ui/shell.py", "import app"),
        ("lib/words.py", "def late():\n    from lib.settings import now"),
    ],
)
def test_imports_point_down_only(tmp_path: Path, file: str, code: str) -> None:
    (said,) = found(tmp_path, file, code)
    assert said.endswith("which does not stand below it")


@pytest.mark.parametrize(
    ("file", "code"),
    [
        ("lib/kpi/table.py", "import streamlit as st"),
        ("lib/web/routes.py", "from streamlit.web import bootstrap"),
        ("lib/export/pack.py", "import plotly.graph_objects as go"),
        ("lib/ui/charts.py", "import plotly.express as px"),
        ("pages/customers/tiers.py", "from plotly import express"),
        ("lib/tiers/read.py", "from sqlalchemy import select, text"),
        ("lib/tiers/read.py", "sa.text('select 1')"),
        ("lib/kpi/table.py", "from sqlalchemy import create_engine"),
        ("lib/kpi/table.py", "sqlalchemy.create_engine(url)"),
        ("lib/kpi/table.py", "pd.read_sql(query, link)"),
        ("lib/kpi/table.py", "session.connection()"),
        ("lib/kpi/table.py", "session.get_bind()"),
        ("pages/customers/tiers.py", "session.bind.connect()"),
        ("lib/kpi/table.py", "from lib.store.engine import engine"),
        ("lib/jobs/refresh.py", "from lib.store.engine import write_engine"),
        ("lib/customers/read.py", "from lib.store.door import link_of"),
        ("lib/customers/read.py", "from lib.store.crypto import unseal"),
        ("lib/customers/read.py", "from lib.store.bulk import bulk"),
        ("pages/customers/tiers.py", "from lib.store.bulk import bulk"),
        ("pages/service/complaints.py", "st.connection('sql')"),
        ("lib/jobs/refresh.py", "Customer.__table__.insert()"),
        ("pages/customers/tiers.py", "st.line_chart(frame)"),
        ("pages/customers/tiers.py", "st.markdown(note, unsafe_allow_html=True)"),
        ("lib/tiers/read.py", "datetime.now(UTC)"),
        ("lib/store/audit.py", "datetime.datetime.utcnow()"),
        ("pages/customers/tiers.py", "dt.date.today()"),
        ("lib/tiers/read.py", "pd.Timestamp.now()"),
        ("lib/tiers/tier_utils.py", "x = 1"),
        ("lib/store/common.py", "x = 1"),
    ],
)
def test_what_is_banned_is_caught(tmp_path: Path, file: str, code: str) -> None:
    assert len(found(tmp_path, file, code)) == 1


def test_a_module_has_a_caption(tmp_path: Path) -> None:
    write(tmp_path, "lib/tiers/read.py", "x = 1\n")
    assert problems(tmp_path) == ["lib/tiers/read.py:1 the module has no caption"]


@pytest.mark.parametrize(
    ("file", "code"),
    [
        ("lib/tiers/read.py", "from lib.tiers.rules import explain\nfrom lib.store import models"),
        ("lib/tiers/read.py", "from . import rules\nfrom .rules import explain"),
        ("lib/store/engine.py", "from sqlalchemy import create_engine, text"),
        ("lib/jobs/refresh.py", "from lib.store.bulk import bulk\nfrom lib.store.engine import analyse"),
        ("lib/settings.py", "now = datetime.now(UTC)"),
        ("lib/ui/charts.py", "import plotly.graph_objects as go\nimport streamlit as st\nst.plotly_chart(f)"),
        (
            "pages/customers/tiers.py",
            "from lib.ui.page import open_page\nfrom lib.settings import today\ntoday()",
        ),
        (
            "lib/tiers/read.py",
            "from lib.words import _\nfrom itertools import islice\nfrom re import Match as text",
        ),
        ("app.py", "import streamlit as st\nfrom lib.web import front"),
    ],
)
def test_what_is_right_passes(tmp_path: Path, file: str, code: str) -> None:
    assert found(tmp_path, file, code) == []


def found(folder: Path, file: str, code: str) -> list[str]:
    write(folder, file, CAPTION + code)
    return [line.split(" ", 1)[1] for line in problems(folder)]


def write(folder: Path, file: str, text: str) -> None:
    (folder / file).parent.mkdir(parents=True, exist_ok=True)
    (folder / file).write_text(text)
