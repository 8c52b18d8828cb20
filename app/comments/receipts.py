"""How does a guest prove that a comment is theirs?"""

import re
import secrets

from app.comments.models import Comment
from app.ground.db import db
from app.ground.openapi import LARGEST_ID
from app.ground.prepared import Row
from app.ground.sealing import keyring

_PURPOSE = "receipt"
_SHAPE = re.compile(r"([0-9]{1,19})-([A-Za-z0-9_-]{22})-([A-Za-z0-9]{1,20}\.[A-Za-z0-9_-]{32})")


def new_nonce() -> str:
    return secrets.token_urlsafe(16)


def receipt_of(comment: Comment | Row) -> str:
    """`id-nonce-key.signature`; nothing of it is stored but the nonce, and a new nonce revokes it."""
    message = f"{comment.id}-{comment.receipt_nonce}"
    return f"{message}-{keyring().sign(message, purpose=_PURPOSE)}"


def comment_of(receipt: str) -> Comment | None:
    """The comment that a receipt opens, or None for whatever is no receipt of ours (any more)."""
    parts = _SHAPE.fullmatch(receipt)
    if parts is None or int(parts[1]) > LARGEST_ID:
        return None
    if not keyring().is_signed(f"{parts[1]}-{parts[2]}", parts[3], purpose=_PURPOSE):
        return None
    comment = db.session.get(Comment, int(parts[1]), populate_existing=True)
    return comment if comment is not None and secrets.compare_digest(comment.receipt_nonce, parts[2]) else None
