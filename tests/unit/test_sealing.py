"""Addresses are sealed, found again, and cannot be tested from outside."""

import time
from pathlib import Path

import pytest

from app.ground import sealing
from app.ground.sealing import InsecureKeys, Keyring, KeySet, Unsealable, new_keys, with_new_key, write_keys


@pytest.fixture
def ring() -> Keyring:
    return Keyring(new_keys())


@pytest.mark.parametrize("plain", ["", "ada@example.org", "안녕@예.example", "x" * 10_000])
def test_what_is_sealed_opens_again(ring: Keyring, plain: str) -> None:
    assert ring.open(ring.seal(plain, purpose="email"), purpose="email") == plain


def test_a_sealed_value_never_looks_the_same_twice(ring: Keyring) -> None:
    assert ring.seal("a", purpose="email") != ring.seal("a", purpose="email")


def test_a_sealed_value_opens_for_no_other_purpose(ring: Keyring) -> None:
    with pytest.raises(Unsealable):
        ring.open(ring.seal("a", purpose="email"), purpose="word")


@pytest.mark.parametrize(
    "spoil", [lambda s: s[:-2], lambda s: s + "AA", lambda s: "k9" + s[2:], lambda s: "", lambda s: "k1.ä"]
)
def test_a_sealed_value_that_was_changed_does_not_open(ring: Keyring, spoil: object) -> None:
    with pytest.raises(Unsealable):
        ring.open(spoil(ring.seal("a", purpose="email")), purpose="email")  # type: ignore[operator]  # a row of the table


def test_a_fingerprint_is_the_same_for_the_same_and_other_for_others(ring: Keyring) -> None:
    mark = ring.fingerprint("a", purpose="email")
    assert mark == ring.fingerprint("a", purpose="email")
    others = [ring.fingerprint("b", purpose="email"), ring.fingerprint("a", purpose="address"),
              Keyring(new_keys()).fingerprint("a", purpose="email")]  # fmt: skip
    assert mark not in others


def test_after_a_rotation_the_old_opens_and_is_found_and_the_new_is_current(ring: Keyring) -> None:
    sealed, mark = ring.seal("a", purpose="email"), ring.fingerprint("a", purpose="email")
    signature = ring.sign("m", purpose="receipt")
    rotated = Keyring(with_new_key(ring.keys))
    assert rotated.open(sealed, purpose="email") == "a"
    assert mark in rotated.fingerprints("a", purpose="email")
    assert rotated.is_signed("m", signature, purpose="receipt")
    assert rotated.seal("a", purpose="email").startswith(rotated.prefix)
    assert not rotated.is_current(sealed)
    assert rotated.avatar_seed("ada") == ring.avatar_seed("ada")


@pytest.mark.parametrize("signature", ["", "k1.", "k1.x", "k7.abc", "nonsense", "k1.ä"])
def test_a_signature_that_is_none_is_refused(ring: Keyring, signature: str) -> None:
    assert not ring.is_signed("m", signature, purpose="receipt")


def test_keys_are_written_for_their_owner_alone_and_read_back(tmp_path: Path) -> None:
    keys = new_keys()
    write_keys(keys, tmp_path / "keys.json")
    assert (tmp_path / "keys.json").stat().st_mode & 0o777 == 0o600
    assert sealing.keys_from_file(tmp_path / "keys.json") == keys
    assert list(tmp_path.iterdir()) == [tmp_path / "keys.json"]


def test_keys_that_others_can_read_are_refused(tmp_path: Path) -> None:
    write_keys(new_keys(), tmp_path / "keys.json")
    (tmp_path / "keys.json").chmod(0o640)
    with pytest.raises(InsecureKeys, match="chmod"):
        sealing.keys_from_file(tmp_path / "keys.json")


def test_missing_keys_say_how_to_make_them(tmp_path: Path) -> None:
    with pytest.raises(InsecureKeys, match="rejoinder setup"):
        sealing.keys_from_file(tmp_path / "keys.json")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"current": "k1", "keys": {"k1": "AAAA"}, "avatar": "AAAA"}',
        '{"current": "k1", "keys": {"k1": "' + "A" * 43 + '="}, "avatar": "' + "A" * 43 + '="}',
        '{"current": "k1", "keys": {}, "avatar": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="}',
        (
            '{"current": "k.1", "keys": {"k.1": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="},'
            ' "avatar": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="}'
        ),
    ],
)
def test_weak_or_broken_keys_are_refused(text: str) -> None:
    with pytest.raises(InsecureKeys):
        sealing.read_keys(text)


def test_a_key_that_another_process_added_is_seen_while_running(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "keys.json"
    write_keys(new_keys(), path)
    ring = Keyring(sealing.keys_from_file(path), path)
    first: KeySet = ring.keys
    write_keys(with_new_key(first), path)
    start = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: start + 2)
    assert ring.prefix == "k2."
    assert set(ring.keys.keys) == {"k1", "k2"}
