"""A component the machine lacks: a named skip for a person, a failure for the build server."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest


def missing(sentence: str) -> NoReturn:
    """Skip the test with `sentence`; under `CI=true` fail it, so that nothing goes untested unseen."""
    if os.environ.get("CI") == "true":
        pytest.fail(sentence, pytrace=False)
    pytest.skip(sentence)
