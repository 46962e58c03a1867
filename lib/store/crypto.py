"""Secrets at rest: AES-256-GCM for values, a keyed hash (blind index) to find them by exact match."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from functools import lru_cache

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from lib.settings import settings


def seal(clear: str) -> str:
    """Encrypt a value for storing; the nonce stands before the ciphertext, all in base64."""
    nonce = os.urandom(12)
    return base64.b64encode(nonce + _cipher().encrypt(nonce, clear.encode(), None)).decode()


def unseal(sealed: str) -> str:
    """Decrypt a stored value; raises cryptography's InvalidTag for a foreign key or a changed value."""
    raw = base64.b64decode(sealed)
    return _cipher().decrypt(raw[:12], raw[12:], None).decode()


def seal_bytes(clear: bytes) -> bytes:
    """Encrypt a file's content; the nonce stands before the ciphertext."""
    nonce = os.urandom(12)
    return nonce + _cipher().encrypt(nonce, clear, None)


def unseal_bytes(sealed: bytes) -> bytes:
    """Decrypt a file's content; raises InvalidTag for a foreign key or a changed value."""
    return _cipher().decrypt(sealed[:12], sealed[12:], None)


def blind(family: str, clear: str) -> str:
    """The keyed hash a value of one family (`identity`, `phone`) is looked up by; equal values hash alike."""
    return hmac.new(derived_key("blind"), f"{family}:{clear}".encode(), hashlib.sha256).hexdigest()[:40]


def derived_key(purpose: str) -> bytes:
    """A 32-byte key of its own for one purpose, from the bank's data key."""
    return hmac.new(settings().data_key, purpose.encode(), hashlib.sha256).digest()


def _cipher() -> AESGCM:
    return _cipher_of(derived_key("values"))


@lru_cache(maxsize=4)
def _cipher_of(key: bytes) -> AESGCM:
    return AESGCM(key)
