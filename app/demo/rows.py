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
DECIDED_AFTER = timedelta(hours=2)
MODERATOR = "command line"
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """What a row keeps of who wrote it."""

    name: str
    columns: Mapping[str, Any]
    traces: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the checks left behind."""

    reasons: list[dict[str, Any]]
    safe_reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """Who speaks, what there is to say (paragraphs as Markdown, with their HTML), and how each is judged."""

    chance: random.Random
    authors: Sequence[Author]
    paragraphs: Sequence[tuple[str, str]]
    approved: Judgement
    held: Judgement
    traces_since: datetime
    taken: set[str]

    @classmethod
    def gathered_by(cls, chance: random.Random) -> "Company":
        sources = [phrases.paragraph(chance) for _ in range(PARAGRAPHS)]
        return cls(
            chance=chance,
            authors=[_author(chance, number) for number in range(AUTHORS)],
            paragraphs=[(source, markup.render_comment(source)) for source in sources],
            approved=_judgement(known=True),
            held=_judgement(known=False),
            traces_since=clock.now() - timedelta(days=config.current().address_days),
            taken=set(),
        )

    def speech(self, article_id: int, answered: int | None) -> tuple[Author, str, str, str]:
        """An author, their text, its HTML and its duplicate key: nobody says the same twice."""
        while True:
            author = self.chance.choice(self.authors)
            chosen = self.chance.choices(self.paragraphs, k=self.chance.choice((1, 2, 2, 3)))
            source = "\n\n".join(source for source, _ in chosen)
            key = duplicate_key(article_id=article_id, in_reply_to=answered, name=author.name, content=source)
            if key not in self.taken:
                self.taken.add(key)
                # Paragraphs render one by one as they do together.
                return author, source, "".join(html for _, html in chosen), key


def row_of(company: Company, said: Said, *, article_id: int, ids: Sequence[int]) -> dict[str, Any]:
    """The columns of a comment but those that are null in all; `ids` has those of what was said before it."""
    answered = None if said.answered is None else ids[said.answered]
    author, source, html, key = company.speech(article_id, answered)
    return {
        **author.columns,
        **(author.traces if said.at > company.traces_since else NO_TRACES),
        **_life(company, said),
        "article_id": article_id,
        "root_id": ids[said.path[0]] if said.parent is not None else None,
        "parent_id": None if said.parent is None else ids[said.parent],
        "in_reply_to": answered,
        "depth": len(said.path),
        "section_id": said.section,
        "source": source,
        "html": html,
        "renderer": markup.RENDERER,
        "receipt_nonce": new_nonce(),
        "duplicate_key": None if said.status is Status.TRASH else key,
        "visible_below": said.visible_below,
        "pinned": False,
        "created_at": said.at,
    }


NO_TRACES: Mapping[str, None] = {"address_fingerprint": None, "agent_fingerprint": None}


def _life(company: Company, said: Said) -> dict[str, Any]:
    """What was decided about it, by the rules and then by a person."""
    is_plain = said.status is Status.APPROVED or said.was_visible
    judgement = company.approved if is_plain else company.held
    life = {
        "status": said.status,
        "reasons": judgement.reasons,
        "safe_reason": judgement.safe_reason,
        "trashed_by_rule": False,
        "restore_to": None,
        "decided_at": None,
        "decided_by": None,
        "changed_at": said.at,
        "changed_by": "rules",
        "version": 1,
    }
    if said.status in {Status.APPROVED, Status.PENDING}:
        return life
    at = min(said.at + DECIDED_AFTER, clock.now())
    return life | {
        "restore_to": Status.APPROVED if said.was_visible else Status.PENDING,
        "decided_at": at,
        "decided_by": MODERATOR,
        "changed_at": at,
        "changed_by": MODERATOR,
        "version": 2,
    }


def _author(chance: random.Random, number: int) -> Author:
    ring, name = keyring(), phrases.name(chance)
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


def _judgement(*, known: bool) -> Judgement:
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
    return Judgement([asdict(reason) for reason in verdict.reasons], verdict.safe_reason)
