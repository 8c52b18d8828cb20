"""Which requests and answers of moderators does the contract show?"""

from typing import Any

Example = dict[str, Any]

DECISION: Example = {"note": "A fair question."}
_WHEN = "2026-11-02T21:04:11.402318+00:00"
_DECIDED_WHEN = "2026-11-02T21:31:05.774120+00:00"
ITEM: Example = {
    "id": 25,
    "version": 1,
    "status": "pending",
    "reasons": [
        {"check": "links", "code": "passed", "saw": 0, "threshold": 2, "result": "passed"},
        {"check": "first_comment", "code": "first_comment", "saw": "no_receipt", "threshold": "receipt",
         "result": "hold"},
    ],
    "safe_reason": "first_comment",
    "restore_to": None,
    "trashed_by_rule": False,
    "pinned": False,
    "decided_at": None,
    "decided_by": None,
    "changed_at": _WHEN,
    "changed_by": "rules",
    "comment": {
        "id": 25,
        "source": "Is there an age limit for the student places?",
        "html": "<p>Is there an age limit for the student places?</p>\n",
        "author_name": "Noor",
        "author_website": None,
        "has_email": True,
        "section": {"anchor": "twenty-places-for-students", "heading": "Twenty places for students"},
        "section_was": None,
        "created_at": _WHEN,
        "edited_at": None,
        "depth": 1,
        "parent_id": None,
        "in_reply_to": None,
        "reply_count": 0,
    },
    "article": {
        "slug": "shared-clean-room",
        "title": "Two institutes on two continents share one clean room",
        "status": "published",
    },
    "parent": None,
    "author": {
        "name": "Noor",
        "website": None,
        "is_staff": False,
        "has_email": True,
        "history": {"approved": 0, "refused": 0, "pending": 1, "first_seen": _WHEN},
    },
}  # fmt: skip
QUEUE: Example = {
    "items": [ITEM],
    "next": None,
    "counts": {"pending": 1, "approved": 32, "spam": 2, "trash": 0},
    "oldest_pending_at": _WHEN,
    "as_of": "2026-11-02T21:30:00+00:00",
}
_OPERATION: Example = {
    "id": 7,
    "action": "approve",
    "actor": "moderator:2",
    "actor_name": "Mina",
    "note": "A fair question.",
    "filter": None,
    "state": "done",
    "total": 1,
    "done": 1,
    "created_at": _DECIDED_WHEN,
    "finished_at": _DECIDED_WHEN,
    "undoes_id": None,
    "undone_by_id": None,
}
_APPROVED: Example = ITEM | {
    "version": 2,
    "status": "approved",
    "decided_at": _DECIDED_WHEN,
    "decided_by": "moderator:2",
    "changed_at": _DECIDED_WHEN,
    "changed_by": "moderator:2",
}
DECIDED: Example = {"comment": _APPROVED, "operation": _OPERATION}
NEW_OPERATION: Example = {"action": "approve", "items": [{"id": 25, "version": 1}], "note": "A fair question."}
STARTED: Example = {"operation": _OPERATION, "results": [{"id": 25, "status": "approved"}]}
