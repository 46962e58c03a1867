"""The environment, strictly parsed, and the clock: what the process may know before it opens the store."""

from __future__ import annotations

import base64
import binascii
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

ROOT = Path(__file__).resolve().parent.parent
BANK_ZONE = ZoneInfo("Asia/Shanghai")
LOCALES = ("zh_CN", "en")
KNOWN = ("CRM_DATABASE_URL", "CRM_DATA_KEY", "CRM_DEMO", "CRM_AS_OF", "CRM_LOCALE", "CRM_PACK_TEMPLATE")
TEMPLATE_ENDINGS = (".pptx", ".potx")
ENGINES = ("sqlite", "postgresql+psycopg")


class SettingsError(ValueError):
    """An environment the application refuses to start in; the message is one sentence for a person."""


@dataclass(frozen=True)
class Settings:
    """One process's settings: where the bank is, its key, the mode, the day, the language, the slides' template."""

    database_url: str
    data_key: bytes
    demo: bool
    as_of: date | None
    locale: str
    pack_template: Path | None = None


def parse(env: Mapping[str, str]) -> Settings:
    """Read the `CRM_*` names of `env`; an unknown name or a bad value raises SettingsError."""
    unknown = sorted(name for name in env if name.startswith("CRM_") and name not in KNOWN)
    if unknown:
        raise SettingsError(f"{unknown[0]} is not a setting of this application; known are {', '.join(KNOWN)}.")
    url = env.get("CRM_DATABASE_URL") or f"sqlite:///{ROOT / 'data' / 'crm.db'}"
    if url.split(":", 1)[0] not in ENGINES:
        raise SettingsError("CRM_DATABASE_URL must begin with sqlite:/// or postgresql+psycopg://.")
    return Settings(
        database_url=url,
        data_key=_data_key(env.get("CRM_DATA_KEY", ""), url),
        demo=_flag(env, "CRM_DEMO"),
        as_of=_day(env, "CRM_AS_OF"),
        locale=_locale(env),
        pack_template=_template(env),
    )


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process, read once."""
    return parse(os.environ)


def now() -> datetime:
    """The real moment, aware, UTC: for sessions, audit and ids."""
    return datetime.now(UTC)


def today() -> date:
    """The business day in Asia/Shanghai: `CRM_AS_OF` where it is set."""
    return settings().as_of or now().astimezone(BANK_ZONE).date()


def business_now() -> datetime:
    """The moment clocks are judged at: now, or the end of the `CRM_AS_OF` day."""
    as_of = settings().as_of
    return now() if as_of is None else day_end(as_of) - timedelta(seconds=1)


def day_start(day: date) -> datetime:
    """The first moment of a bank day, UTC."""
    return datetime.combine(day, time(), BANK_ZONE).astimezone(UTC)


def day_end(day: date) -> datetime:
    """The first moment after a bank day, UTC."""
    return day_start(day + timedelta(days=1))


def bank_day(moment: datetime) -> date:
    """The bank's calendar day of an aware moment."""
    return moment.astimezone(BANK_ZONE).date()


def _flag(env: Mapping[str, str], name: str) -> bool:
    value = env.get(name, "") or "0"
    if value not in ("0", "1"):
        raise SettingsError(f"{name} must be 0 or 1, not {value!r}.")
    return value == "1"


def _day(env: Mapping[str, str], name: str) -> date | None:
    value = env.get(name, "")
    try:
        return date.fromisoformat(value) if value else None
    except ValueError:
        raise SettingsError(f"{name} must be a day such as 2026-09-30, not {value!r}.") from None


def _locale(env: Mapping[str, str]) -> str:
    value = env.get("CRM_LOCALE") or "zh_CN"
    if value not in LOCALES:
        raise SettingsError(f"CRM_LOCALE must be one of {', '.join(LOCALES)}, not {value!r}.")
    return value


def _template(env: Mapping[str, str]) -> Path | None:
    """The file must be there at the start: a review meeting is no time to find out that it is not."""
    value = env.get("CRM_PACK_TEMPLATE", "")
    if not value:
        return None
    path = Path(value)
    if path.suffix.lower() not in TEMPLATE_ENDINGS or not path.is_file():
        raise SettingsError(f"CRM_PACK_TEMPLATE must be a .pptx or .potx file that is there, not {value!r}.")
    return path.resolve()


def _data_key(given: str, url: str) -> bytes:
    if not given:
        return _key_file(url)
    return _decoded(given, "CRM_DATA_KEY must be 32 bytes in base64; `openssl rand -base64 32` makes one.")


def _decoded(text: str, otherwise: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != 32:
        raise SettingsError(otherwise)
    return key


def _key_file(url: str) -> bytes:
    """The key beside a SQLite file, made on first use (mode 0600); any other store must be given its key."""
    path = Path(url.removeprefix("sqlite:///") + ".key")
    if not url.startswith("sqlite:///"):
        raise SettingsError("CRM_DATA_KEY is missing: only a SQLite bank makes its own key file.")
    if not path.exists():
        if Path(url.removeprefix("sqlite:///")).exists():
            raise SettingsError(f"{path.name} is missing beside the database: restore it or set CRM_DATA_KEY.")
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(base64.b64encode(secrets.token_bytes(32)).decode())
        except FileExistsError:
            pass
    return _decoded(path.read_text().strip(), f"{path.name} does not hold 32 bytes in base64: restore it.")
