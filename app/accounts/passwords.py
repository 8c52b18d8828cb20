"""Is this the right password?"""

import secrets
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

SHORTEST = 12
LONGEST = 256

# 19 MiB, two passes, one lane: the OWASP Password Storage Cheat Sheet's setting for argon2id, which several requests
# at once can afford.
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


@cache
def _nobodys() -> str:
    """Stored for nobody. Made when it is first asked for: it takes as long as a log-in, and most processes see none."""
    return _hasher.hash(secrets.token_urlsafe(16))


def hashed(password: str) -> str:
    return _hasher.hash(password)


def is_right(password: str, stored: str | None) -> bool:
    """Whether the password fits; an account that is not there takes as long as one that is."""
    nobodys = _nobodys()  # asked for in either case, so that the first time tells nothing either
    try:
        _hasher.verify(stored or nobodys, password)
    except VerifyMismatchError:
        return False
    return stored is not None


def one_time() -> str:
    """A password to be handed over once: 120 random bits."""
    return secrets.token_urlsafe(15)
