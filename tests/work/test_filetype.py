"""What a file is, by its content."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.work.filetype import DAMAGED, MACROS, MEDIA_TYPES, type_of
from tests.work import files

CASES = [
    (files.PDF, "pdf"),
    (files.picture("JPEG"), "jpg"),
    (files.picture("PNG"), "png"),
    (files.workbook(), "xlsx"),
    (files.document(), "docx"),
    (files.speech(), "wav"),
    (files.MP3, "mp3"),
    (files.MP3_TAGGED, "mp3"),
    (files.MP3_SPEECH, "mp3"),
    (files.container(b"M4A ", b"soun"), "m4a"),
    (files.container(b"mp42", b"soun"), "m4a"),
    (files.container(b"mp42", b"vide", b"soun"), ""),
    (files.container(b"M4A "), ""),
    (files.TEXT, "txt"),
    (files.TEXT.decode().encode("gb18030"), "txt"),
    ("\ufeff投诉".encode(), "txt"),
    (b"text with a \x00 in it", ""),
    (b"text with \x1b[31mcolour", ""),
    (files.EXE, ""),
    (files.OLE, ""),
    (files.archive(_types=b"<Types/>", ppt__presentation=b""), ""),
    (files.archive(word__document=b""), ""),
    (files.archive(anything=b"x"), ""),
    (files.document(word__vbaProject=b"x"), MACROS),
    (files.document(b'<Override ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/>'), MACROS),
    (files.workbook()[:200], DAMAGED),
    (files.picture("PNG")[:40], DAMAGED),
    (b"\x89PNG\r\n\x1a\n<script>alert(1)</script>", DAMAGED),
    (b"\xff\xd8\xff\xe0 not a picture", DAMAGED),
    (b"GIF89a" + b"\x01\x00" * 20, ""),
]


@pytest.mark.parametrize(("content", "kind"), CASES, ids=[f"{i}-{case[1] or 'none'}" for i, case in enumerate(CASES)])
def test_a_type_is_told_by_content(content: bytes, kind: str) -> None:
    assert type_of(content) == kind


@given(st.binary(max_size=400), st.sampled_from([b"", b"PK\x03\x04", b"%PDF-", b"\xff", b"ID3", b"\0\0\0\x18ftyp"]))
def test_any_content_gets_an_answer(content: bytes, head: bytes) -> None:
    assert type_of(head + content) in {*MEDIA_TYPES, MACROS, DAMAGED, ""}
