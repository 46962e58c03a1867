"""The gateway's commands: one JSON document out, results in, wrong files refused with the place."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lib.cli import main
from lib.cli.outbox import results_of
from lib.cli.output import Failed
from lib.jobs import outbox
from tests.care.writing import clean, message, queued
from tests.cast import OWN, SmallBank, phone_of

NOON = datetime(2026, 10, 12, 4, tzinfo=UTC)


def test_out_and_back(
    sqlite_bank: SmallBank, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    clean()
    row = queued()
    monkeypatch.setattr(outbox, "business_now", lambda: NOON)
    monkeypatch.setattr(outbox, "today", lambda: row.send_on)
    assert main(["outbox", "take", "--channel", "sms"]) == 0
    said = json.loads(capsys.readouterr().out)
    (one,) = said["messages"]
    assert (one["id"], one["address"], one["text"], said["channel"]) == (row.id, phone_of(OWN), row.text, "sms")
    file = tmp_path / "results.json"
    file.write_text(json.dumps({"results": [
        {"id": one["id"], "status": "delivered", "reference": "g-9", "at": "2026-10-12T12:01:00+08:00"},
        {"id": one["id"], "status": "sent"}, {"id": 4242, "status": "sent"},
    ]}))  # fmt: skip
    assert main(["outbox", "report", "--file", str(file)]) == 0
    assert "已写回 1 条，1 条早已知道" in (told := capsys.readouterr().out) and "4242" in told
    assert (message(row.id).state, message(row.id).gateway_reference) == ("delivered", "g-9")
    assert main(["outbox", "status"]) == 0
    assert "已送达 1" in capsys.readouterr().out
    assert main(["outbox", "take", "--channel", "sms", "--most", "0"]) == 1


@pytest.mark.parametrize("text", [
    "no json", "{}", '{"results": 3}', '[{"id": 1, "status": "lost"}]', '[{"status": "sent"}]', '["x"]',
    '[{"id": "x", "status": "sent"}]', '[{"id": 1, "status": "sent", "at": "2026-10-12T12:01:00"}]',
    '[{"id": 1, "status": "sent", "at": "noon"}]',
])  # fmt: skip
def test_a_wrong_file_is_refused(text: str) -> None:
    with pytest.raises(Failed):
        results_of(text)
