"""Secrets at rest: there and back, never twice alike, worthless under another key."""

from __future__ import annotations

import base64

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis.strategies import text

from lib.settings import settings
from lib.store.crypto import blind, derived_key, seal, seal_bytes, unseal, unseal_bytes


@pytest.fixture
def other_key(monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    """`other_key()`: from now on the process holds another bank's key."""

    def change() -> None:
        monkeypatch.setenv("CRM_DATA_KEY", base64.b64encode(b"x" * 32).decode())
        settings.cache_clear()

    yield change
    settings.cache_clear()


@given(text())
def test_there_and_back(clear: str) -> None:
    assert unseal(seal(clear)) == clear


def test_the_same_value_is_never_sealed_alike() -> None:
    assert len({seal("13812345678") for _ in range(50)}) == 50
    assert "13812345678" not in base64.b64decode(seal("13812345678")).decode("latin-1")


def test_a_changed_value_does_not_open() -> None:
    raw = bytearray(base64.b64decode(seal("13812345678")))
    raw[-1] ^= 1
    with pytest.raises(InvalidTag):
        unseal(base64.b64encode(raw).decode())


def test_another_key_opens_nothing_and_finds_nothing(other_key) -> None:  # type: ignore[no-untyped-def]
    sealed, found = seal("13812345678"), blind("phone", "13812345678")
    other_key()
    with pytest.raises(InvalidTag):
        unseal(sealed)
    assert blind("phone", "13812345678") != found


def test_a_blind_index_finds_equal_values_of_one_family_only() -> None:
    assert blind("phone", "1") == blind("phone", "1") != blind("identity", "1")
    assert blind("phone", "1") != blind("phone", "2") and len(blind("phone", "1")) == 40


def test_every_purpose_has_a_key_of_its_own() -> None:
    keys = {derived_key(purpose) for purpose in ("values", "blind", "seal", "audit", "cookie")}
    assert len(keys) == 5 and settings().data_key not in keys


def test_a_file_opens_as_it_was_and_not_when_changed() -> None:
    sealed = seal_bytes(b"%PDF-")
    assert unseal_bytes(sealed) == b"%PDF-" and b"%PDF-" not in sealed and sealed != seal_bytes(b"%PDF-")
    with pytest.raises(InvalidTag):
        unseal_bytes(sealed[:-1] + bytes([sealed[-1] ^ 1]))
