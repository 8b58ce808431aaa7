"""What the name of a student's folder must not hold, wherever it is shown or kept as an id."""

import re
import unicodedata

MARKUP = '<>"$`'
CONTROLS = ("Cc", "Cf", "Zl", "Zp")  # of Unicode: control, direction, ends of lines
# What a table works out, and may start a program with; `=1+1` is odd, and harms nobody.
FORMULA = re.compile(r"[=@+-].*[(|]")
# Where a table of another country begins a further cell, and what it passes over before a formula.
CELLS = re.compile(r"[;,|\t]")
BEFORE = " '"
JOINERS = "\u200c\u200d"  # within words of Persian and of Indian languages


def odd_in_id(name: str) -> str:
    r"""What makes a folder's name unfit to be an id: control characters, markup, a formula.

    An id is shown wherever staff look: pages, terminals, tables, file names. Letters of every
    script, apostrophes and spaces are welcome.

    >>> odd_in_id("Zoë O'Brien"), odd_in_id("<b>zoe"), odd_in_id("a\nb"), odd_in_id("=A(1)")
    ('', "'<'", 'U+000A', "'='")
    """
    for character in name:
        if character in MARKUP:
            return repr(character)
        if unicodedata.category(character) in CONTROLS and character not in JOINERS:
            return f"U+{ord(character):04X}"
    # also in forms of another width, which some programs read as the plain ones
    plain = unicodedata.normalize("NFKC", name)
    starts = (0, *(found.end() for found in CELLS.finditer(plain)))
    for cell in (plain[start:].lstrip(BEFORE) for start in starts):
        if FORMULA.match(cell):
            return repr(cell[0])
    return ""
