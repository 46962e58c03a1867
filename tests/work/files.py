"""Small files of every type, made here, so that their content is known."""

from __future__ import annotations

import io
import wave
import zipfile

import openpyxl
from PIL import Image

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
MP3 = b"\xff\xfb\x90\x64" + b"\0" * 413
MP3_TAGGED = b"ID3\x04\x00\x00\x00\x00\x00\x00" + MP3
MP3_SPEECH = b"\xff\xf3\x40\xc4" + b"\0" * 200
TEXT = "客户来电：被多收年费。\r\n\t已记录。".encode()
EXE = b"MZ\x90\x00" + bytes(range(256))
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


def picture(kind: str) -> bytes:
    """A picture of 20 by 20 points."""
    made = io.BytesIO()
    Image.new("RGB", (20, 20), "white").save(made, kind)
    return made.getvalue()


def workbook() -> bytes:
    """An Excel file with one cell."""
    made, book = io.BytesIO(), openpyxl.Workbook()
    book.active["A1"] = "年费"
    book.save(made)
    return made.getvalue()


def archive(**parts: bytes) -> bytes:
    """A zip of parts; `__` in a name is a folder, `_types` the list every office file has."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr("[Content_Types].xml" if name == "_types" else name.replace("__", "/") + ".xml", content)
    return made.getvalue()


def document(types: bytes = b"<Types/>", **more: bytes) -> bytes:
    """A Word file."""
    return archive(_types=types, word__document=b"<w:document/>", **more)


def speech() -> bytes:
    """A tenth of a second of silence."""
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(b"\0" * 1600)
    return made.getvalue()


def container(brand: bytes, *tracks: bytes) -> bytes:
    """The beginning of an MPEG-4 file with tracks of these kinds (soun, vide)."""
    heads = b"".join(b"\0\0\0\x21hdlr" + b"\0" * 8 + track + b"\0" * 13 for track in tracks)
    return b"\0\0\0\x18ftyp" + brand + b"\0\0\0\0" + brand + b"isom" + heads
