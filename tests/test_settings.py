"""The environment: what starts the application, what stops it with a sentence; and the business day's clock."""

from __future__ import annotations

import base64
import stat
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from lib import settings as module
from lib.settings import SettingsError, bank_day, business_now, day_end, day_start, parse, today

KEY = base64.b64encode(bytes(range(32))).decode()
URL = "sqlite:////tmp/a.db"


def test_a_full_environment_is_read() -> None:
    env = {"CRM_DATABASE_URL": URL, "CRM_DATA_KEY": KEY, "CRM_DEMO": "1", "CRM_AS_OF": "1994-03-31", "CRM_LOCALE": "en"}
    read = parse(env)
    assert (read.database_url, read.data_key, read.demo, read.locale) == (URL, bytes(range(32)), True, "en")
    assert read.as_of == date(1994, 3, 31)


def test_a_bare_environment_has_defaults() -> None:
    read = parse({"CRM_DATA_KEY": KEY, "PATH": "/bin", "CRM": "x", "XCRM_DEMO": "x"})
    assert read.database_url.endswith("/data/crm.db")
    assert (read.demo, read.as_of, read.locale) == (False, None, "zh_CN")
    assert (
        parse({"CRM_DATA_KEY": KEY, "CRM_DATABASE_URL": "", "CRM_DEMO": "", "CRM_AS_OF": "", "CRM_LOCALE": ""}) == read
    )


@pytest.mark.parametrize(
    ("env", "said"),
    [
        ({"CRM_DATABSE_URL": URL}, "CRM_DATABSE_URL is not a setting"),
        ({"CRM_": "1"}, "CRM_ is not a setting"),
        ({"CRM_DATABASE_URL": "mysql://x"}, "CRM_DATABASE_URL must begin with"),
        ({"CRM_DATABASE_URL": "postgresql://x"}, "CRM_DATABASE_URL must begin with"),
        ({"CRM_DATABASE_URL": "crm.db"}, "CRM_DATABASE_URL must begin with"),
        ({"CRM_DATA_KEY": "short"}, "CRM_DATA_KEY must be 32 bytes"),
        ({"CRM_DATA_KEY": "x" * 44}, "CRM_DATA_KEY must be 32 bytes"),
        ({"CRM_DATA_KEY": base64.b64encode(b"x" * 31).decode()}, "CRM_DATA_KEY must be 32 bytes"),
        ({"CRM_DATA_KEY": KEY + "\n!"}, "CRM_DATA_KEY must be 32 bytes"),
        ({"CRM_DATA_KEY": "", "CRM_DATABASE_URL": "postgresql+psycopg:///x"}, "CRM_DATA_KEY is missing"),
        ({"CRM_DEMO": "yes"}, "CRM_DEMO must be 0 or 1"),
        ({"CRM_DEMO": "2"}, "CRM_DEMO must be 0 or 1"),
        ({"CRM_AS_OF": "31.03.1994"}, "CRM_AS_OF must be a day such as"),
        ({"CRM_AS_OF": "2026-02-30"}, "CRM_AS_OF must be a day such as"),
        ({"CRM_AS_OF": "2026-02-03T10:00"}, "CRM_AS_OF must be a day such as"),
        ({"CRM_LOCALE": "de"}, "CRM_LOCALE must be one of zh_CN, en"),
        ({"CRM_LOCALE": "zh"}, "CRM_LOCALE must be one of"),
        ({"CRM_PACK_TEMPLATE": "/nowhere/bank.pptx"}, "CRM_PACK_TEMPLATE must be a .pptx or .potx file that is there"),
        ({"CRM_PACK_TEMPLATE": "/etc/hostname"}, "CRM_PACK_TEMPLATE must be a .pptx or .potx file"),
    ],
)
def test_a_bad_environment_stops_the_start_with_a_sentence(env: dict[str, str], said: str) -> None:
    with pytest.raises(SettingsError, match=said) as met:
        parse({"CRM_DATA_KEY": KEY, **env})
    assert str(met.value).endswith(".") and "\n" not in str(met.value).strip("\n!")


def test_a_template_that_is_there_is_taken(tmp_path: Path) -> None:
    (tmp_path / "bank.PPTX").touch()
    assert parse({"CRM_DATA_KEY": KEY}).pack_template is None
    read = parse({"CRM_DATA_KEY": KEY, "CRM_PACK_TEMPLATE": str(tmp_path / "bank.PPTX")})
    assert read.pack_template == (tmp_path / "bank.PPTX").resolve()


def test_sqlite_makes_itself_a_key_beside_the_database(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'sub' / 'bank.db'}"
    key = parse({"CRM_DATABASE_URL": url}).data_key
    file = tmp_path / "sub" / "bank.db.key"
    assert len(key) == 32 and stat.S_IMODE(file.stat().st_mode) == 0o600
    assert parse({"CRM_DATABASE_URL": url}).data_key == key


def test_a_database_whose_key_is_lost_does_not_get_another(tmp_path: Path) -> None:
    (tmp_path / "bank.db").touch()
    with pytest.raises(SettingsError, match=r"bank\.db\.key is missing beside the database"):
        parse({"CRM_DATABASE_URL": f"sqlite:///{tmp_path / 'bank.db'}"})


def test_a_spoilt_key_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "bank.db.key").write_text("not a key")
    with pytest.raises(SettingsError, match=r"bank\.db\.key"):
        parse({"CRM_DATABASE_URL": f"sqlite:///{tmp_path / 'bank.db'}"})


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    """`clock(moment, as_of)`: the real moment, and the business day if it is set."""

    def at(moment: datetime, as_of: str = "") -> None:
        monkeypatch.setattr(module, "now", lambda: moment)
        monkeypatch.setenv("CRM_AS_OF", as_of)
        module.settings.cache_clear()

    yield at
    module.settings.cache_clear()


def test_the_business_day_is_shanghai_s(clock) -> None:  # type: ignore[no-untyped-def]
    clock(datetime(2026, 9, 30, 15, 59, 59, tzinfo=UTC))
    assert today() == date(2026, 9, 30)
    clock(datetime(2026, 9, 30, 16, tzinfo=UTC))
    assert today() == date(2026, 10, 1)


def test_a_business_day_that_is_set_is_judged_at_its_end(clock) -> None:  # type: ignore[no-untyped-def]
    clock(datetime(2026, 11, 22, tzinfo=UTC), "1994-03-31")
    assert today() == date(1994, 3, 31)
    assert bank_day(business_now()) == date(1994, 3, 31)
    assert day_end(date(1994, 3, 31)) - business_now() == timedelta(seconds=1)


@pytest.mark.parametrize("day", [date(2026, 1, 1), date(1994, 3, 31), date(1988, 4, 17), date(1941, 3, 15)])
def test_a_day_holds_its_own_moments(day: date) -> None:
    """Also the days on which Shanghai once moved its clocks."""
    assert bank_day(day_start(day)) == day
    assert bank_day(day_end(day) - timedelta(microseconds=1)) == day
    assert day_end(day) == day_start(day + timedelta(days=1))
