"""WHICH SECTION IS WHICH: which one of the old version does a section of the new version continue?

A section is known by its heading and its text. What is the same word for word is paired first, then what an
author marked as the same, then the most alike of what is left, as long as two are alike enough. Of several
that are equally alike, those under the same headings belong together, then the first twin to the first, then
the nearest.
"""

import re
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol
from unicodedata import normalize

# The text weighs more than the heading: of two sections that swap their headings, each is still its text.
TEXT_WEIGHS, HEADING_WEIGHS = 0.6, 0.4
ALIKE_ENOUGH = 0.25  # the same heading over all other words, or two fifths of the words under another heading
ALIKE_ENOUGH_TO_RETURN = 0.6  # a heading alone does not bring back what had gone
HEADINGS_ALIKE, TEXTS_ALIKE = 0.5, 0.2  # what has less in common has it by chance
SHARE_THAT_MOVED = 0.3  # so much of a text must be somewhere for a link to it to lead there

# These bound the work, so that 2,000 headings take a moment: what many sections have says nothing of any, and
# only the nearest few are compared.
_MANY = 12
_NEAREST = 6
_FEW = 5  # a text of fewer pairs is not all of another because it has one of its pairs

# Scripts in which a word, or what sticks to it, ends without a space: each character counts as a word. Hangul too, so
# that a noun is the same with another particle.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff"
_WORD = re.compile(rf"[{_UNSPACED}]|[^\W{_UNSPACED}]+")


class Headed(Protocol):
    """A section, as far as it can be known by; `text` is its own, without its subsections."""

    @property
    def heading(self) -> str: ...
    @property
    def level(self) -> int: ...
    @property
    def text(self) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Sketch:
    """A section as it is compared: everything folded, so that case, punctuation and spaces do not count.

    `letter_pairs` are neighbours in the heading, `word_pairs` neighbours in the text: sets that keep their order, so
    that nothing depends on chance. `above` are the headings it stands under, and `twin` counts those before it that
    have the same heading.
    """

    heading: str
    words: str
    letter_pairs: Mapping[str, None]
    word_pairs: Mapping[str, None]
    above: tuple[str, ...]
    twin: int


Pair = tuple[int, int]  # where a section stands in the old version, where in the new one


def continued(
    old: Sequence[Sketch], new: Sequence[Sketch], *, marked: Iterable[Pair] = (), enough: float = ALIKE_ENOUGH
) -> dict[int, int]:
    """For each section of the new version that continues one of the old: which."""
    pairs = _Pairs()
    pairs.take(_same(pairs, old, new, by=lambda it: (it.above, it.heading, it.words)))
    pairs.take(_same(pairs, old, new, by=lambda it: (it.heading, it.words)))
    pairs.take(marked)
    pairs.take(_alike(pairs, old, new, enough))
    return pairs.old_of


def likeness(old: Sketch, new: Sketch) -> float:
    """From 0 to 1. Where one of them has no text of its own, the headings alone speak."""
    heading = _beyond_chance(_share(old.letter_pairs, new.letter_pairs), HEADINGS_ALIKE)
    if not old.word_pairs or not new.word_pairs:
        return heading
    text = _beyond_chance(_text_likeness(old.word_pairs, new.word_pairs), TEXTS_ALIKE)
    return HEADING_WEIGHS * heading + TEXT_WEIGHS * text


def heirs(lost: Mapping[int, Sketch], places: Sequence[Sketch]) -> dict[int, int | None]:
    """For each section that nothing continues: in which place most of its text is now, if enough is anywhere."""
    by_words = _index({number: place.word_pairs for number, place in enumerate(places)})
    return {old: _heir(sketch, _nearest(by_words, sketch.word_pairs, old), places) for old, sketch in lost.items()}


# --- How sections are compared ---------------------------------------------------------------------------------------


def sketched(sections: Iterable[Headed]) -> list[Sketch]:
    """One for each of an article's sections, which are given in document order."""
    sketches: list[Sketch] = []
    above: list[tuple[int, str]] = []
    twins: Counter[str] = Counter()
    for section in sections:
        heading = _folded(section.heading)
        above = [outer for outer in above if outer[0] < section.level]
        words = _words(section.text)
        sketches.append(
            Sketch(
                heading=heading,
                words=" ".join(words),
                letter_pairs=dict.fromkeys(map("".join, pairwise(heading))) or {heading: None},
                word_pairs=dict.fromkeys(map(" ".join, pairwise(words))) or dict.fromkeys(words),
                above=tuple(outer[1] for outer in above),
                twin=twins[heading],
            )
        )
        above.append((section.level, heading))
        twins[heading] += 1
    return sketches


def _words(text: str) -> list[str]:
    return _WORD.findall(normalize("NFKC", text).casefold())


def _folded(heading: str) -> str:
    return " ".join(_words(heading)) or heading.strip()


def _beyond_chance(likeness: float, least: float) -> float:
    return likeness if likeness >= least else 0.0


def _share(some: Mapping[str, None], others: Mapping[str, None]) -> float:
    """What two have in common, twice counted, of all they have (Dice's coefficient)."""
    return 2 * len(some.keys() & others.keys()) / (len(some) + len(others))


def _text_likeness(old: Mapping[str, None], new: Mapping[str, None]) -> float:
    """Half of it is what they share, half is how far one lies in the other: so a section that was split, or
    merged with another, is still like its parts, and like the larger part more.
    """
    smaller = max(min(len(old), len(new)), _FEW)
    return (_share(old, new) + len(old.keys() & new.keys()) / smaller) / 2


# --- How they are paired ---------------------------------------------------------------------------------------------


class _Pairs:
    """Pairs as they are found: the first to take a section has it."""

    def __init__(self) -> None:
        self.old_of: dict[int, int] = {}
        self._taken: set[int] = set()

    def take(self, pairs: Iterable[Pair]) -> None:
        for old, new in pairs:
            if old not in self._taken and new not in self.old_of:
                self.old_of[new] = old
                self._taken.add(old)

    def old_left(self, old: Sequence[Sketch]) -> dict[int, Sketch]:
        return {place: sketch for place, sketch in enumerate(old) if place not in self._taken}

    def new_left(self, new: Sequence[Sketch]) -> dict[int, Sketch]:
        return {place: sketch for place, sketch in enumerate(new) if place not in self.old_of}


def _same(
    pairs: _Pairs, old: Sequence[Sketch], new: Sequence[Sketch], *, by: Callable[[Sketch], Hashable]
) -> list[Pair]:
    """What is the same by that: the first with the first, the second with the second."""
    waiting: defaultdict[Hashable, deque[int]] = defaultdict(deque)
    for place, sketch in pairs.old_left(old).items():
        waiting[by(sketch)].append(place)
    found = []
    for place, sketch in pairs.new_left(new).items():
        if same := waiting.get(by(sketch)):
            found.append((same.popleft(), place))
    return found


def _alike(pairs: _Pairs, old: Sequence[Sketch], new: Sequence[Sketch], enough: float) -> Iterator[Pair]:
    """What is alike enough, the most alike first."""
    ranked = []
    for old_place, new_place in _worth_comparing(pairs.old_left(old), pairs.new_left(new)):
        one, other = old[old_place], new[new_place]
        alike = likeness(one, other)
        if alike >= enough:
            ties = one.above != other.above, abs(one.twin - other.twin), abs(old_place - new_place)
            ranked.append((-round(alike, 6), *ties, old_place, new_place))
    return ((old_place, new_place) for *_, old_place, new_place in sorted(ranked))


def _worth_comparing(old: Mapping[int, Sketch], new: Mapping[int, Sketch]) -> set[Pair]:
    """What shares rare words or rare letters of the heading, and what stands near, counted among twins or all."""
    by_words = _index({place: sketch.word_pairs for place, sketch in old.items()})
    by_letters = _index({place: sketch.letter_pairs for place, sketch in old.items()})
    twins = defaultdict(list)
    for place, sketch in old.items():
        twins[sketch.heading].append(place)
    in_order = list(old)
    return {
        (old_place, new_place)
        for number, (new_place, sketch) in enumerate(new.items())
        for old_place in (
            *_nearest(by_words, sketch.word_pairs, new_place),
            *_nearest(by_letters, sketch.letter_pairs, new_place),
            *_around(twins[sketch.heading], sketch.twin),
            *_around(in_order, number),
        )
    }


def _around(places: Sequence[int], number: int) -> Sequence[int]:
    return places[max(0, number - _NEAREST // 2) : number + _NEAREST // 2]


def _index(features: Mapping[int, Iterable[str]]) -> dict[str, list[int]]:
    """Where each feature is found, if not in too many places to tell anything."""
    places: defaultdict[str, list[int]] = defaultdict(list)
    for place, its_features in features.items():
        for feature in its_features:
            places[feature].append(place)
    return {feature: found for feature, found in places.items() if len(found) <= _MANY}


def _nearest(index: Mapping[str, Sequence[int]], features: Iterable[str], place: int) -> list[int]:
    """The few places that have most of the features; of equals, those that stand closest."""
    shared = Counter(found for feature in features for found in index.get(feature, ()))
    return sorted(shared, key=lambda found: (-shared[found], abs(found - place), found))[:_NEAREST]


def _heir(lost: Sketch, nearest: Sequence[int], places: Sequence[Sketch]) -> int | None:
    def share(place: int) -> float:
        return len(lost.word_pairs.keys() & places[place].word_pairs.keys()) / len(lost.word_pairs)

    best = max(nearest, key=share, default=None)
    return best if best is not None and share(best) >= SHARE_THAT_MOVED else None
