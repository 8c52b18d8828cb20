"""How do the addresses of staff get under a new key?"""

from sqlalchemy import select

from app.accounts import store
from app.accounts.models import Moderator
from app.ground.db import transaction
from app.ground.sealing import keyring


def reseal_accounts() -> int:
    """Seal the addresses of all accounts under the current key; how many were not yet. They are few."""
    ring = keyring()
    with transaction() as session:
        older = [
            each
            for each in session.scalars(select(Moderator).order_by(Moderator.id).with_for_update())
            if not (ring.is_current(each.email_sealed) and ring.is_current(each.email_fingerprint))
        ]
        for each in older:
            email = ring.open(each.email_sealed, purpose=store.EMAIL)
            each.email_sealed = ring.seal(email, purpose=store.EMAIL)
            each.email_fingerprint = ring.fingerprint(email.lower(), purpose=store.EMAIL)
    return len(older)
