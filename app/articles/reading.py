"""How much is there to read, and how long does it take?"""

import math
import re
from typing import NamedTuple

WORDS_A_MINUTE = 238
CHARACTERS_A_MINUTE = 500

# Chinese and Japanese put no spaces between words: their characters are counted.
_CHARACTER = re.compile(
    "[\u3005-\u3007\u3041-\u3096\u30a1-\u30fa\u30fc\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
# Thai, Lao, Burmese and Khmer put none either; five characters with their signs are about a word.
_ABOUT_A_WORD = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]{1,5}")
# Everything else is counted as it stands between spaces, dashes and strokes, if there is a letter or digit in
# it.
_BETWEEN_WORDS = re.compile(r"[\s\u2013\u2014/]+")
_LETTER = re.compile(r"[^\W_]")


class Amount(NamedTuple):
    """`words` counts a Chinese or Japanese character as one; `minutes` is at least 1 where there is any text."""

    words: int
    minutes: int


def amount_of(text: str) -> Amount:
    """Words of the text, and minutes for it.

    238 words a minute: M. Brysbaert, "How many words do we read per minute?", Journal of Memory and Language
    109 (2019), silent reading of English non-fiction. 500 Chinese or Japanese characters a minute: Medium's
    help page "Read time".
    """
    characters, rest = _counted(_CHARACTER, text)
    guesses, rest = _counted(_ABOUT_A_WORD, rest)
    words = guesses + sum(1 for each in _BETWEEN_WORDS.split(rest) if _LETTER.search(each))
    return Amount(characters + words, math.ceil(characters / CHARACTERS_A_MINUTE + words / WORDS_A_MINUTE))


def _counted(pattern: re.Pattern[str], text: str) -> tuple[int, str]:
    """How often it is in the text, and the text without it."""
    rest, count = pattern.subn(" ", text)
    return count, rest
