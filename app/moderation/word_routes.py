"""By which URLs are disallowed and moderation words managed?"""

from typing import Any, cast

from app.accounts.door import current_actor, staff
from app.ground.cursors import decode, page_of
from app.ground.openapi import ENTITY, PREFIX, Routes
from app.ground.preconditions import etag_of
from app.moderation.trying import Trial, try_word
from app.moderation.word_schemas import (
    LoadedSchema,
    NewWordSchema,
    RevealedPatternSchema,
    TrialSchema,
    TriedSchema,
    WordChangeSchema,
    WordListSchema,
    WordSchema,
    WordsQuery,
    WordsSchema,
)
from app.permissions import Permission
from app.site import wordlist
from app.site.models import Word, WordKind, WordMode
from app.site.wordlist import Loaded, WordChange, WordDraft

routes = Routes("words", __name__, description="Words that put a comment in the trash or in the queue.")

Answer = tuple[Any, int, dict[str, str]]
WORD = f"/moderation/words/<{ENTITY}:word_id>"


@routes.route("/moderation/words")
@staff(routes, Permission.MANAGE_WORDS)
@routes.arguments(WordsQuery, location="query")
@routes.response(200, WordsSchema)
def list_words(args: dict[str, Any]) -> Answer:
    """The lists, in the order in which words were added."""
    kind = WordKind(args["kind"]) if args["kind"] else None
    after = cast(int, decode(args["cursor"], (int,))[0]) if args["cursor"] else 0
    found = wordlist.words(kind=kind, after_id=after, limit=args["limit"] + 1)
    page = page_of(found, limit=args["limit"], key=lambda word: (word.id,))
    return page, 200, page.headers


@routes.route("/moderation/words", methods=["POST"])
@staff(routes, Permission.MANAGE_WORDS)
@routes.repeatable
@routes.arguments(NewWordSchema)
@routes.response(201, WordSchema)
@routes.problems(400, 404, 409, 413, 415)
def add_word(draft: WordDraft) -> Answer:
    """A new word; it counts from the next comment on."""
    word = wordlist.add_word(current_actor(), draft)
    return word, 201, {"Location": f"{PREFIX}/moderation/words/{word.id}", "ETag": etag_of(word.version)}


@routes.route("/moderation/words/list", methods=["POST"])
@staff(routes, Permission.MANAGE_WORDS)
@routes.arguments(WordListSchema)
@routes.response(200, LoadedSchema)
@routes.problems(400, 409, 413, 415)
def load_words(body: dict[str, str]) -> Loaded:
    """Take over a list with one pattern on a line; the same list twice adds nothing."""
    kind, mode = WordKind(body["kind"]), WordMode(body["mode"])
    return wordlist.load_words(current_actor(), kind=kind, mode=mode, text=body["list"])


@routes.route("/moderation/words/try", methods=["POST"])
@staff(routes, Permission.MANAGE_WORDS)
@routes.arguments(TrialSchema)
@routes.response(200, TriedSchema)
@routes.problems(400, 413, 415)
def try_pattern(trial: Trial) -> dict[str, Any]:
    """What a pattern would have caught among the newest comments, and how people had decided about those."""
    return try_word(current_actor(), trial)


@routes.route(WORD)
@staff(routes, Permission.MANAGE_WORDS)
@routes.response(200, WordSchema)
@routes.problems(404)
def show_word(word_id: int) -> Answer:
    """One word."""
    return _shown(wordlist.word(word_id))


@routes.route(WORD, methods=["PATCH"])
@staff(routes, Permission.MANAGE_WORDS)
@routes.arguments(WordChangeSchema)
@routes.response(200, WordSchema)
@routes.problems(400, 404, 409, 412, 413, 415, 428)
def change_word(change: WordChange, word_id: int) -> Answer:
    """Change a word."""
    return _shown(wordlist.change_word(current_actor(), word_id, change))


@routes.route(WORD, methods=["DELETE"])
@staff(routes, Permission.MANAGE_WORDS)
@routes.response(204)
@routes.problems(404, 412, 428)
def remove_word(word_id: int) -> None:
    """Take a word off its list."""
    wordlist.remove_word(current_actor(), word_id)


@routes.route(f"{WORD}/reveal", methods=["POST"])
@staff(routes, Permission.REVEAL_ADDRESSES)
@routes.response(200, RevealedPatternSchema)
@routes.problems(404)
def reveal_word(word_id: int) -> dict[str, str]:
    """A sealed pattern in clear; the log says who asked."""
    return {"pattern": wordlist.reveal_word(current_actor(), word_id)}


def _shown(word: Word) -> Answer:
    return word, 200, {"ETag": etag_of(word.version)}
