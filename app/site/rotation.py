"""How do sealed words get under a new key?"""

from sqlalchemy import select

from app.ground.db import transaction
from app.ground.sealing import keyring
from app.site.models import Word
from app.site.wordlist import reseal


def reseal_words() -> int:
    """Seal all words that are addresses under the current key; how many were not yet. They are few."""
    ring = keyring()
    with transaction() as session:
        sealed = select(Word).where(Word.pattern_sealed.is_not(None)).order_by(Word.id).with_for_update()
        older = [
            each
            for each in session.scalars(sealed)
            if not (ring.is_current(each.pattern_sealed or "") and ring.is_current(each.fingerprint or ""))
        ]
        for each in older:
            reseal(each)
    return len(older)
