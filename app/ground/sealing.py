"""How are addresses kept so that nobody who finds the store can read or test them?"""

import base64
import hashlib
import hmac
import json
import os
import secrets
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import cast

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import Flask, current_app

KEY_BYTES = 32
_EXTENSION = "rejoinder.keyring"
_RELOAD_SECONDS = 1.0


class InsecureKeys(Exception):
    """The secret keys are missing, weak, or readable by others."""


class Unsealable(Exception):
    """A sealed value was changed, or its key is gone."""


@dataclass(frozen=True, slots=True)
class KeySet:
    """Master keys by id; everything new is sealed with `current`."""

    current: str
    keys: Mapping[str, bytes]
    avatar: bytes

    def __post_init__(self) -> None:
        for key_id, key in [*self.keys.items(), ("avatar", self.avatar)]:
            if len(key) < KEY_BYTES or len(set(key)) < 12:
                raise InsecureKeys(f"The secret key {key_id!r} is too short or too simple: {KEY_BYTES} random bytes.")
            if not key_id.isalnum():
                raise InsecureKeys("A key's id may only have letters and digits.")
        if self.current not in self.keys:
            raise InsecureKeys(f"There is no key with the id {self.current!r}.")


def new_keys() -> KeySet:
    return KeySet("k1", {"k1": secrets.token_bytes(KEY_BYTES)}, secrets.token_bytes(KEY_BYTES))


def with_new_key(old: KeySet) -> KeySet:
    """The same keys with a fresh one in front."""
    number = max((int(key_id[1:]) for key_id in old.keys if key_id[1:].isdigit()), default=0) + 1
    return KeySet(f"k{number}", {**old.keys, f"k{number}": secrets.token_bytes(KEY_BYTES)}, old.avatar)


def read_keys(text: str) -> KeySet:
    """Keys from JSON: `{"current": id, "keys": {id: base64}, "avatar": base64}`."""
    try:
        plain = json.loads(text)
        keys = {str(key_id): base64.b64decode(key, validate=True) for key_id, key in plain["keys"].items()}
        return KeySet(str(plain["current"]), keys, base64.b64decode(plain["avatar"], validate=True))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InsecureKeys("The secret keys cannot be read: JSON with current, keys and avatar is needed.") from error


def write_keys(keys: KeySet, path: Path) -> None:
    """Keep the keys in a file that only its owner can read; a crash leaves the old file or the new one."""
    plain = {
        "current": keys.current,
        "keys": {key_id: base64.b64encode(key).decode() for key_id, key in keys.keys.items()},
        "avatar": base64.b64encode(keys.avatar).decode(),
    }
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(plain, file)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def keys_from_file(path: Path) -> KeySet:
    try:
        if path.stat().st_mode & 0o077:
            raise InsecureKeys(f"{path} can be read by others: chmod 600 it.")
        return read_keys(path.read_text())
    except FileNotFoundError:
        raise InsecureKeys(f"There are no secret keys: run `rejoinder setup` to make {path}.") from None


@lru_cache(maxsize=64)
def _derived(master: bytes, purpose: str) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=f"rejoinder {purpose}".encode()).derive(master)


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _raw(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass(slots=True)
class Keyring:
    """Seals, opens, fingerprints and signs; what it writes begins with its key's id and a dot.

    With a file behind it, a key that another process added is seen within a second.
    """

    keys: KeySet
    path: Path | None = None
    _looked_at: float = field(default_factory=time.monotonic)
    _stamp: tuple[int, int] = (0, 0)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def seal(self, plain: str, *, purpose: str) -> str:
        """`id.base64(nonce + AES-256-GCM)`; what was sealed for one purpose opens for no other."""
        key_id, master = self._current()
        nonce = secrets.token_bytes(12)
        sealed = AESGCM(_derived(master, f"seal {purpose}")).encrypt(nonce, plain.encode(), key_id.encode())
        return f"{key_id}.{_text(nonce + sealed)}"

    def open(self, sealed: str, *, purpose: str) -> str:
        key_id, _, body = sealed.partition(".")
        try:
            raw = _raw(body)
            cipher = AESGCM(_derived(self._key(key_id), f"seal {purpose}"))
            return cipher.decrypt(raw[:12], raw[12:], key_id.encode()).decode()
        except (InvalidTag, ValueError, KeyError) as error:
            raise Unsealable(f"A value sealed with the key {key_id!r} cannot be opened.") from error

    def fingerprint(self, value: str, *, purpose: str) -> str:
        """The keyed fingerprint (HMAC-SHA-256, 192 bits) under the current key."""
        key_id, master = self._current()
        return _fingerprint(key_id, master, value, purpose)

    def fingerprints(self, value: str, *, purpose: str) -> list[str]:
        """The fingerprints under every key, for finding what has not been re-sealed yet."""
        self._refresh()
        return [_fingerprint(key_id, master, value, purpose) for key_id, master in self.keys.keys.items()]

    def sign(self, message: str, *, purpose: str) -> str:
        return self.fingerprint(message, purpose=f"sign {purpose}")

    def is_signed(self, message: str, signature: str, *, purpose: str) -> bool:
        key_id = signature.partition(".")[0]
        try:
            right = _fingerprint(key_id, self._key(key_id), message, f"sign {purpose}")
        except KeyError:
            return False
        return hmac.compare_digest(right.encode(), signature.encode())

    def avatar_seed(self, name_key: str) -> str:
        """Sixteen hex digits from a name, under a key that never rotates so that faces stay."""
        return hmac.digest(self.keys.avatar, name_key.encode(), "sha256")[:8].hex()

    def is_current(self, stored: str) -> bool:
        return stored.startswith(f"{self._current()[0]}.")

    @property
    def prefix(self) -> str:
        """How everything begins that the current key made."""
        return f"{self._current()[0]}."

    def _current(self) -> tuple[str, bytes]:
        self._refresh()
        return self.keys.current, self.keys.keys[self.keys.current]

    def _key(self, key_id: str) -> bytes:
        self._refresh()
        return self.keys.keys[key_id]

    def _refresh(self) -> None:
        if self.path is None or time.monotonic() - self._looked_at < _RELOAD_SECONDS:
            return
        with self._lock:
            self._looked_at = time.monotonic()
            status = self.path.stat()
            stamp = (status.st_mtime_ns, status.st_ino)
            if stamp != self._stamp:
                self.keys, self._stamp = keys_from_file(self.path), stamp


def _fingerprint(key_id: str, master: bytes, value: str, purpose: str) -> str:
    digest = hmac.digest(_derived(master, f"fingerprint {purpose}"), value.encode(), "sha256")
    return f"{key_id}.{_text(digest[:24])}"


def token_hash(token: str) -> str:
    """What is kept of a random 256-bit token; being random, it needs no key."""
    return hashlib.sha256(token.encode()).hexdigest()


def keyring() -> Keyring:
    return cast(Keyring, current_app.extensions[_EXTENSION])


def init_app(app: Flask, *, ring: Keyring) -> None:
    app.extensions[_EXTENSION] = ring
