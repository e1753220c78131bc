"""Streamlit's icon font with those icons alone that a page may ask for: a seventh of its 366 KiB.

A slow line would carry the rest beside the chart's script. An icon is asked for by its name, which the font turns into a
sign. A name that is a word of the front end's scripts, Streamlit's or our own, stays; the other four thousand go.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from string import ascii_lowercase, digits

NAME = "MaterialSymbols-"
"""How the file's name begins, in ``static/media`` of the folder of static files."""
WORD = re.compile(rb"""["'`:/]([a-z0-9_]+)(?=["'`:])""")
"""A text of one word, also between the marks by which Markdown writes an icon."""
LETTERS = f"{ascii_lowercase}{digits}_"
OURS = tuple(Path(__file__).resolve().parents[3] / room for room in ("dashboard", "pages"))


def words(paths: Iterable[Path]) -> set[str]:
    """The texts of one word in some scripts."""
    return {word.decode() for path in paths for word in WORD.findall(path.read_bytes())}


def our_words() -> set[str]:
    """The texts of one word in our own code that draws pages."""
    return words(script for room in OURS for script in room.rglob("*.py"))


@cache
def edition() -> str:
    """What our code may ask for, as a digest: another one needs the font made anew."""
    return hashlib.sha256(" ".join(sorted(our_words())).encode()).hexdigest()[:12]


def with_icons(font: Path, names: set[str]) -> bytes:
    """A font (WOFF2) with the icons alone that are among ``names``, and the letters that write them."""
    # Takes 0.2 s, and only the process that makes the copies needs it.
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    whole = TTFont(font)
    kept = [sign for name, sign in signs(whole) if name in names]
    subsetter = Subsetter(Options(layout_closure=False, layout_features=["*"]))
    subsetter.populate(glyphs=kept, text=LETTERS)
    subsetter.subset(whole)
    whole.flavor = "woff2"
    made = io.BytesIO()
    whole.save(made)
    return made.getvalue()


def signs(font) -> Iterable[tuple[str, str]]:
    """Each icon's name, and the glyph that the font (a ``fontTools.ttLib.TTFont``) draws for it."""
    letters = {glyph: chr(code).lower() for code, glyph in font.getBestCmap().items()}
    for lookup in font["GSUB"].table.LookupList.Lookup:
        for table in lookup.SubTable:
            for first, ligatures in getattr(getattr(table, "ExtSubTable", table), "ligatures", {}).items():
                for ligature in ligatures:
                    yield "".join(letters.get(glyph, "?") for glyph in (first, *ligature.Component)), ligature.LigGlyph
