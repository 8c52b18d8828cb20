"""Why is a comment held, in words that need no manual?"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.comments.verdict import Code, Result
from app.site.models import Word, WordTarget

Item = Mapping[str, Any]
Line = Mapping[str, Any]

# What an objection is called where there is room for a few words.
OBJECTIONS: Mapping[str, str] = {
    Code.DISALLOWED_WORD: "disallowed word",
    Code.ALL_HELD: "every comment is held",
    Code.TOO_MANY_LINKS: "many links",
    Code.MODERATION_WORD: "word of the moderation list",
    Code.FIRST_COMMENT: "first comment",
    Code.LIMIT_REACHED: "many at once",
    Code.CHECK_FAILED: "check could not be made",
}
FIELDS: Mapping[str, str] = {
    "content": "text",
    "text": "text",
    "author_name": "name",
    "author_email": "e-mail address",
    "author_website": "website",
    "address": "network address",
    "user_agent": "browser's name",
}
_FIRST: Mapping[object, str] = {
    "no_receipt": "First comment: no receipt of an approved one came with it.",
    "none_approved": "First comment: none by this name and address was approved before.",
}
_MANY: Mapping[str, str] = {
    "limit_by_email": "under this name and address within the hour before it",
    "limit_on_article": "under this article within the minute before it",
    "limit_on_site": "on the whole site within the minute before it",
}


@dataclass(frozen=True, slots=True)
class ListedWord:
    """A word of a list as moderators may see it; `pattern` is None where it is somebody's address."""

    pattern: str | None
    mode: str


Words = Mapping[int, ListedWord]


def words_behind(session: Session, found: Iterable[Item]) -> Words:
    """The words that these comments hit: one statement, none where no word was hit."""
    ids = {hit["word_id"] for item in found for _, hit in hits_of(item)}
    if not ids:
        return {}
    rows = session.execute(select(Word.id, Word.pattern, Word.mode, Word.target).where(Word.id.in_(ids)))
    return {row.id: ListedWord(row.pattern if row.target == WordTarget.TEXT else None, row.mode) for row in rows.all()}


def hits_of(item: Item) -> list[tuple[Line, Mapping[str, Any]]]:
    """Every listed word that a comment hit, with the line that says so."""
    return [(line, hit) for line in item["reasons"] if isinstance(line["saw"], list) for hit in line["saw"]]


def objections(item: Item, words: Words) -> list[str]:
    """What the checks had against a comment, in their order."""
    return [_sentence(line, words) for line in item["reasons"] if line["result"] not in (Result.PASSED, Result.APPROVE)]


def _sentence(line: Line, words: Words) -> str:
    saw, threshold = line["saw"], line["threshold"]
    match line["code"]:
        case Code.DISALLOWED_WORD:
            return f"Disallowed: {_named(saw, words)}."
        case Code.MODERATION_WORD:
            return f"On the moderation list: {_named(saw, words)}."
        case Code.TOO_MANY_LINKS:
            return f"Links in it: {saw}. From {threshold} on, a comment is held."
        case Code.ALL_HELD:
            return "Every comment on this site is held."
        case Code.FIRST_COMMENT:
            return _FIRST.get(saw, "First comment.")
        case Code.LIMIT_REACHED:
            return f"Many at once: {saw} came {_MANY.get(line['check'], 'before it')}; {threshold} or more are held."
        case Code.CHECK_FAILED:
            return f"The check “{_plain(line['check'])}” could not be made ({saw}), so a person decides."
        case code:
            return f"{_plain(line['check'])}: {_plain(code)}."


def _named(saw: Sequence[Mapping[str, Any]], words: Words) -> str:
    told = [f"{_word(words.get(hit['word_id']))} in the {FIELDS.get(hit['field'], hit['field'])}" for hit in saw]
    return ", ".join(dict.fromkeys(told))


def _word(word: ListedWord | None) -> str:
    if word is None:
        return "a word that is off the list now"
    return f"“{word.pattern}”" if word.pattern is not None else "an address"


def _plain(code: str) -> str:
    return code.replace("_", " ")
