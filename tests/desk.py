"""How do tests seed comments for moderators, and act as one?"""

from datetime import timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.ground.sealing import keyring
from app.site.matching import email_key
from app.site.words import EMAIL, NETWORK
from tests.rows import NOON, a_comment

API = "/api/v1/moderation"
Headers = dict[str, str]


def address(email: str | None, network: str = "192.0.2.7") -> dict[str, str | None]:
    """The columns in which a comment keeps its author's addresses."""
    ring = keyring()
    return {
        "email_sealed": ring.seal(email, purpose=EMAIL) if email else None,
        "email_fingerprint": ring.fingerprint(email_key(email), purpose=EMAIL) if email else None,
        "address_fingerprint": ring.fingerprint(network, purpose=NETWORK),
    }


def comments(article_id: int, number: int, **different: Any) -> list[int]:
    """So many comments, a second apart, each of another wording."""
    return [
        a_comment(
            article_id,
            **{
                "created_at": NOON + timedelta(seconds=each),
                "source": f"Words {each}",
                "duplicate_key": f"key of {article_id} {each} {different.get('status', '')}",
            }
            | different,
        )
        for each in range(number)
    ]


def decide(
    client: FlaskClient, headers: Headers, comment_id: int, act: str, *, seen: int = 1, **body: object
) -> TestResponse:
    return client.post(f"{API}/comments/{comment_id}/{act}", json=body, headers=headers | {"If-Match": f'"v{seen}"'})


def item(client: FlaskClient, headers: Headers, comment_id: int) -> dict[str, Any]:
    answer = client.get(f"{API}/comments/{comment_id}", headers=headers)
    assert answer.status_code == 200, answer.text
    return dict(answer.get_json())


def acts_on(client: FlaskClient, headers: Headers, comment_id: int) -> list[dict[str, Any]]:
    """The lines of the audit log about a comment, newest first."""
    answer = client.get(f"{API}/comments/{comment_id}/history", headers=headers)
    assert answer.status_code == 200, answer.text
    return list(answer.get_json()["items"])


def codes(answer: TestResponse) -> list[tuple[str, str]]:
    """What is wrong with which field."""
    return [(error["field"], error["code"]) for error in answer.get_json()["errors"]]


def status_of(app: Flask, comment_id: int) -> str:
    from app.comments.models import Comment
    from app.ground.db import db

    with app.app_context():
        return db.session.get_one(Comment, comment_id).status
