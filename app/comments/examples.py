"""Which requests and answers about comments does the contract show?

They are about a demo article, so that they can be tried.
"""

from typing import Any

from app.articles.rules import Opening
from app.comments.form import NAME_AND_EMAIL, reply_form
from app.comments.schemas import ReplyFormSchema
from app.comments.texts import DEFAULT_LANGUAGE, text

Example = dict[str, Any]

REPLY: Example = {
    "content": "Who *pays* for the night shift?",
    "author_name": "Ada",
    "author_email": "ada@example.org",
    "author_website": "https://ada.example.org",
    "section": "a-laboratory-that-never-closes",
}
PREVIEW: Example = {"content": "Who *pays* for the night shift?"}
PREVIEWED: Example = {"html": "<p>Who <em>pays</em> for the night shift?</p>\n"}

_SECTION = {"anchor": "a-laboratory-that-never-closes", "heading": "A laboratory that never closes"}
_COMMENT: Example = {
    "id": 41,
    "parent_id": None,
    "in_reply_to": None,
    "depth": 1,
    "state": "visible",
    "author": {
        "name": "Ada",
        "website": "https://ada.example.org",
        "avatar": "/avatars/0f3a9c5e71b2d846.svg",
        "is_staff": False,
    },
    "html": "<p>Who <em>pays</em> for the night shift?</p>\n",
    "section": _SECTION,
    "created_at": "2026-11-02T21:04:11.402318+00:00",
    "edited_at": None,
    "reply_count": 0,
    "pinned": False,
    "permalink": "/articles/shared-clean-room?comment=41#comment-41",
}
_RECEIPT = "k1.a-receipt-is-longer-than-this"

POSTED: Example = {"comment": _COMMENT, "status": "approved", "reason": None, "message": None, "receipt": _RECEIPT}
HELD: Example = {
    "comment": _COMMENT | {"state": "pending"},
    "status": "pending",
    "reason": "first_comment",
    "message": text("reason.first_comment", DEFAULT_LANGUAGE),
    "receipt": _RECEIPT,
}

_ANSWER: Example = {
    "id": 42,
    "parent_id": 41,
    "in_reply_to": 41,
    "depth": 2,
    "state": "visible",
    "author": {"name": "Mina", "website": None, "avatar": "/avatars/71b2d8460f3a9c5e.svg", "is_staff": True},
    "html": "<p>Both institutes, by halves.</p>\n",
    "section": _SECTION,
    "created_at": "2026-11-02T21:20:40.118202+00:00",
    "edited_at": None,
    "reply_count": 0,
    "pinned": False,
    "permalink": "/articles/shared-clean-room?comment=42#comment-42",
    "replies": [],
}
_GONE: Example = {
    "id": 43,
    "parent_id": None,
    "depth": 1,
    "state": "removed",
    "replies": [_ANSWER | {"id": 44, "parent_id": 43, "in_reply_to": 43,
                           "permalink": "/articles/shared-clean-room?comment=44#comment-44"}],
}  # fmt: skip
THREAD: Example = {
    "items": [_COMMENT | {"reply_count": 1, "replies": [_ANSWER]}, _GONE],
    "next": None,
    "total": 3,
}
FORM: Example = ReplyFormSchema().dump(
    reply_form(
        language=DEFAULT_LANGUAGE,
        requirements=NAME_AND_EMAIL,
        opening=Opening(open=True),
    )
)
