"""What does a row look like that a reader could have made?"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from app import config
from app.comments.circumstances import AGENT
from app.comments.models import Status
from app.comments.receipts import new_nonce
from app.comments.rules import duplicate_key, name_key
from app.comments.verdict import Circumstances, Tally, decide
from app.demo import phrases
from app.demo.threads import Said
from app.ground import clock, markup
from app.ground.sealing import keyring
from app.limits import ADDRESS
from app.site.choices import Trust
from app.site.matching import email_key
from app.site.words import EMAIL

AUTHORS = 500
PARAGRAPHS = 400
SPEECHES = AUTHORS * PARAGRAPHS**2
STEP = 49_442_719  # shares no divisor with SPEECHES: so many steps pass each of them once
DECIDED_AFTER = timedelta(hours=2)
MODERATOR = "command line"
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """What a row keeps of who wrote it."""

    name: str
    columns: Mapping[str, Any]
    traces: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """Who speaks, what there is to say (paragraphs as Markdown, with their HTML), and what becomes of it.

    All that takes time is done once, for the company: sealing, fingerprints, Markdown, the checks.
    """

    chance: random.Random
    authors: Sequence[Author]
    paragraphs: Sequence[tuple[str, str]]
    lives: Mapping[tuple[Status, bool], Mapping[str, Any]]
    now: datetime
    traces_since: datetime

    @classmethod
    def gathered_by(cls, chance: random.Random) -> "Company":
        now = clock.now()
        return cls(
            chance=chance,
            authors=[_author(name, number) for number, name in enumerate(phrases.names(chance, AUTHORS))],
            paragraphs=[(source, markup.render_comment(source)) for source in phrases.paragraphs(chance, PARAGRAPHS)],
            lives=_lives(),
            now=now,
            traces_since=now - timedelta(days=config.current().address_days),
        )

    def speech(self, article_id: int, number: int) -> tuple[Author, str, str]:
        """Who speaks as the n-th under an article, their text and its HTML: nobody says the same there twice."""
        other = (article_id * AUTHORS + number) * STEP % SPEECHES
        other, first = divmod(other, PARAGRAPHS)
        author, second = divmod(other, PARAGRAPHS)
        (source, html), (more_source, more_html) = self.paragraphs[first], self.paragraphs[second]
        # Paragraphs render one by one as they do together.
        return self.authors[author], f"{source}\n\n{more_source}", html + more_html


def row_of(company: Company, said: Said, *, article_id: int, number: int, ids: Sequence[int]) -> dict[str, Any]:
    """The columns of a comment, the n-th under its article, but those that are null in all; `ids` are by place."""
    author, source, html = company.speech(article_id, number)
    answered = None if said.answered is None else ids[said.answered]
    life = company.lives[said.status, said.was_visible]
    decided_at = min(said.at + DECIDED_AFTER, company.now) if life["decided_by"] else None
    return {
        **author.columns,
        **(author.traces if said.at > company.traces_since else NO_TRACES),
        **life,
        "id": ids[said.place],
        "article_id": article_id,
        "root_id": ids[said.path[0]],
        "parent_id": None if said.parent is None else ids[said.parent],
        "in_reply_to": answered,
        "depth": len(said.path),
        "section_id": said.section,
        "source": source,
        "html": html,
        "renderer": markup.RENDERER,
        "receipt_nonce": new_nonce(),
        "duplicate_key": None
        if said.status is Status.TRASH
        else duplicate_key(article_id=article_id, in_reply_to=answered, name=author.name, content=source),
        "visible_below": said.visible_below,
        "pinned": False,
        "created_at": said.at,
        "decided_at": decided_at,
        "changed_at": decided_at or said.at,
    }


NO_TRACES: Mapping[str, None] = {"address_fingerprint": None, "agent_fingerprint": None}


def _lives() -> dict[tuple[Status, bool], Mapping[str, Any]]:
    """What the rules, and then perhaps a person, left in a row: by its status and whether it was visible before."""
    undecided: dict[str, Any] = {"decided_by": None, "restore_to": None, "changed_by": "rules", "version": 1}
    decided: dict[str, Any] = {"decided_by": MODERATOR, "changed_by": MODERATOR, "version": 2}
    approved, held = _judgement(known=True), _judgement(known=False)
    put_away: dict[str, Any] = decided | held | {"restore_to": Status.PENDING.value}
    return {
        (Status.APPROVED, False): undecided | approved | {"status": Status.APPROVED.value},
        (Status.PENDING, False): undecided | held | {"status": Status.PENDING.value},
        (Status.SPAM, False): put_away | {"status": Status.SPAM.value},
        (Status.TRASH, False): put_away | {"status": Status.TRASH.value},
        (Status.TRASH, True): decided | approved | {"status": Status.TRASH.value, "restore_to": Status.APPROVED.value},
    }


def _author(name: str, number: int) -> Author:
    ring = keyring()
    email = f"{name_key(name).split()[0].replace('é', 'e')}.{number}@example.org"
    return Author(
        name=name,
        columns={
            "author_name": name,
            "author_name_key": name_key(name),
            "author_website": f"https://example.org/~reader{number}" if number % 7 == 0 else None,
            "email_sealed": ring.seal(email, purpose=EMAIL),
            "email_fingerprint": ring.fingerprint(email_key(email), purpose=EMAIL),
        },
        traces={
            # From the networks that documentation may use.
            "address_fingerprint": ring.fingerprint(f"198.51.100.{number % 254 + 1}", purpose=ADDRESS),
            "agent_fingerprint": ring.fingerprint(BROWSER, purpose=AGENT),
        },
    )


def _judgement(*, known: bool) -> dict[str, Any]:
    """What the checks left behind."""
    verdict = decide(
        Circumstances(
            author_is_staff=False,
            disallowed_words=(),
            everything_is_held=False,
            links=Tally(0, 2),
            moderation_words=(),
            first_is_held=True,
            trust=Trust.RECEIPT,
            pair_was_approved=known,
            receipt_was_shown=known,
            by_email=Tally(0, config.current().posts_per_hour_per_email),
            on_article=Tally(0, config.current().posts_per_minute_per_article),
            on_site=Tally(0, config.current().posts_per_minute),
        )
    )
    return {
        "reasons": [asdict(reason) for reason in verdict.reasons],
        "safe_reason": verdict.safe_reason,
        "trashed_by_rule": False,
    }
