"""What a file is, by its content: the few types a case may keep, told apart without trusting its name."""

from __future__ import annotations

import re
import zipfile
import zlib
from io import BytesIO

from PIL import Image

#: type → media type; a rule allows some of these (attachment.limits)
MEDIA_TYPES = {
    "pdf": "application/pdf",
    "jpg": "image/jpeg",
    "png": "image/png",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "mp3": "audio/mpeg",
    "wav": "audio/wav",
    "m4a": "audio/mp4",
    "txt": "text/plain",
}
#: endings that say the same type by another name
ALSO_CALLED = {"jpeg": "jpg", "jpe": "jpg"}
MACROS, DAMAGED = "macros", "damaged"
_PICTURES = {"jpg": "JPEG", "png": "PNG"}
_OFFICE = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}
_TRACK = re.compile(rb"hdlr.{8}(soun|vide)", re.DOTALL)
_LAYER_3 = 1
_LONGEST_LIST_OF_PARTS = 1_000_000


def type_of(content: bytes) -> str:
    """The type of a file's content: a key of MEDIA_TYPES, MACROS, DAMAGED, or empty for anything else."""
    if content.startswith(b"PK\x03\x04"):
        return _office(content)
    found = _by_beginning(content)
    if found in _PICTURES and not _opens(content, _PICTURES[found]):
        return DAMAGED
    return found or ("txt" if _is_text(content) else "")


def _by_beginning(content: bytes) -> str:
    if content.startswith(b"%PDF-"):
        return "pdf"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if content.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if content[:4] == b"RIFF" and content[8:12] == b"WAVE":
        return "wav"
    if content[4:8] == b"ftyp":  # sound and film share this container: its tracks tell
        return "m4a" if set(_TRACK.findall(content)) == {b"soun"} else ""
    return "mp3" if content.startswith(b"ID3") or _is_frame(content[:4]) else ""


def _is_frame(head: bytes) -> bool:
    """The header of an MPEG audio frame of layer III (ISO 11172-3, 13818-3): sync, version, layer, rates."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return False
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    bitrate, sampling = head[2] >> 4, head[2] >> 2 & 3
    return version != 1 and layer == _LAYER_3 and 0 < bitrate < 15 and sampling != 3


def _office(content: bytes) -> str:
    """Which office document a zip archive is (ISO 29500); one that carries macros is none of them."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            parts = {part.filename.lower(): part for part in archive.infolist()}
            listed = parts.get("[content_types].xml")
            if listed is None or listed.file_size > _LONGEST_LIST_OF_PARTS:
                return ""
            said = archive.read(listed).lower()
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, ValueError, EOFError, zlib.error):
        return DAMAGED
    if b"macroenabled" in said or b"vbaproject" in said or any("vbaproject" in part for part in parts):
        return MACROS
    return next((kind for kind, part in _OFFICE.items() if part in parts), "")


def _opens(content: bytes, as_format: str) -> bool:
    """Whether a picture's structure holds; what is painted is not decoded."""
    try:
        with Image.open(BytesIO(content), formats=(as_format,)) as picture:
            picture.verify()
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return False
    return True


def _is_text(content: bytes) -> bool:
    """UTF-8 or GB 18030 without control characters other than line ends and tabs."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return not any(character < " " and character not in "\t\n\r\f" for character in text)
    return False
