"""Is a listed word found wherever a reader would see it, nowhere else, and fast?"""

import random
import string
import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.site.matching import (
    AddressKind,
    Hit,
    InvalidPattern,
    Mode,
    address_kind,
    compile_pattern,
    email_key,
    first_hits,
    normal,
    without_invisibles,
)


def found(pattern: str, text: str, mode: Mode = Mode.WORD) -> bool:
    return compile_pattern(pattern, mode).found_in(normal(text))


# --- how a text is compared --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "compared"),
    [
        ("Viagra", "viagra"),
        ("\uff36\uff49\uff41\uff47\uff52\uff41", "viagra"),  # full width
        ("v\u00adi\u200ba\u2060g\u200dr\ufeffa\ufe0f", "viagra"),
        ("\U0001d4cb\U0001d4be\U0001d4b6\U0001d4c0\U0001d4c7\U0001d4b6", "viakra"),  # mathematical script
        ("STRASSE Stra\u00dfe", "strasse strasse"),
        ("Jo\u0308rg", "j\u00f6rg"),
        ("\ufb01ne", "fine"),
        ("  buy \t\r\n now\u00a0\u3000! ", "buy now !"),
        ("\u1112\u1161\u11ab\uae00", "\ud55c\uae00"),
        ("\uff76\uff7c\uff9e\uff89", "\u30ab\u30b8\u30ce"),  # half-width kana
        ("\u3164a\u2800", "a"),
        ("\x07a\x1b", "a"),
    ],
)
def test_what_looks_alike_is_compared_alike(typed: str, compared: str) -> None:
    assert normal(typed) == compared


@given(st.text())
def test_a_text_made_normal_twice_stays_what_it_is(text: str) -> None:
    once = normal(text)
    assert normal(once) == once
    assert unicodedata.is_normalized("NFKC", once)


@pytest.mark.parametrize("text", ["a b\nc\td", "0", "\u0301", "\u0600", "\u3000", "\x85", "\U0001f600", "\u00a0"])
def test_what_is_seen_or_is_white_space_stays(text: str) -> None:
    assert without_invisibles(text) == text


def test_every_format_character_without_a_shape_is_invisible() -> None:
    """All of category Cf but those that stand before a number, or shape what they stand in."""
    with_a_shape = {*range(0x0600, 0x0606), 0x06DD, 0x070F, 0x0890, 0x0891, 0x08E2, 0x110BD, 0x110CD}
    with_a_shape |= {*range(0x13430, 0x13440)}
    formats = {code for code in range(0x110000) if unicodedata.category(chr(code)) == "Cf"}
    assert {code for code in formats if without_invisibles(chr(code))} <= with_a_shape


# --- whole words -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("casino", "casino"),
        ("Casino", "the CASINO, there"),
        ("casino", "(casino)"),
        ("casino", "best-casino.example"),
        ("casino", "casinos-casino"),
        ("casino", "acasino casino"),
        ("buy now", "Buy\n  NOW!"),
        ("buy  now", "buy now"),
        ("spam.example", "see https://spam.example/x"),
        ("spam.example", "www.spam.example"),
        ("!!!", "now!!!!"),
        ("$$$", "a$$$b"),
        ("c++", "I like c++."),
        ("#win", "a#winner #win"),
        ("\U0001f346", "a\U0001f346b"),
        ("\u2764\ufe0f", "love\u2764"),
        ("\U0001f44d", "\U0001f44d\U0001f3fd"),
        ("\u0915\u093e", "(\u0915\u093e)"),
        ("\u00e4rzte", "\u00c4rzte"),
        ("ab_c", "ab_c"),
        ("203.0.113.7", "from 203.0.113.7:80"),
    ],
)
def test_a_word_is_found_on_its_own(pattern: str, text: str) -> None:
    assert found(pattern, text)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("casino", "casinos"),
        ("casino", "acasino"),
        ("casino", "casino2"),
        ("casino", "casino_x"),
        ("casino", "casin o"),
        ("buy now", "buy nowhere"),
        ("buy now", "abuy now"),
        ("buy now", "buynow"),
        ("spam.example", "notspam.example"),
        ("spam.example", "spamXexample"),
        ("#win", "#winner"),
        ("\u0915", "\u0915\u093e"),  # a vowel sign belongs to its letter
        ("cafe", "cafe\u0301"),
        ("ass", "class pass assume"),
        ("203.0.113.7", "203.0.113.77"),
        ("c.t", "cat"),
        ("[a]", "a"),
    ],
)
def test_a_word_is_not_found_in_another_word(pattern: str, text: str) -> None:
    assert not found(pattern, text)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("\uce74\uc9c0\ub178", "\uc628\ub77c\uc778\uce74\uc9c0\ub178\uc5d0\uc11c"),  # Hangul, with an ending
        ("\u8d4c\u573a", "\u6700\u597d\u7684\u8d4c\u573a\u5728\u8fd9\u91cc"),  # Han
        ("\u30ab\u30b8\u30ce", "\u30aa\u30f3\u30e9\u30a4\u30f3\u30ab\u30b8\u30ce\u3067"),  # Kana
        (
            "\u0e1e\u0e19\u0e31\u0e19",
            "\u0e40\u0e27\u0e47\u0e1a\u0e1e\u0e19\u0e31\u0e19\u0e2d\u0e2d\u0e19",
        ),  # Thai
        ("\u0e9e\u0eb0\u0e99", "\u0e81\u0eb2\u0e99\u0e9e\u0eb0\u0e99\u0eb1\u0e99"),  # Lao
        ("\u1785\u17b6\u1780", "\u1780\u17b6\u179a\u1785\u17b6\u1780\u17cb"),  # Khmer
        ("\u101c\u1031\u102c", "\u1019\u101c\u1031\u102c\u1004"),  # Burmese
        ("viagra", "viagra\ub97c \uc0ac\uc138\uc694"),  # a Korean ending after a Latin word
        ("\uce74\uc9c0\ub178777", "\ucd5c\uace0\uce74\uc9c0\ub178777\uc5d0"),
    ],
)
def test_a_word_of_a_script_without_spaces_is_found_as_a_part(pattern: str, text: str) -> None:
    assert found(pattern, text)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [("\uce74\uc9c0\ub1787", "\uce74\uc9c0\ub17877"), ("win\uce74\uc9c0\ub178", "twin\uce74\uc9c0\ub178")],
)
def test_the_other_end_of_a_mixed_word_keeps_its_boundary(pattern: str, text: str) -> None:
    assert not found(pattern, text)


# --- parts, with stars -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("casino*", "casinos"),
        ("casino*", "casino"),
        ("*casino", "acasino"),
        ("*casino*", "xcasinox"),
        ("v*gra", "viagra"),
        ("v*gra", "v.i-a.gra"),
        ("v*gra", "vgra"),
        ("v*gra", "v gra viagra"),
        ("v*gra", "viagrax-gra"),
        ("ab*ba", "abx ab.ba"),
        ("v*a b*c", "via bxc"),
        ("b*aa", "baaa"),
        ("f**k", "f**k"),
        ("f**k", "flick"),
        ("v*a*a", "viagra"),
        ("v*a*a", "vaa"),
        ("buy*now cheap", "buy.it.now cheap"),
        ("a *c", "a bc"),
        ("\uff0acasino\uff0a", "xcasinox"),  # full-width stars
        ("\ub9c8*\uc0ac\uc9c0", "\uc548\ub9c8\uc640\uc0ac\uc9c0"),
    ],
)
def test_a_star_stands_for_anything_but_white_space(pattern: str, text: str) -> None:
    assert found(pattern, text)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("casino*", "acasino"),
        ("*casino", "casinos"),
        ("v*gra", "v gra"),
        ("v*gra", "aviagra"),
        ("v*gra", "viagras"),
        ("v*a*a", "va"),
        ("v*a*a", "via gra"),
        ("v*i*gra", "viagra via"[::-1]),
        ("v*g*a*x", "viagra x"),
        ("v*i*gra", "vgra i"),
        ("ab*ba", "aba"),
    ],
)
def test_a_star_bridges_no_white_space_and_frees_no_other_end(pattern: str, text: str) -> None:
    assert not found(pattern, text)


@given(st.text("ab ", max_size=12), st.text("ab*", min_size=1, max_size=6).filter(lambda typed: typed.strip("*")))
def test_stars_find_what_trying_every_way_would_find(text: str, pattern: str) -> None:
    pieces = [piece for piece in pattern.split("*") if piece]

    def fits(at: int, rest: list[str]) -> bool:
        if not text.startswith(rest[0], at):
            return False
        at += len(rest[0])
        if not rest[1:]:
            return pattern.endswith("*") or at == len(text) or text[at] == " "
        run = text[at:].partition(" ")[0]
        return any(fits(at + gap, rest[1:]) for gap in range(len(run) + 1))

    free = pattern.startswith("*")
    starts = [at for at in range(len(text)) if free or at == 0 or text[at - 1] == " "]
    # A trailing space takes part in no pattern here, so both see the same text.
    assert compile_pattern(pattern, Mode.WORD).found_in(normal(text)) == any(fits(at, pieces) for at in starts)


# --- lists written for WordPress ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("press", "WordPress", True),
        ("v*gra", "viagra", False),
        ("v*gra", "the v*gra", True),
        ("*", "a * b", True),
        ("*", "a b", False),
        ("a.b", "xa.bx", True),
        ("a.b", "xaxb", False),
    ],
)
def test_a_pattern_for_wordpress_is_any_part_and_its_star_a_star(pattern: str, text: str, expected: object) -> None:
    assert found(pattern, text, Mode.SUBSTRING) is expected


# --- patterns that cannot be used --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pattern", "mode", "code"),
    [
        ("", Mode.WORD, "pattern_empty"),
        (" \t\n", Mode.WORD, "pattern_empty"),
        ("\u200b\u00ad", Mode.WORD, "pattern_empty"),
        ("\u3164", Mode.SUBSTRING, "pattern_empty"),
        ("*", Mode.WORD, "pattern_too_wide"),
        (" ** * ", Mode.WORD, "pattern_too_wide"),
        ("* * *", Mode.WORD, "pattern_too_wide"),
        ("a" * 201, Mode.WORD, "pattern_too_long"),
        (" " * 201, Mode.SUBSTRING, "pattern_too_long"),
        ("a\x00", Mode.WORD, "text_invalid"),
        ("\ud800", Mode.SUBSTRING, "text_invalid"),
    ],
)
def test_a_pattern_that_would_find_nothing_or_anything_is_refused(pattern: str, mode: Mode, code: str) -> None:
    with pytest.raises(InvalidPattern) as refused:
        compile_pattern(pattern, mode)
    assert refused.value.code == code == str(refused.value)


def test_a_pattern_may_have_200_characters() -> None:
    assert found("a" * 200, "a" * 200)


# --- several words in several fields -----------------------------------------------------------------------


def test_hits_name_the_word_and_the_first_field_that_has_it() -> None:
    words = ("casino", "ann", "absent", "buy now")
    patterns = [(number, compile_pattern(word, Mode.WORD)) for number, word in enumerate(words, start=10)]
    fields = {"content": "Buy  NOW", "author_name": "Ann", "author_website": "https://ann.example/casino"}
    assert first_hits(patterns, fields) == (
        Hit(10, "author_website"),
        Hit(11, "author_name"),
        Hit(13, "content"),
    )


def test_there_are_no_hits_without_words_or_fields() -> None:
    assert first_hits([], {"content": "casino"}) == ()
    assert first_hits([(1, compile_pattern("casino", Mode.WORD))], {}) == ()


# --- addresses ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("ann@example.org", "ann@example.org"),
        (" Ann.Lee+Tag@EXAMPLE.org ", "ann.lee+tag@example.org"),
        ("Jo\u0308RG@B\u00dcCHER.example", "j\u00f6rg@xn--bcher-kva.example"),
        ("ann@xn--bcher-kva.example", "ann@xn--bcher-kva.example"),
        ("ann@b\u00fccher\u3002example", "ann@xn--bcher-kva.example"),
        ("\uae40@\ud55c\uad6d.example", "\uae40@xn--3e0b707e.example"),
        ("INFO@example.org", "info@example.org"),
        ("ann@office.local", "ann@office.local"),
        ("ann@sub.test", "ann@sub.test"),
    ],
)
def test_an_email_key_is_lower_case_nfc_and_ascii_in_its_domain(typed: str, key: str) -> None:
    assert email_key(typed) == key
    assert email_key(key) == key


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "ann",
        "a@a",
        "a@test",
        "a@local",
        "a@x.invalid",
        '"a"@example.org',
        "a@[192.0.2.1]",
        "A <a@example.org>",
    ],
)
def test_there_is_no_email_key_for_what_is_no_address(typed: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 (the library's own)
        email_key(typed)


@pytest.mark.parametrize(
    ("pattern", "kind"),
    [
        ("ann@example.org", AddressKind.EMAIL),
        (" Ann@B\u00fccher.example ", AddressKind.EMAIL),
        ("203.0.113.7", AddressKind.NETWORK),
        (" 203.0.113.7/32", AddressKind.NETWORK),
        ("2001:db8::7", AddressKind.NETWORK),
        ("2001:DB8:0:1::/64", AddressKind.NETWORK),
        ("2001:db8:0:1::7/64", AddressKind.NETWORK),
        ("203.0.113.6/31", None),
        ("2001:db8::/63", None),
        ("203.0.113.0/24", None),
        ("2001:db8::/48", None),
        ("203.0.113.*", None),
        ("203.0.113", None),
        ("*@example.org", None),
        ("ann@*", None),
        ("@example.org", None),
        ("ann@example", None),
        ("write to ann@example.org", None),
        ("example.org", None),
        ("casino", None),
        ("12345", None),
        ("", None),
    ],
)
def test_a_pattern_that_is_a_whole_address_is_known_as_one(pattern: str, kind: AddressKind | None) -> None:
    assert address_kind(pattern) is kind


# --- speed -------------------------------------------------------------------------------------------------


def _words(count: int, seed: int) -> list[str]:
    chance = random.Random(seed)
    return ["".join(chance.choices(string.ascii_lowercase, k=chance.randint(4, 12))) for _ in range(count)]


@pytest.mark.parametrize(
    "text",
    [" ".join(_words(9_000, 1)), "a" * 65_525, "a " * 32_762, "\ud55c" * 65_525, "v" + "a" * 65_523 + "!"],
    ids=["words", "one word", "letters", "hangul", "a long start"],
)
def test_a_thousand_patterns_are_looked_for_at_once(text: str) -> None:
    words = [
        *_words(900, 2),
        *(f"{word}*" for word in _words(50, 3)),
        *(f"v*{word}" for word in _words(50, 4)),
    ]
    patterns = [(number, compile_pattern(word, Mode.WORD)) for number, word in enumerate(words)]
    start = time.process_time()
    first_hits(patterns, {"content": text[:65_525]})
    assert time.process_time() - start < 0.5  # usually 50 ms


@pytest.mark.parametrize("pattern", ["a*a*a*a*b", "*a*b", "\uac00*\ub098", "*\uac00*\uac00*\ub098", "aaaa"])
@pytest.mark.parametrize("letter", ["a", "\uac00", "a "])
def test_no_text_makes_a_star_slow(pattern: str, letter: str) -> None:
    text = normal(letter * (65_000 // len(letter)) + " b \ub098")
    start = time.process_time()
    assert not compile_pattern(pattern, Mode.WORD).found_in(text)
    assert time.process_time() - start < 1
