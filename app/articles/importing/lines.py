"""Which paragraphs does a copied text consist of, whatever its line ends, blank lines and wrapping?"""

import re
import unicodedata
from dataclasses import dataclass
from itertools import pairwise

LINE_END = re.compile(r"\r\n|\n|\r")
BREAK_IN_LINE = re.compile("[\v\f\x85\u2028\u2029]")  # not counted as lines by the editors people use
CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
SPACES = re.compile("[ \t\u3000]+")  # a no-break space inside a text stays: French and units need it
EDGES = " \t\u00a0\u2007\u202f\u3000\u200b\u2060\ufeff\u00ad"
INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad]")
LIST_MARK = re.compile(r"(?:[-*+•‣◦▪●○■□–—]|\(?\d{1,3}[.)])\s")
UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")  # Han and Kana: lines break anywhere
CLOSERS = "\"'”’»«›)]}」』）】〉》*"
TERMINATORS = ".!?…。！？．｡؟۔।॥։።፧။។༎‼⁇⁈⁉"
ACRONYM = re.compile(r"(?:\b[A-Z]\.){2,}$")
WIDEST_WRAP = 120
LONGEST_WORD = 24
FEWEST_FULL_LINES = 2


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph or short line; blocks of one `group` had no blank line between them."""

    text: str
    line: int
    group: int


def blocks_of(text: str) -> list[Block]:
    """Split a text into blocks, with lines joined again that only a line width had broken."""
    lines = _lines_of(text)
    if not _is_wrapped(lines):
        return lines
    width = _widest(lines)
    has_blank_lines = lines[-1].group > 0
    paragraphs = [[lines[0]]]
    for before, line in pairwise(lines):
        may_go_on = before.group == line.group and (has_blank_lines or not is_closed(before.text))
        if may_go_on and _continues(before.text, line.text, width):
            paragraphs[-1].append(line)
        else:
            paragraphs.append([line])
    return [Block(_joined(part), part[0].line, part[0].group) for part in paragraphs]


def columns(text: str) -> int:
    """How wide a text stands in a fixed font, wide characters counted twice; long texts are not measured."""
    if len(text) > 400 or text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text if not unicodedata.combining(c))


def same_words(text: str) -> str:
    """The form in which two texts are compared: case, spaces, invisible characters and outer quotes aside."""
    folded = INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).casefold()
    return " ".join(folded.split()).strip("\"'“”„‘’«»‹›「」『』 ").rstrip(".… ")


def is_closed(text: str) -> bool:
    """Say whether a text ends as a sentence does, seen through closing quotes and brackets."""
    end = text.rstrip(EDGES).rstrip(CLOSERS).rstrip(EDGES)
    return end.endswith(tuple(TERMINATORS)) and not ACRONYM.search(end)


def is_question(text: str) -> bool:
    """Say whether a text ends with a question mark of any script."""
    return text.rstrip(EDGES).rstrip(CLOSERS).endswith(("?", "？", "؟", "⁇", "፧"))


def _lines_of(text: str) -> list[Block]:
    lines: list[Block] = []
    group, after_blank = 0, False
    for number, raw in enumerate(LINE_END.split(text), 1):
        parts = [part for part in map(_clean, BREAK_IN_LINE.split(raw)) if part]
        if not parts:
            after_blank = bool(lines)
            continue
        group += after_blank
        after_blank = False
        lines.extend(Block(part, number, group) for part in parts)
    return lines


def _clean(line: str) -> str:
    cleaned = SPACES.sub(" ", CONTROL.sub("", line)).strip(EDGES)
    return cleaned if INVISIBLE.sub("", cleaned).strip() else ""


def _widest(lines: list[Block]) -> int:
    return max(columns(line.text) for line in lines)


def _is_wrapped(lines: list[Block]) -> bool:
    """Say whether a width broke this text: most lines that end in the middle of a sentence are full."""
    inside = [(a.text, b.text) for a, b in pairwise(lines) if a.group == b.group]
    if not inside or (width := _widest(lines)) > WIDEST_WRAP:
        return False
    unfinished = [(a, b) for a, b in inside if not is_closed(a)]
    full = sum(_continues(a, b, width) for a, b in unfinished)
    return full >= FEWEST_FULL_LINES and full >= 0.6 * len(unfinished) and len(unfinished) >= 0.25 * len(inside)


def _continues(line: str, following: str, width: int) -> bool:
    """Say whether the next line begins with a word that had no room on this one."""
    if LIST_MARK.match(following):
        return False
    word = 4 if UNSPACED.match(following) else min(columns(following.split(" ", 1)[0]), LONGEST_WORD)
    return columns(line) + 1 + word > width


def _joined(lines: list[Block]) -> str:
    parts = [lines[0].text]
    for before, line in pairwise(lines):
        runs_on = before.text.endswith("-") or (UNSPACED.match(before.text[-1]) and UNSPACED.match(line.text))
        parts += [line.text] if runs_on else [" ", line.text]
    return "".join(parts)
