"""How are the secret keys rotated while readers post?"""

import time
from dataclasses import dataclass, replace

import click
from sqlalchemy import exists, select
from sqlalchemy.orm import InstrumentedAttribute

from app.accounts.models import Moderator
from app.accounts.rotation import reseal_accounts
from app.commands.opening import application, progress_bar
from app.comments import rotation
from app.comments.models import Comment, Pace
from app.ground.db import db
from app.ground.idempotency import IdempotentRequest
from app.ground.sealing import Keyring, keyring, with_new_key, write_keys
from app.site.models import Word
from app.site.rotation import reseal_words

CHUNK = 200
SEEN_AFTER_SECONDS = 2.0  # a new key in the file is seen by every process within a second
# Every column that begins with the id of the key that made it.
KEYED: tuple[InstrumentedAttribute[str] | InstrumentedAttribute[str | None], ...] = (
    Comment.email_sealed,
    Comment.email_fingerprint,
    Comment.address_fingerprint,
    Comment.agent_fingerprint,
    Moderator.email_sealed,
    Moderator.email_fingerprint,
    Word.pattern_sealed,
    Word.fingerprint,
    Pace.address,
    IdempotentRequest.key,
    IdempotentRequest.body,
)


@click.group()
def keys() -> None:
    """Rotate the secret keys."""


@keys.command()
@click.option(
    "--retire",
    is_flag=True,
    help="Then remove older keys that nothing is kept under. Receipts that were signed with them open no more.",
)
def rotate(*, retire: bool) -> None:
    """Seal everything under a new key, while serving.

    What was interrupted goes on where it stood, under the key that is new already. With SECRET_KEYS, put a new key in
    front there yourself, restart everything, then run this.
    """
    with application():
        ring = keyring()
        # Where anything was left under an older key, a rotation was interrupted: this ends it.
        done = _reseal()
        if not done.count:
            _add_key(ring)
            done = _reseal()
        click.echo(f"Sealed anew under {ring.keys.current}: {done.count}.")
        if retire:
            _retire(ring)
        if done.unsealable:
            raise click.ClickException(f"Addresses that none of the keys opens: {done.unsealable}.")


@dataclass(frozen=True, slots=True)
class Done:
    """How many accounts, words and comments were sealed anew, and how many no key opened."""

    count: int
    unsealable: int


def _add_key(ring: Keyring) -> None:
    if ring.path is None:
        raise click.ClickException("The keys come from SECRET_KEYS: put a new one there as `current`, and restart.")
    ring.keys = with_new_key(ring.keys)
    write_keys(ring.keys, ring.path)
    click.echo(f"Made the key {ring.keys.current} in {ring.path}: back it up.")
    # Until then the serving processes still seal under the key before.
    time.sleep(SEEN_AFTER_SECONDS)


def _reseal() -> Done:
    count, unsealable, last_id = reseal_accounts() + reseal_words(), 0, 0
    with progress_bar("Comments", rotation.under_older_keys()) as bar:
        while chunk := rotation.reseal_some(after=last_id, limit=CHUNK):
            last_id, count, unsealable = chunk.last_id, count + chunk.done, unsealable + chunk.unsealable
            bar.update(chunk.done + chunk.unsealable)
    return Done(count, unsealable)


def _retire(ring: Keyring) -> None:
    if ring.path is None:
        raise click.ClickException("The keys come from SECRET_KEYS: remove older ones there.")
    used = {key_id: _uses_of(key_id) for key_id in ring.keys.keys if key_id != ring.keys.current}
    for key_id, places in used.items():
        click.echo(f"{key_id} stays, it is used by: {', '.join(places)}." if places else f"{key_id} is retired.")
    kept = {key_id: key for key_id, key in ring.keys.keys.items() if used.get(key_id, True)}
    ring.keys = replace(ring.keys, keys=kept)
    write_keys(ring.keys, ring.path)


def _uses_of(key_id: str) -> list[str]:
    return [
        str(column)
        for column in KEYED
        if db.session.scalar(select(exists().where(column.startswith(f"{key_id}.", autoescape=True))))
    ]
