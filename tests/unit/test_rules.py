"""Does every rule of the reply form hold, and only that far?

Tests that ask for `rules` are also run by test_mutations, against broken copies of the module.
"""

import hashlib
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, replace
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import app.comments.rules
from app.comments.form import FIELDS, MAX_LENGTHS, NAME_AND_EMAIL, Requirements
from app.comments.rules import Code

NOTHING_BUT_A_TEXT = Requirements.of_site(require_name_and_email=False)
FIELD = {field.name: field for field in FIELDS}
LEAVES_NOTHING = "[label]: https://example.org"
BLANKS = (
    "",
    " ",
    " \t\r\n\u00a0\u2003\u3000 ",
    "\u200b\u200c\u200d\u2060\ufeff",  # zero width
    "\u200e\u202e\u2066\u2069",  # bidi controls
    "\u3164\u115f\u1160\uffa0",  # Hangul fillers
    "\u2800",  # braille blank
    "\u00ad",  # soft hyphen
    "\ufe0f\U000e0100",  # variation selectors
    "\U000e0041\U000e007f",  # tag characters
    "\u034f\u180e\u17b4",
    "\x07\x1b\x9f",
    " \u200b \u00ad\n",
)


@pytest.fixture
def rules() -> ModuleType:
    return app.comments.rules


def render(source: str) -> str:
    return "" if source.strip() == LEAVES_NOTHING else f"<p>{source}</p>"


def is_blank(html: str) -> bool:
    return not html


def entry(rules: ModuleType, field: str, typed: str, *, required: bool = True) -> Any:  # noqa: ANN401 (any copy's class)
    return rules.Entry(replace(FIELD[field], required=required), typed, rules.Markup(render, is_blank))


def checked(rules: ModuleType, typed: Mapping[str, str | None], requirements: Requirements = NAME_AND_EMAIL) -> Any:  # noqa: ANN401 (any copy's class)
    """What comes of `typed`, where everything else is well."""
    good = {"content": "A good point.", "author_name": "Ann", "author_email": "ann@example.org"}
    return rules.check(rules.Submission(**{**good, **typed}), requirements, render=render, is_blank=is_blank)


def codes(answer: object) -> list[tuple[str, str]]:
    return [(error.field, error.code) for error in getattr(answer, "errors", ())]


# --- what any field has to be ------------------------------------------------------------------------------


@pytest.mark.parametrize("field", ["content", "author_name", "author_email", "author_website"])
@pytest.mark.parametrize("typed", ["a\x00b", "\x00", "a\ud800", "\udfffb", "\udc00"])
def test_nothing_with_a_nul_or_a_lone_surrogate_can_be_stored(rules: ModuleType, field: str, typed: str) -> None:
    error = rules.can_be_stored(entry(rules, field, typed))
    assert (error.field, error.code, error.limit, error.actual) == (field, "text_invalid", None, None)
    assert codes(checked(rules, {field: typed})) == [(field, "text_invalid")]


@pytest.mark.parametrize("typed", ["", "0", "bell \x07 escape \x1b", "\U0001f600", "\ufffe", "e\u0301", "\x9f"])
def test_all_else_can_be_stored(rules: ModuleType, typed: str) -> None:
    assert rules.can_be_stored(entry(rules, "content", typed)) is None


@pytest.mark.parametrize(
    ("field", "code"),
    [
        ("content", "content_required"),
        ("author_name", "author_name_required"),
        ("author_email", "author_email_required"),
    ],
)
@pytest.mark.parametrize("typed", BLANKS)
def test_a_required_text_is_given_only_if_something_of_it_can_be_seen(
    rules: ModuleType, field: str, code: str, typed: str
) -> None:
    error = rules.is_given(entry(rules, field, typed))
    assert (error.field, error.code, error.limit, error.actual) == (field, code, None, None)
    assert codes(checked(rules, {field: typed})) == [(field, code)]


@pytest.mark.parametrize("typed", ["0", "-", "\u0301", " a ", "\u200ba\u200b", "\U0001f600", "\ud55c"])
def test_a_text_is_given_if_something_of_it_can_be_seen(rules: ModuleType, typed: str) -> None:
    assert rules.is_given(entry(rules, "content", typed)) is None


@pytest.mark.parametrize("typed", BLANKS)
def test_what_is_not_required_need_not_be_given(rules: ModuleType, typed: str) -> None:
    assert rules.is_given(entry(rules, "author_name", typed, required=False)) is None


@pytest.mark.parametrize(
    ("field", "limit"),
    [("content", 65_525), ("author_name", 245), ("author_email", 254), ("author_website", 200)],
)
@pytest.mark.parametrize("letter", ["a", "\ud55c", "\U0001f600", "\n"])
def test_a_text_is_within_its_limit_up_to_the_last_character(
    rules: ModuleType, field: str, limit: int, letter: str
) -> None:
    assert rules.is_within_its_limit(entry(rules, field, letter * limit)) is None
    error = rules.is_within_its_limit(entry(rules, field, letter * (limit + 1)))
    assert (error.field, error.code, error.limit, error.actual) == (field, "too_long", limit, limit + 1)


@pytest.mark.parametrize(("field", "limit"), MAX_LENGTHS.items())
def test_every_text_is_within_its_limit_or_refused(rules: ModuleType, field: str, limit: int) -> None:
    assert codes(checked(rules, {field: "a" * (limit + 1)})) == [(field, "too_long")]


def test_what_has_no_limit_is_within_its_limit(rules: ModuleType) -> None:
    assert rules.is_within_its_limit(entry(rules, "remember", "a" * 70_000)) is None


# --- what one field has to be ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    ["Ann", "  Ann\n", "", "<b>Ann</b>", "O'Brien & Co", "\u05d0\u200f!", "\ud55c", "\u0646\u200c\u0627"],
)
def test_a_name_is_plain_as_people_write_it(rules: ModuleType, typed: str) -> None:
    assert rules.name_is_plain(entry(rules, "author_name", typed)) is None


@pytest.mark.parametrize(
    "char",
    ["\x01", "\t", "\n", "\x1b", "\x7f", "\x85", "\u2028", "\u2029", "\u202a", "\u202e", "\u2066", "\u2069"],
)
def test_a_name_is_plain_only_without_what_disturbs_the_text_around_it(rules: ModuleType, char: str) -> None:
    error = rules.name_is_plain(entry(rules, "author_name", f"A{char}nn"))
    assert (error.field, error.code) == ("author_name", "name_invalid")
    assert codes(checked(rules, {"author_name": f"A{char}nn"})) == [("author_name", "name_invalid")]


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " \u200b",
        "ann@example.org",
        " ann@example.org\n",
        "a@b.example",
        "ann+tag@mail.example.org",
        "o'brien@example.org",
        "ann@sub.test",
        "ann@office.local",
        "j\u00f6rg@example.org",
        "ann@b\u00fccher.example",
        "\uae40@\ud55c\uad6d.example",
        "ann@xn--bcher-kva.example",
    ],
)
def test_an_email_is_an_address_if_mail_could_find_it(rules: ModuleType, typed: str) -> None:
    assert rules.email_is_an_address(entry(rules, "author_email", typed)) is None


NO_ADDRESSES = (
    "a@a",
    "ann",
    "ann@",
    "@example.org",
    "ann@example.org.",
    "ann@.example.org",
    "ann@example..org",
    "ann..b@example.org",
    "an n@example.org",
    "ann@exam ple.org",
    '"ann"@example.org',
    "ann@[192.0.2.1]",
    "Ann <ann@example.org>",
    "ann@example.org, bob@example.org",
    "ann@-example.org",
    "a\u200bnn@example.org",
    "ann@nowhere.invalid",
    "ann@localhost",
    "ann@" + "b" * 64 + ".org",
    "\u00f6" * 130 + "@example.org",  # 272 octets
)


def test_an_entrys_email_key_is_the_normal_form_of_its_text(rules: ModuleType) -> None:
    assert entry(rules, "author_email", "  Ada@EXAMPLE.org ").email_key == "ada@example.org"


@pytest.mark.parametrize("typed", NO_ADDRESSES)
@pytest.mark.parametrize("requirements", [NAME_AND_EMAIL, NOTHING_BUT_A_TEXT])
def test_an_email_is_an_address_or_refused_whenever_one_is_given(
    rules: ModuleType, typed: str, requirements: Requirements
) -> None:
    error = rules.email_is_an_address(entry(rules, "author_email", typed))
    assert (error.field, error.code) == ("author_email", "email_invalid")
    assert codes(checked(rules, {"author_email": typed}, requirements)) == [("author_email", "email_invalid")]


@pytest.mark.parametrize("typed", ["", "  ", "\u200b", "example.org", " https://example.org/ "])
def test_a_website_is_a_link_or_nothing(rules: ModuleType, typed: str) -> None:
    assert rules.website_is_a_link(entry(rules, "author_website", typed)) is None


def test_a_website_is_a_link_or_refused(rules: ModuleType) -> None:
    error = rules.website_is_a_link(entry(rules, "author_website", "ftp://example.org"))
    assert (error.field, error.code) == ("author_website", "website_invalid")
    refused = checked(rules, {"author_website": "ftp://example.org"})
    assert codes(refused) == [("author_website", "website_invalid")]


@pytest.mark.parametrize(
    ("typed", "link"),
    [
        ("user.example.org", "https://user.example.org"),
        ("user.example.org:8080", "https://user.example.org:8080"),
        ("user.example.org:8080/a?b=c#d", "https://user.example.org:8080/a?b=c#d"),
        ("user.example.org/@ann", "https://user.example.org/@ann"),
        ("example.org?u=http://b", "https://example.org?u=http://b"),
        ("http://example.org", "http://example.org"),
        ("HTTPS://Example.ORG/Path", "https://example.org/Path"),
        ("https://b\u00fccher.example/\u00fc", "https://xn--bcher-kva.example/\u00fc"),
        ("\ud55c\uad6d.example:81", "https://xn--3e0b707e.example:81"),
        ("https://fa\u00df.example", "https://xn--fa-hia.example"),
        ("my_blog.example.org", "https://my_blog.example.org"),
        ("https://example.org.", "https://example.org."),
        ("localhost:3000", "https://localhost:3000"),
        ("intranet", "https://intranet"),
        ("http://intranet:8080", "http://intranet:8080"),
        ("http://192.0.2.7/", "http://192.0.2.7/"),
        ("http://[2001:DB8::7]:8000/x", "http://[2001:db8::7]:8000/x"),
        ("https://" + "a" * 63 + ".example", "https://" + "a" * 63 + ".example"),
        ("https://" + "a." * 126 + "b", "https://" + "a." * 126 + "b"),
        ("https://example.org:65535", "https://example.org:65535"),
        ("https://example.org:0", "https://example.org:0"),
    ],
)
def test_a_website_link_has_a_scheme_and_an_ascii_host(rules: ModuleType, typed: str, link: str) -> None:
    assert rules.website_link(typed) == link
    assert rules.website_link(link) == link


@pytest.mark.parametrize(
    "typed",
    [
        "ftp://example.org",
        "javascript://example.org/%0aalert(1)",
        "javascript:alert(1)",
        "javascript:1",
        "tel:5551",
        "data:text/html,x",
        "mailto:ann@example.org",
        "mailto:",
        "http:example.org",
        "https:/example.org",
        "//example.org",
        "https://ann@example.org",
        "https://ann:secret@example.org",
        "ann@example.org",
        "https://@example.org",
        "https://",
        "https:///path",
        "https://?q",
        "https://:80",
        "/path",
        "https://example.org:",
        "https://example.org:80a",
        "https://example.org:65536",
        "https://exa mple.org",
        "https://example.org/a b",
        "https://example.org/a\tb",
        "https://example.org/\x01",
        "https://example.org/\u00a0",
        "https://example.org/\u202e",
        "https://exam\u200bple.org",
        "https://good.example\\@evil.example",
        "https://-example.org",
        "https://example-.org",
        "https://example..org",
        "https://.example.org",
        "https://example.org..",
        "https://exa$mple.org",
        "https://" + "a" * 64 + ".example",
        "https://" + "a." * 126 + "bc",
        "https://\u00fc" + "b" * 70 + ".example",
        "https://[not:an:address]",
        "https://[2001:db8::7",
        "https://[fe80::1%25eth0]",
        "https://[v1.example]",
        "2001:db8::7",
        "https://\u2100.example",
    ],
)
def test_a_website_link_is_refused_if_it_could_lead_astray(rules: ModuleType, typed: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 (whichever library finds the fault)
        rules.website_link(typed)


def test_the_length_of_a_website_is_that_of_what_was_typed(rules: ModuleType) -> None:
    host = "a." * 96 + "example"
    assert len(host) == 199
    assert checked(rules, {"author_website": f"{host}/"}).author_website == f"https://{host}/"
    assert codes(checked(rules, {"author_website": f"{host}/a"})) == [("author_website", "too_long")]


@pytest.mark.parametrize(
    ("host", "ascii_host"),
    [
        ("Example.ORG", "example.org"),
        ("a-b.example", "a-b.example"),
        ("B\u00dcCHER.example", "xn--bcher-kva.example"),
        ("bu\u0308cher\u3002example", "xn--bcher-kva.example"),
        ("[2001:DB8::1]", "[2001:db8::1]"),
        ("a." * 126 + "b", "a." * 126 + "b"),
        ("example.org.", "example.org."),
    ],
)
def test_an_ascii_host_is_what_the_dns_knows(rules: ModuleType, host: str, ascii_host: str) -> None:
    assert rules.ascii_host(rules.urlsplit(f"https://{host}/")) == ascii_host


@pytest.mark.parametrize(
    "host", ["", "-a", "a-", "a..b", "a." * 126 + "bc", "a" * 64, "\u00fc-.example", "a$b", "[fe80::1%1]"]
)
def test_an_ascii_host_is_refused_if_the_dns_cannot_know_it(rules: ModuleType, host: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 (whichever library finds the fault)
        rules.ascii_host(rules.urlsplit(f"https://{host}/"))


@pytest.mark.parametrize(("typed", "code"), [("A text.", None), ("0", None), (LEAVES_NOTHING, "content_required")])
def test_a_comment_renders_to_something_or_counts_as_missing(rules: ModuleType, typed: str, code: str | None) -> None:
    error = rules.renders_to_something(entry(rules, "content", typed))
    assert (error and error.code) == code
    assert codes(checked(rules, {"content": typed})) == ([("content", code)] if code else [])


# --- the whole form ----------------------------------------------------------------------------------------


def test_a_check_that_finds_nothing_gives_a_draft(rules: ModuleType) -> None:
    draft = checked(
        rules,
        {
            "content": " One\r\ntwo\rthree\n\tfour \x07",
            "author_name": " Ann \u00c5 ",
            "author_email": " Ann@B\u00fccher.Example ",
            "author_website": " Ann.Example.org ",
        },
    )
    assert isinstance(draft, rules.Draft)
    assert draft.content == " One\ntwo\nthree\n\tfour \x07"
    assert draft.html == "<p> One\ntwo\nthree\n\tfour \x07</p>"
    assert draft.author_name == "Ann \u00c5"
    assert draft.author_email == "Ann@B\u00fccher.Example"
    assert draft.author_email_key == "ann@xn--bcher-kva.example"
    assert draft.author_website == "https://ann.example.org"


@pytest.mark.parametrize("blank", [None, *BLANKS])
def test_a_check_leaves_out_what_need_not_be_there(rules: ModuleType, blank: str | None) -> None:
    typed = dict.fromkeys(("author_name", "author_email", "author_website"), blank)
    draft = checked(rules, typed, NOTHING_BUT_A_TEXT)
    assert (draft.author_name, draft.author_email, draft.author_email_key) == ("", None, None)
    assert draft.author_website is None


def test_a_check_names_every_error_at_once_in_the_order_of_the_form(rules: ModuleType) -> None:
    typed = (LEAVES_NOTHING, "A\x1bnn", "a@a", "ftp://a")
    refusal = checked(rules, dict(zip(rules.RULES, typed, strict=True)))
    assert isinstance(refusal, rules.Refusal)
    assert codes(refusal) == [
        ("content", "content_required"),
        ("author_name", "name_invalid"),
        ("author_email", "email_invalid"),
        ("author_website", "website_invalid"),
    ]


def test_a_check_misses_what_was_left_out(rules: ModuleType) -> None:
    refusal = checked(rules, {"content": None, "author_name": None, "author_email": None})
    assert [code for _, code in codes(refusal)] == [
        "content_required",
        "author_name_required",
        "author_email_required",
    ]


@pytest.mark.parametrize(
    ("requirements", "missing"),
    [
        (Requirements(name_required=True, email_required=False), "author_name_required"),
        (Requirements(name_required=False, email_required=True), "author_email_required"),
    ],
)
def test_a_check_asks_for_what_the_site_asks_for(rules: ModuleType, requirements: Requirements, missing: str) -> None:
    refusal = checked(rules, {"author_name": None, "author_email": None}, requirements)
    assert [code for _, code in codes(refusal)] == [missing]


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("\x00" + "a" * 300, "text_invalid"),
        (" " * 300, "author_name_required"),
        ("\x01" * 300 + "a", "too_long"),
        ("\x01a", "name_invalid"),
    ],
)
def test_the_first_error_speaks_for_its_field(rules: ModuleType, typed: str, code: str) -> None:
    assert rules.first_error(entry(rules, "author_name", typed)).code == code


def test_there_is_no_first_error_where_there_is_none(rules: ModuleType) -> None:
    assert rules.first_error(entry(rules, "author_name", "Ann")) is None


def test_a_text_that_is_too_long_is_not_even_rendered(rules: ModuleType) -> None:
    def no_render(source: str) -> str:
        raise AssertionError(source)

    too_long = rules.Submission(content="a" * 65_526, author_name="Ann", author_email="ann@example.org")
    refusal = rules.check(too_long, NAME_AND_EMAIL, render=no_render, is_blank=is_blank)
    assert codes(refusal) == [("content", "too_long")]


def test_the_entries_of_a_form_have_one_character_for_a_line_end(rules: ModuleType) -> None:
    submission = rules.Submission(content="a\r\nb\rc\n\r\nd", author_name=None, author_email="x")
    entries = rules.entries_of(submission, NOTHING_BUT_A_TEXT, rules.Markup(render, is_blank))
    assert [(name, each.typed, each.field.required) for name, each in entries.items()] == [
        ("content", "a\nb\nc\n\nd", True),
        ("author_name", "", False),
        ("author_email", "x", False),
        ("author_website", "", False),
    ]
    assert [each.field.name for each in entries.values()] == list(entries)


def test_the_text_of_an_entry_is_trimmed_and_its_html_is_rendered_once(rules: ModuleType) -> None:
    seen = []

    def count(source: str) -> str:
        seen.append(source)
        return source

    one = rules.Entry(FIELD["content"], " a ", rules.Markup(count, is_blank))
    assert (one.text, one.html, one.html, seen) == ("a", " a ", " a ", [" a "])


@pytest.mark.parametrize("letter", ["a", "\ud55c", "\U0001f600", "\U0001f469\u200d\U0001f680", "\r\n"])
def test_what_maxlength_lets_through_is_never_too_long(letter: str) -> None:
    for field, limit in MAX_LENGTHS.items():
        units = len(letter.replace("\r\n", "\n").encode("utf-16-le")) // 2
        typed = letter * (limit // units)
        answer = checked(app.comments.rules, {field: typed})
        assert (field, "too_long") not in codes(answer)


def test_an_address_as_long_as_the_form_lets_through_is_taken() -> None:
    email = "a" * 242 + "@example.org"
    assert len(email) == MAX_LENGTHS["author_email"]
    assert checked(app.comments.rules, {"author_email": email}).author_email == email


ANYTHING = st.none() | st.text(st.characters(exclude_categories=()))


@given(content=ANYTHING, author_name=ANYTHING, author_email=ANYTHING, author_website=ANYTHING)
def test_whatever_is_sent_is_answered_and_a_draft_can_be_stored(**typed: str | None) -> None:
    answer = checked(app.comments.rules, typed, NOTHING_BUT_A_TEXT)
    if isinstance(answer, app.comments.rules.Draft):
        kept = "".join(each or "" for each in asdict(answer).values())
        assert "\x00" not in kept
        assert kept.encode().decode() == kept
    else:
        assert answer.errors


@given(st.from_regex(r"(https?://)?[a-z\u00fc@.:\[\]/\\ -]{1,40}", fullmatch=True))
def test_a_link_made_twice_stays_what_it_is(typed: str) -> None:
    try:
        link = app.comments.rules.website_link(typed)
    except ValueError:
        return
    assert link.startswith(("http://", "https://"))
    assert app.comments.rules.website_link(link) == link


def test_every_field_that_is_typed_into_has_rules(rules: ModuleType) -> None:
    assert list(rules.RULES) == list(MAX_LENGTHS)


def test_every_code_comes_from_a_rule() -> None:
    fields = {"content": "", "author_name": "", "author_email": ""}
    seen = {code for _, code in codes(checked(app.comments.rules, fields))}
    wrong = {"content": "a" * 70_000, "author_name": "a\x01", "author_email": "a", "author_website": "a b"}
    seen |= {code for _, code in codes(checked(app.comments.rules, wrong))}
    seen |= {code for _, code in codes(checked(app.comments.rules, {"content": "\x00"}))}
    assert seen == set(Code)


# --- what makes two the same -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ann Lee", "ann lee"),
        ("Ann Lee", "  Ann \u00a0\t Lee "),
        ("J\u00f6rg", "Jo\u0308RG"),
        ("Stra\u00dfe", "STRASSE"),
        ("\ud55c", "\u1112\u1161\u11ab"),
        ("\u1fb3", "\u03b1\u0345"),
        ("\u1f88", "\u1f80"),
    ],
)
def test_the_name_key_is_the_same_for_one_name_typed_two_ways(rules: ModuleType, one: str, other: str) -> None:
    assert rules.name_key(one) == rules.name_key(other)


@pytest.mark.parametrize(("one", "other"), [("Ann Lee", "AnnLee"), ("Jorg", "J\u00f6rg"), ("", "0")])
def test_the_name_key_differs_for_two_names(rules: ModuleType, one: str, other: str) -> None:
    assert rules.name_key(one) != rules.name_key(other)


def test_the_name_key_is_readable_text_in_nfc(rules: ModuleType) -> None:
    assert rules.name_key(" J\u00d6RG  Lee") == "j\u00f6rg lee"


@given(st.text())
def test_a_name_keyed_twice_stays_what_it_is(name: str) -> None:
    key = app.comments.rules.name_key(name)
    assert app.comments.rules.name_key(key) == key
    assert unicodedata.is_normalized("NFC", key)


SAME = {"article_id": 1, "in_reply_to": None, "name": "Ann", "content": "Hello"}


@pytest.mark.parametrize("same", [{}, {"name": " ANN "}])
def test_the_duplicate_key_is_the_same_for_one_comment_sent_twice(rules: ModuleType, same: dict[str, Any]) -> None:
    key = rules.duplicate_key(**SAME)
    assert rules.duplicate_key(**(SAME | same)) == key
    assert key == hashlib.sha256(b'[1, null, "ann", "Hello"]').hexdigest()


@pytest.mark.parametrize(
    "other",
    [
        {"article_id": 2},
        {"in_reply_to": 1},
        {"in_reply_to": 0},
        {"name": "Bob"},
        {"content": "hello"},
        {"content": "Hello "},
        {"name": 'Ann", "Hello', "content": ""},
    ],
)
def test_the_duplicate_key_differs_for_two_comments(rules: ModuleType, other: dict[str, Any]) -> None:
    assert rules.duplicate_key(**(SAME | other)) != rules.duplicate_key(**SAME)


# --- where a reply goes ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ancestors", "max_depth", "parent_id", "depth"),
    [
        ([], 5, None, 1),
        ([11], 5, 11, 2),
        ([11, 12, 13, 14], 5, 14, 5),
        ([11, 12, 13, 14, 15], 5, 14, 5),  # beside the comment it answers
        ([11, 12, 13, 14, 15, 16, 17], 5, 14, 5),  # the setting was higher once
        ([11], 2, 11, 2),
        ([11, 12], 2, 11, 2),
        ([], 1, None, 1),
        ([11], 1, None, 1),  # threads are off
        ([11, 12, 13], 1, None, 1),
    ],
)
def test_the_placement_of_a_reply_is_never_below_the_last_level(
    rules: ModuleType, ancestors: list[int], max_depth: int, parent_id: int | None, depth: int
) -> None:
    placed = rules.placement(ancestors, max_depth)
    assert (placed.parent_id, placed.depth) == (parent_id, depth)
