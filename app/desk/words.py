"""On which pages are disallowed and moderation words looked through, tried and changed?"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from flask import Blueprint, Response, request

from app.accounts.door import current_actor
from app.desk.done import STATUS_WORDS
from app.desk.forms import MENDABLE, Refusal, asked, further, goes_on_from, number, refusal_of, sent
from app.desk.frame import back_to, desk_page, open_to, sayings
from app.desk.reasons import FIELDS
from app.ground.cursors import Page, decode, page_of
from app.ground.errors import Problem
from app.ground.openapi import ENTITY, loaded
from app.moderation.trying import try_word
from app.moderation.word_schemas import NewWordSchema, TrialSchema, WordChangeSchema, WordListSchema, WordsQuery
from app.permissions import Permission, permit
from app.site import wordlist
from app.site.matching import InvalidPattern
from app.site.models import Word, WordKind, WordMode, WordTarget
from app.site.wordlist import Loaded

routes = Blueprint("words", __name__)

HOME = "/desk/words"
WORD = f"{HOME}/<{ENTITY}:word_id>"
NEW = {"kind": WordKind.MODERATION.value, "mode": WordMode.WORD.value}
KINDS = (
    (WordKind.MODERATION.value, "Moderation: waits in the queue"),
    (WordKind.DISALLOWED.value, "Disallowed: goes to the trash"),
)
MODES = (
    (WordMode.WORD.value, "A word; * stands for more"),
    (WordMode.SUBSTRING.value, "Anywhere, as WordPress does"),
)
TARGETS = {WordTarget.EMAIL.value: "an e-mail address", WordTarget.NETWORK.value: "a network address"}
sayings(
    {
        "word_added": "The word is on the list. It counts from the next comment on.",
        "word_changed": "The word is changed. It counts from the next comment on.",
        "word_removed": "The word is off the list.",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What was typed into the form for a new word, and what came of it."""

    typed: Mapping[str, Any]
    refusal: Refusal | None = None
    result: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pasted:
    """What was typed into the form for a whole list, and what came of it."""

    typed: Mapping[str, Any]
    refusal: Refusal | None = None
    result: Loaded | None = None


UNTRIED = Tried(typed=NEW)
UNPASTED = Pasted(typed={"kind": NEW["kind"], "mode": WordMode.SUBSTRING.value})


@routes.get(HOME)
@open_to(Permission.MANAGE_WORDS)
def list_words() -> Response:
    """The lists, in the order in which words were added."""
    return _lists(UNTRIED, UNPASTED, status=200)


@routes.post(HOME)
@open_to(Permission.MANAGE_WORDS)
def add_word() -> Response:
    try:
        wordlist.add_word(current_actor(), loaded(NewWordSchema(), sent("kind", "mode", "pattern")))
    except MENDABLE as problem:
        return _lists(_refused(problem), UNPASTED, status=problem.status)
    return back_to(HOME, said="word_added")


@routes.post(f"{HOME}/try")
@open_to(Permission.MANAGE_WORDS)
def try_pattern() -> Response:
    """What the word would have caught; nothing is stored, and the form still holds it."""
    wanted: dict[str, Any] = {**sent("pattern", "mode"), "addresses": "addresses" in request.form}
    wanted |= {name: number(value) for name, value in sent("limit").items()}
    try:
        result = try_word(current_actor(), loaded(TrialSchema(), wanted))
    except MENDABLE as problem:
        return _lists(_refused(problem), UNPASTED, status=problem.status)
    return _lists(Tried(typed=request.form.to_dict(), result=result), UNPASTED, status=200)


@routes.post(f"{HOME}/list")
@open_to(Permission.MANAGE_WORDS)
def load_words() -> Response:
    """Take over a list with one pattern on a line. What became of each line is told on the page itself."""
    try:
        body = loaded(WordListSchema(), sent("kind", "mode", "list"))
        kind, mode = WordKind(body["kind"]), WordMode(body["mode"])
        result = wordlist.load_words(current_actor(), kind=kind, mode=mode, text=body["list"])
    except MENDABLE as problem:
        pasted = Pasted(typed=request.form.to_dict(), refusal=refusal_of(problem))
        return _lists(UNTRIED, pasted, status=problem.status)
    return _lists(UNTRIED, Pasted(typed=request.form.to_dict(), result=result), status=200)


@routes.get(WORD)
@open_to(Permission.MANAGE_WORDS)
def show_word(word_id: int) -> Response:
    word = wordlist.word(word_id)
    return _word(word, typed=_as_typed(word))


@routes.post(WORD)
@open_to(Permission.MANAGE_WORDS)
def change_word(word_id: int) -> Response:
    try:
        wordlist.change_word(current_actor(), word_id, loaded(WordChangeSchema(), sent("kind", "mode", "pattern")))
    except MENDABLE as problem:
        return _word(wordlist.word(word_id), typed=request.form, refusal=refusal_of(problem), status=problem.status)
    return back_to(HOME, said="word_changed")


@routes.post(f"{WORD}/remove")
@open_to(Permission.MANAGE_WORDS)
def remove_word(word_id: int) -> Response:
    try:
        wordlist.remove_word(current_actor(), word_id)
    except MENDABLE as problem:
        word = wordlist.word(word_id)
        return _word(word, typed=_as_typed(word), refusal=refusal_of(problem), status=problem.status)
    return back_to(HOME, said="word_removed")


@routes.post(f"{WORD}/reveal")
@open_to(Permission.MANAGE_WORDS)
def reveal_word(word_id: int) -> Response:
    """A sealed pattern in clear, on this page alone; the log says who asked."""
    permit(current_actor(), Permission.REVEAL_ADDRESSES)
    pattern = wordlist.reveal_word(current_actor(), word_id)
    word = wordlist.word(word_id)
    return _word(word, typed=_as_typed(word) | {"pattern": pattern})


def _refused(problem: Problem) -> Tried:
    return Tried(typed=request.form.to_dict(), refusal=refusal_of(problem))


def _as_typed(word: Word) -> dict[str, str]:
    return {"kind": word.kind, "mode": word.mode, "pattern": word.pattern or ""}


def _lists(tried: Tried, pasted: Pasted, *, status: int) -> Response:
    page, kind = _page()
    return desk_page(
        "desk/words.html",
        status=status,
        words=page.items,
        next=further(HOME, page.next),
        kind=kind,
        kinds=KINDS,
        modes=MODES,
        targets=TARGETS,
        tried=tried,
        pasted=pasted,
        where=FIELDS,
        status_words=STATUS_WORDS,
        unusable=_unusable(pasted.result),
    )


def _unusable(result: Loaded | None) -> dict[str, str]:
    """Why lines of a list are no patterns, by code, as the API says it of a single one."""
    codes = {line.code for line in result.refused} if result else set()
    return {code: refusal_of(wordlist.refusal(InvalidPattern(code))).problems[0].message for code in codes}


def _page() -> tuple[Page[Word], str | None]:
    wanted = loaded(WordsQuery(), {"limit": "100"} | asked("kind", "cursor"))
    after = cast(int, decode(wanted["cursor"], (int,))[0]) if wanted["cursor"] else 0
    kind = WordKind(wanted["kind"]) if wanted["kind"] else None
    found = wordlist.words(kind=kind, after_id=after, limit=wanted["limit"] + 1)
    return page_of(found, limit=wanted["limit"], key=lambda word: (word.id,)), wanted["kind"]


def _word(word: Word, *, typed: Mapping[str, str], refusal: Refusal | None = None, status: int = 200) -> Response:
    return desk_page(
        "desk/word.html",
        status=status,
        word=word,
        seen=goes_on_from(word.version, refusal),
        typed=typed,
        refusal=refusal,
        kinds=KINDS,
        modes=MODES,
        target=TARGETS.get(word.target),
    )
