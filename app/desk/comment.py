"""On which page is one comment seen with its whole history, changed and answered?"""

from typing import Any

from flask import Blueprint, Response, request
from sqlalchemy.orm import Session

from app.accounts.door import current_actor
from app.articles.opening import opening_of
from app.articles.rules import Switch
from app.articles.store import any_article
from app.comments.form import MAX_LENGTHS
from app.desk.card import cards_of
from app.desk.deciding import COMMENT, conflict_page
from app.desk.forms import Refusal, asked, further, refusal_of
from app.desk.frame import HOME, asked_back, back_to, desk_page, open_to, sayings
from app.desk.log import ACTIONS, details_of
from app.ground.db import fresh_read
from app.ground.errors import Conflict, InvalidRequest, NotFound, PreconditionFailed
from app.ground.openapi import PageQuery, loaded
from app.moderation import actions, queue, store
from app.moderation.actions import Pin
from app.moderation.schemas import EditSchema, StaffReplySchema
from app.permissions import Permission
from app.site.settings import discussion_settings

routes = Blueprint("comment", __name__)
sayings(
    {
        "edited": "The comment is changed.",
        "unchanged": "Nothing was different, so the comment is as it was.",
        "replied": "Your reply is published.",
        "pinned": "The comment is pinned: it is marked as one to show first.",
        "unpinned": "The comment is no longer pinned.",
        "erased": "The comment is deleted for ever. Only the log still says that it was there.",
        "discussion_closed": "The discussion is closed: nobody can reply to this article.",
        "discussion_open": "The discussion is open again.",
        "discussion_so_already": "The discussion was so already.",
    }
)
_EDITED = ("content", "author_name", "author_website")


@routes.get(COMMENT)
@open_to(Permission.MODERATE)
def show_comment(comment_id: int) -> Response:
    return _shown(comment_id)


@routes.get(f"{COMMENT}/edit")
@open_to(Permission.MODERATE)
def show_editing(comment_id: int) -> Response:
    item = queue.read_item(fresh_read(), comment_id)
    return _editing(item, {name: item["comment"][name if name != "content" else "source"] for name in _EDITED})


@routes.post(f"{COMMENT}/edit")
@open_to(Permission.MODERATE)
def edit(comment_id: int) -> Response:
    """Change what is different; what breaks a rule, or came too late, comes back with every word still there."""
    typed = {name: request.form.get(name, "").replace("\r\n", "\n") for name in _EDITED}
    item = queue.read_item(fresh_read(), comment_id)
    change = _difference(item, typed)
    if not change:
        return back_to(asked_back(), said="unchanged")
    try:
        actions.edit_comment(current_actor(), comment_id, loaded(EditSchema(), change))
    except (InvalidRequest, PreconditionFailed) as refusal:
        item = queue.read_item(fresh_read(), comment_id)
        return _editing(item, typed, refusal_of(refusal), status=refusal.status)
    return back_to(asked_back(), said="edited")


@routes.get(f"{COMMENT}/reply")
@open_to(Permission.MODERATE)
def show_replying(comment_id: int) -> Response:
    return _replying(comment_id, "")


@routes.post(f"{COMMENT}/reply")
@open_to(Permission.MODERATE)
def reply(comment_id: int) -> Response:
    """Answer it, which approves it where it was held."""
    content = request.form.get("content", "").replace("\r\n", "\n")
    try:
        actions.reply_as_staff(current_actor(), comment_id, loaded(StaffReplySchema(), {"content": content})["content"])
    except (InvalidRequest, Conflict) as refusal:
        return _replying(comment_id, content, refusal_of(refusal), status=refusal.status)
    return back_to(asked_back(), said="replied")


@routes.post(f"{COMMENT}/pin")
@open_to(Permission.MODERATE)
def pin(comment_id: int) -> Response:
    to = Pin.UNPIN if request.form.get("pin") == Pin.UNPIN else Pin.PIN
    try:
        actions.pin_comment(current_actor(), comment_id, to)
    except (PreconditionFailed, Conflict) as refusal:
        return conflict_page(comment_id, to.capitalize(), status=refusal.status)
    return back_to(asked_back(), said=f"{to}ned")


@routes.post(f"{COMMENT}/reveal-email")
@open_to(Permission.REVEAL_ADDRESSES)
def reveal_email(comment_id: int) -> Response:
    """The author's address, on this answer alone; the log says who asked."""
    return _shown(comment_id, actions.reveal_email(current_actor(), comment_id))


@routes.post(f"{COMMENT}/erase")
@open_to(Permission.DELETE_FOR_EVER)
def erase(comment_id: int) -> Response:
    try:
        actions.erase_comment(current_actor(), comment_id)
    except PreconditionFailed as refusal:
        return conflict_page(comment_id, "Delete for ever", status=refusal.status)
    return back_to(HOME, said="erased")


@routes.post("/desk/articles/<slug>/discussion")
@open_to(Permission.MODERATE)
def switch_discussion(slug: str) -> Response:
    to = Switch.CLOSED if request.form.get("to") == Switch.CLOSED else Switch.OPEN
    try:
        actions.switch_discussion(current_actor(), slug, to)
    except Conflict:
        return back_to(asked_back(), said="discussion_so_already")
    return back_to(asked_back(), said=f"discussion_{to}")


def _shown(comment_id: int, email: str | None = None) -> Response:
    """Of what was erased, its history is all there is."""
    args: dict[str, Any] = loaded(PageQuery(), asked("cursor", "limit"))
    session = fresh_read()
    acts = store.acts_on_comment(session, comment_id, limit=args["limit"], cursor=args["cursor"])
    item = _item(session, comment_id)
    article = any_article(session, item["article"]["slug"]) if item else None
    return desk_page(
        "desk/comment.html",
        comment_id=comment_id,
        card=cards_of(session, [item])[0] if item else None,
        opening=opening_of(article, discussion_settings(session)) if article else None,
        switch=article.discussion_switch if article else None,
        email=email,
        acts=[(act, details_of(act)) for act in acts.items],
        actions=ACTIONS,
        next=further(f"/desk/comments/{comment_id}", acts.next),
        back=asked_back(),
        limit=MAX_LENGTHS["content"],
    )


def _item(session: Session, comment_id: int) -> dict[str, Any] | None:
    try:
        return queue.read_item(session, comment_id)
    except NotFound:
        return None


def _editing(
    item: dict[str, Any], typed: dict[str, Any], refusal: Refusal | None = None, *, status: int = 200
) -> Response:
    return desk_page(
        "desk/edit.html",
        status=status,
        card=cards_of(fresh_read(), [item])[0],
        typed={name: value or "" for name, value in typed.items()},
        refusal=refusal,
        limits=MAX_LENGTHS,
        back=asked_back(),
    )


def _difference(item: dict[str, Any], typed: dict[str, str]) -> dict[str, str | None]:
    """What was changed: the log names those fields, and no other."""
    comment = item["comment"]
    before = {
        "content": comment["source"],
        "author_name": comment["author_name"] or "",
        "author_website": comment["author_website"] or "",
    }
    empty = {"author_name": None, "author_website": None}
    return {name: value or empty.get(name, "") for name, value in typed.items() if value != before[name]}


def _replying(comment_id: int, content: str, refusal: Refusal | None = None, *, status: int = 200) -> Response:
    session = fresh_read()
    item = queue.read_item(session, comment_id)
    return desk_page(
        "desk/reply.html",
        status=status,
        card=cards_of(session, [item])[0],
        typed={"content": content},
        refusal=refusal,
        limit=MAX_LENGTHS["content"],
        back=asked_back(),
    )
