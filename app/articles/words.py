"""Which words does a text hold, and which is somebody looking for?

No database's own idea of a word is used, for each has another one: what is cut here is what both compare.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from app.site.matching import normal

LONGEST_QUERY = 200
LONGEST_WORD = 255

# Scripts that put no spaces between words: each character stands alone, and a run of them is a phrase. Hangul has
# spaces, and its particles come after the word, where a prefix does not mind them.
_STANDS_ALONE = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3038-\u303b\u3040-\u312f"
    "\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua9e0-\ua9ff\uaa60-\uaa7f\uf900-\ufaff"
    "\U0001aff0-\U0001b16f\U00020000-\U0003ffff]"
)
_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»＂", '"'))


@dataclass(frozen=True, slots=True)
class Sought:
    """Words that must follow each other; where it is open-ended, the last may be a word's beginning."""

    words: tuple[str, ...]
    open_ended: bool


def words_of(text: str) -> list[str]:
    """The words of a text in order: letters, digits and their marks, in Unicode's NFKC_Casefold."""
    folded = normal(text)
    spaced = folded.translate({ord(character): _spaced(character) for character in set(folded)})
    return [word[:LONGEST_WORD] for word in spaced.split()]


def read_query(query: str) -> tuple[Sought, ...]:
    """What a query asks for: every word as a prefix, and what stands in quotation marks exactly so.

    A last quotation mark that is missing is still being typed, so what follows the first is open-ended.
    """
    parts = query.translate(_QUOTES).split('"')
    sought: list[Sought] = []
    for number, part in enumerate(parts):
        if number % 2:
            sought.append(Sought(tuple(words_of(part)), open_ended=number == len(parts) - 1))
        else:
            sought += [Sought(tuple(words_of(typed)), open_ended=True) for typed in part.split()]
    return tuple(each for each in dict.fromkeys(sought) if each.words)


@lru_cache(maxsize=65_536)
def _spaced(character: str) -> str:
    """The character as part of a word, as a word of its own, or as the gap between two."""
    if unicodedata.category(character)[0] not in "LNM":
        return " "
    return f" {character} " if _STANDS_ALONE.match(character) else character
