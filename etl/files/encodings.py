"""Which encoding a text is in, and what is doubtful about it. Runs in the child process."""

import codecs
import re
from collections.abc import Iterator

from etl.files.limits import FileRejected
from etl.message import N_

TWICE = "utf-8-twice"  # UTF-8 that a programme took for Windows-1252 and wrote as UTF-8 again
ENCODINGS = ("utf-8", "utf-16", "cp1252", "cp1250", "mac-roman", TWICE)
ENCODING_NAMES = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "utf-32": "UTF-32",
    "cp1252": "Windows-1252",
    "cp1250": "Windows-1250",
    "mac-roman": "Mac Roman",
    TWICE: N_("UTF-8, encoded twice"),
}
BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark begins it
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
BLOCK = 1 << 20
REPLACED = "\ufffd"
MISREAD_MARK = "ï»¿"
# What English and French texts hold beyond ASCII; anything else speaks for another code page.
USUAL = frozenset("àâäæçéèêëîïôöœùûüÿÀÂÄÆÇÉÈÊËÎÏÔÖŒÙÛÜŸñÑáíóúãõåøßÅØ«»‘’“”–—…•€£©®°±²³½¼¾·×\u00a0§†ªº¿¡™")
_TWICE = re.compile("Ã[\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|â€|Â[\u00a0-\u00bf]")
# Signs within a word, as Windows-1252 gives them for letters of Central Europe: "£ódŸ" for "Łódź".
_ODD = re.compile(r"[^\W\d_][£¿¡°²³±][^\W\d_]|[£³¿][^\W\d_]|[a-zß-ÿ][Ÿ£]")
SAVE_AS_UTF8 = N_("Save it as “CSV UTF-8”, or as XLSX.")
NUL = N_("holds NUL bytes: it is not a text table.")


def find_encoding(content: bytes) -> tuple[str, str | None]:
    """The Python name of the encoding, and the code of what is doubtful about it: `encoding`, `encoded-twice` or None.

    Text that is not Unicode is taken as Windows-1252, the usual one here; a text that is UTF-8 but for some bytes stays
    UTF-8, with REPLACED in their places, which are then told cell by cell.
    """
    for mark, encoding in BYTE_ORDER_MARKS:
        if content.startswith(mark):
            _seen(content, encoding)
            return encoding, None
    even, odd = content[0:2000:2].count(0), content[1:2000:2].count(0)
    half = len(content[:2000]) // 2
    if half and max(even, odd) > 0.6 * half and min(even, odd) < 0.1 * half:
        encoding = "utf-16-le" if odd > even else "utf-16-be"
        _seen(content, encoding)
        return encoding, None
    if b"\0" in content:
        raise FileRejected(NUL, SAVE_AS_UTF8)
    try:
        _seen(content, "utf-8")
    except FileRejected:
        return _not_quite_utf8(content)
    return "utf-8", _twice(content, "utf-8")


def is_misread(first: str) -> bool:
    """Whether a first cell shows that a program took our UTF-8, byte order mark and all, for Windows-1252."""
    return first.startswith(MISREAD_MARK)


def undone(text: str) -> str:
    """The text as it was before a program took its UTF-8 for Windows-1252; itself where that can not be."""
    try:
        return b"".join(map(_byte, text)).decode("utf-8-sig")
    except UnicodeError:
        return text


def _byte(character: str) -> bytes:
    code = ord(character)
    if code < 0xA0 or 0xF180 <= code <= 0xF19F:  # what has no sign there is kept as it is, or for private use
        return bytes([code & 0xFF])
    return character.encode("cp1252")


def looks_twice(text: str) -> bool:
    """Whether a text holds what UTF-8 looks like when a program took it for Windows-1252."""
    return bool(_TWICE.search(text))


def _twice(content: bytes, encoding: str) -> str | None:
    return "encoded-twice" if any(map(looks_twice, _blocks(content, encoding))) else None


def _not_quite_utf8(content: bytes) -> tuple[str, str | None]:
    bad = good = 0
    for block in _blocks(content, "utf-8", "replace"):
        bad += block.count(REPLACED)
        good += sum(not character.isascii() for character in block) - block.count(REPLACED)
    if good > bad:
        return "utf-8", None  # the bad bytes are problems of their cells
    characters = _seen(content, "cp1252")
    unusual = {one for one in characters if not one.isascii()} - USUAL
    odd = unusual or any(_ODD.search(block) for block in _blocks(content, "cp1252"))
    return "cp1252", "encoding" if odd else None


def check_encoding(content: bytes, encoding: str) -> str | None:
    """What is doubtful of a text in the encoding a person chose. Raises FileRejected when the text is not in it."""
    try:
        if encoding not in ENCODINGS:
            raise UnicodeError
        seen = _characters(content, "utf-8" if encoding == TWICE else encoding)
    except UnicodeError:
        raise FileRejected(N_("can not be read as {encoding}."), SAVE_AS_UTF8, encoding=encoding) from None
    if "\0" in seen:
        raise FileRejected(NUL, SAVE_AS_UTF8)
    return None if encoding == TWICE else _twice(content, encoding)


def plain_bytes(content: bytes, encoding: str) -> tuple[bytes, str]:
    """The text with a second encoding undone, and the encoding it then has."""
    if encoding != TWICE:
        return content, encoding
    return content.decode("utf-8-sig").encode("cp1252", "replace"), "utf-8"


def _blocks(content: bytes, encoding: str, errors: str = "strict") -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)(errors)
    for start in range(0, len(content), BLOCK):
        yield decoder.decode(content[start : start + BLOCK])
    yield decoder.decode(b"", final=True)


def _characters(content: bytes, encoding: str) -> set[str]:
    seen: set[str] = set()
    for block in _blocks(content, encoding):
        seen |= set(block)
    return seen


def _seen(content: bytes, encoding: str) -> set[str]:
    """The characters of the text; raises FileRejected when it is not in this encoding."""
    try:
        seen = _characters(content, encoding)
    except UnicodeError:
        raise FileRejected(N_("is in no text encoding we know (UTF-8, UTF-16, Windows-1252)."), SAVE_AS_UTF8) from None
    if "\0" in seen:
        raise FileRejected(NUL, SAVE_AS_UTF8)
    return seen
