"""Are counters and renderings put right?"""

import pytest
from flask import Flask
from sqlalchemy import select, text, update

from app.articles.models import Discussion, Section
from app.comments.models import Comment, Tally
from app.ground import markup
from app.ground.db import db, transaction
from tests.commanding import Run, told
from tests.rows import NOON, a_comment, an_article

# --- Counters


@pytest.fixture
def counted(app: Flask) -> tuple[int, int, int]:
    """An article with a section and a reply in it, as everything is counted: the ids of article, section and root."""
    with app.app_context():
        article = an_article()
        with transaction() as session:
            section = Section(article_id=article, anchor="a", heading="A", level=2, position=0, html="")
            session.add(section)
            session.flush()
            section_id = section.id
        root = a_comment(article, section_id=section_id)
        a_comment(article, parent_id=root, in_reply_to=root, root_id=root, depth=2, section_id=section_id)
        a_comment(article, status="trash", erased_at=NOON)
        with transaction() as session:
            # An erased comment is in no counter.
            session.execute(update(Discussion).values(trash=0))
            session.execute(update(Tally).where(Tally.status == "trash").values(count=0))
        return article, section_id, root


def test_right_counters_are_called_right(run: Run, counted: tuple[int, int, int]) -> None:
    assert told(run("counters", "recount", "--check")) == "Every counter is right.\n"


@pytest.mark.parametrize(
    ("tampering", "said"),
    [
        ("UPDATE discussion SET approved = approved + 3", "discussion.approved of {article}: 3 too much"),
        ("UPDATE discussion SET pending = 1", "discussion.pending of {article}: 1 too much"),
        ("UPDATE section SET reply_count = 0", "section.reply_count of {section}: 2 too little"),
        ("UPDATE comment SET visible_below = 5 WHERE depth = 1 AND erased_at IS NULL",
         "comment.visible_below of {root}: 4 too much"),
        ("UPDATE tally SET count = 9 WHERE status = 'approved'", "tally.approved of {slot}: 7 too much"),
        ("DELETE FROM tally", "tally.approved of {slot}: 2 too little"),
    ],
)  # fmt: skip
def test_a_wrong_counter_is_named_and_put_right(
    app: Flask, run: Run, counted: tuple[int, int, int], tampering: str, said: str
) -> None:
    article, section, root = counted
    with app.app_context(), transaction() as session:
        session.execute(text(tampering))
    expected = said.format(article=article, section=section, root=root, slot=article % 16)

    checked = run("counters", "recount", "--check")
    assert checked.exit_code == 1
    assert checked.stdout == f"{expected}\n1 counters are wrong.\n"
    assert run("counters", "recount", "--check").exit_code == 1, "a check changes nothing"

    assert expected in told(run("counters", "recount"))
    assert told(run("counters", "recount", "--check")) == "Every counter is right.\n"


# --- Rendering again


def test_what_an_older_renderer_made_is_rendered_again(app: Flask, run: Run) -> None:
    with app.app_context():
        article = an_article()
        old = a_comment(article, source="*new*", html="<p>old</p>", renderer=0)
        same = a_comment(article, source="same", html=markup.render_comment("same"), renderer=0)
        current = a_comment(article, source="*kept*", html="<p>kept</p>", renderer=markup.RENDERER)
        erased = a_comment(article, source="", html="", renderer=0, status="trash", erased_at=NOON)
        version = db.session.scalar(select(Discussion.version))
    assert "Rendered 2 comments again; 1 look different" in told(run("comments", "rerender"))
    with app.app_context():
        rows = {row.id: row for row in db.session.scalars(select(Comment))}
        assert rows[old].html == markup.render_comment("*new*")
        assert (rows[old].version, rows[old].edited_at) == (1, None)
        assert {rows[each].renderer for each in (old, same, current)} == {markup.RENDERER}
        assert rows[current].html == "<p>kept</p>"
        assert rows[erased].renderer == 0
        assert db.session.scalar(select(Discussion.version)) == (version or 0) + 1
    assert "Rendered 0 comments again" in told(run("comments", "rerender"))
