"""Which articles hold these words? The same ones on both databases."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import (
    ColumnElement,
    Select,
    TableClause,
    cast,
    column,
    delete,
    insert,
    literal,
    literal_column,
    select,
    table,
)
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import Session

from app.articles.models import Article
from app.articles.words import Sought, read_query, words_of
from app.ground.db import is_sqlite
from app.ground.errors import FieldProblem, InvalidRequest

# SQLite's full-text table knows phrases. PostgreSQL's vectors know 16,383 places and 256 of one word, no more: they
# tell which articles hold all the words, and the order of a phrase is then looked up in the text.
_FULL_TEXT = table("article_search", column("rowid"), column("words"))
_VECTORS = table("article_search", column("article_id"), column("words"), column("lexemes"))

# No query holds it, so that no phrase begins in the title and ends in the text.
_BOUNDARY = "\ue000"
# A vector has room for 1 MB of different words: more than any text that somebody wrote.
_MOST_BYTES = 1_000_000


def remember(session: Session, article_id: int, texts: Iterable[str]) -> None:
    """Have these texts found under this article, instead of those before."""
    forget(session, article_id)
    remember_new(session, {article_id: texts})


def remember_new(session: Session, texts: Mapping[int, Iterable[str]]) -> None:
    """Have texts found under articles that are new."""
    rows = [{_key(): article_id, "words": " ".join(_bounded(its))} for article_id, its in texts.items()]
    if rows:  # no rows would mean one without values
        session.execute(insert(_table()), rows)


def forget(session: Session, article_id: int) -> None:
    session.execute(delete(_table()).where(_table().c[_key()] == article_id))


def holds(query: str) -> ColumnElement[bool]:
    """The condition that an article holds all that is sought. Raises InvalidRequest (422, `q_empty`) for no word."""
    sought = read_query(query)
    if not sought:
        raise InvalidRequest(FieldProblem("q", "q_empty", "There is no word in it that could be looked for."))
    return Article.id.in_(_full_text_ids(sought) if is_sqlite() else _vector_ids(sought))


def _table() -> TableClause:
    return _FULL_TEXT if is_sqlite() else _VECTORS


def _key() -> str:
    return "rowid" if is_sqlite() else "article_id"


def _bounded(texts: Iterable[str]) -> Iterable[str]:
    known: set[str] = set()
    size = 0
    for text in texts:
        for word in words_of(text):
            if word not in known:
                known.add(word)
                size += len(word.encode())
            if size > _MOST_BYTES:
                return
            yield word
        yield _BOUNDARY


def _full_text_ids(sought: Sequence[Sought]) -> Select[int]:
    query = " AND ".join(f'"{" ".join(each.words)}"{" *" if each.open_ended else ""}' for each in sought)
    return select(_FULL_TEXT.c.rowid).where(literal_column("article_search").op("MATCH")(query))


def _vector_ids(sought: Sequence[Sought]) -> Select[int]:
    query = " & ".join(_lexemes(each) for each in sought)
    all_words = _VECTORS.c.lexemes.op("@@")(cast(query, TSQUERY))
    phrases = [_follow_each_other(each) for each in sought if len(each.words) > 1]
    return select(_VECTORS.c.article_id).where(all_words, *phrases)


def _lexemes(sought: Sought) -> str:
    """As a tsquery is written; words hold neither quotes nor backslashes, so nothing in them can be one."""
    return " & ".join(f"'{word}'" for word in sought.words) + (":*" if sought.open_ended else "")


def _follow_each_other(sought: Sought) -> ColumnElement[bool]:
    end = "" if sought.open_ended else " "
    spaced = literal(" ").concat(_VECTORS.c.words).concat(literal(" "))
    return spaced.like(f"% {' '.join(sought.words)}{end}%")
