"""THE LEAVE-A-REPLY RULES: what may a reader send, and what is kept of it?

"Rule n" is the n-th rule of WordPress 7.1's chain for a new comment.
"""

import hashlib
import json
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from ipaddress import IPv6Address
from types import MappingProxyType
from urllib.parse import SplitResult, urlsplit

import idna

from app.comments.form import Field, Requirements, fields_for
from app.site.matching import UNSTORABLE, without_invisibles
from app.site.matching import email_key as email_key


class Code(StrEnum):
    CONTENT_REQUIRED = "content_required"
    AUTHOR_NAME_REQUIRED = "author_name_required"
    AUTHOR_EMAIL_REQUIRED = "author_email_required"
    EMAIL_INVALID = "email_invalid"
    NAME_INVALID = "name_invalid"
    TEXT_INVALID = "text_invalid"
    TOO_LONG = "too_long"
    WEBSITE_INVALID = "website_invalid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """What a reader sent, as typed; None where a field was left out."""

    content: str | None
    author_name: str | None
    author_email: str | None
    author_website: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldError:
    """What is wrong with a field; `limit` and `actual` are lengths in characters."""

    field: str
    code: Code
    limit: int | None = None
    actual: int | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """Every error at once, in the form's order, one for a field."""

    errors: tuple[FieldError, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A comment that keeps the rules: `content` as typed but for its line ends, a name not given as ""."""

    content: str
    html: str
    author_name: str
    author_email: str | None
    author_email_key: str | None
    author_website: str | None


@dataclass(frozen=True, slots=True)
class Markup:
    render: Callable[[str], str]
    is_blank: Callable[[str], bool]


@dataclass(frozen=True)
class Entry:
    """One field with what was typed into it, the way the rules look at it."""

    field: Field
    typed: str
    markup: Markup

    @cached_property
    def text(self) -> str:
        """Without the space around it; empty if there is nothing in it that a reader could see."""
        return self.typed.strip() if without_invisibles(self.typed).strip() else ""

    @cached_property
    def email_key(self) -> str:
        """Raises ValueError for what is no address."""
        return email_key(self.text)

    @cached_property
    def html(self) -> str:
        return self.markup.render(self.typed)

    def error(self, code: Code) -> FieldError:
        return FieldError(field=self.field.name, code=code)


Rule = Callable[[Entry], FieldError | None]


def can_be_stored(entry: Entry) -> FieldError | None:
    """No NUL, which PostgreSQL cannot keep, and no lone surrogate, which UTF-8 cannot. All else can stay."""
    return entry.error(Code.TEXT_INVALID) if UNSTORABLE.search(entry.typed) else None


def is_given(entry: Entry) -> FieldError | None:
    """Rules 6 and 8. White space and invisible characters are nothing; `0` is a text."""
    if entry.field.required and not entry.text:
        return entry.error(Code(f"{entry.field.name}_required"))
    return None


def is_within_its_limit(entry: Entry) -> FieldError | None:
    """Rule 9, in Unicode characters as typed: never more than `maxlength` counts, which is in UTF-16 units.

    WHATWG HTML, 4.10.18.3.
    """
    limit, actual = entry.field.max_length, len(entry.typed)
    if limit is not None and actual > limit:
        return FieldError(field=entry.field.name, code=Code.TOO_LONG, limit=limit, actual=actual)
    return None


# Control characters, line separators, and what begins, ends or overrides a direction of writing (UAX #9, 2).
# The marks U+200E, U+200F and U+061C stay: names need them, and they reach no further than themselves.
_UNPLAIN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def name_is_plain(entry: Entry) -> FieldError | None:
    """Rule 11. Markup in a name is text; nothing in it may disturb what stands around it."""
    return entry.error(Code.NAME_INVALID) if _UNPLAIN.search(entry.text) else None


def email_is_an_address(entry: Entry) -> FieldError | None:
    """Rule 7, but whenever one is given. An address that no mail server could carry is none (RFC 6531)."""
    if not entry.text:
        return None
    try:
        _ = entry.email_key
    except ValueError:
        return entry.error(Code.EMAIL_INVALID)
    return None


def website_is_a_link(entry: Entry) -> FieldError | None:
    """Rule 10. See `website_link`."""
    if not entry.text:
        return None
    try:
        website_link(entry.text)
    except ValueError:
        return entry.error(Code.WEBSITE_INVALID)
    return None


def renders_to_something(entry: Entry) -> FieldError | None:
    """Rule 8 again: Markdown can be typed of which nothing is left."""
    return entry.error(Code.CONTENT_REQUIRED) if entry.markup.is_blank(entry.html) else None


# Read from the top: the first rule that finds fault with a field speaks for it. Rendering is dear, so last.
RULES: Mapping[str, tuple[Rule, ...]] = MappingProxyType(
    {
        "content": (can_be_stored, is_given, is_within_its_limit, renders_to_something),
        "author_name": (can_be_stored, is_given, is_within_its_limit, name_is_plain),
        "author_email": (can_be_stored, is_given, is_within_its_limit, email_is_an_address),
        "author_website": (can_be_stored, is_within_its_limit, website_is_a_link),
    }
)


def check(
    submission: Submission,
    requirements: Requirements,
    *,
    render: Callable[[str], str],
    is_blank: Callable[[str], bool],
) -> Draft | Refusal:
    """The draft of a comment, or everything that is wrong with it."""
    entries = entries_of(submission, requirements, Markup(render, is_blank))
    errors = tuple(error for entry in entries.values() if (error := first_error(entry)))
    if errors:
        return Refusal(errors)
    email, website = entries["author_email"], entries["author_website"].text
    return Draft(
        content=entries["content"].typed,
        html=entries["content"].html,
        author_name=entries["author_name"].text,
        author_email=email.text or None,
        author_email_key=email.email_key if email.text else None,
        author_website=website_link(website) if website else None,
    )


_LINE_END = re.compile("\r\n?")


def entries_of(submission: Submission, requirements: Requirements, markup: Markup) -> dict[str, Entry]:
    """The form's entries in its order, line ends as LF: a form sends CRLF for what a reader saw as one."""
    return {
        field.name: Entry(field, _LINE_END.sub("\n", getattr(submission, field.name) or ""), markup)
        for field in fields_for(requirements)
        if field.name in RULES
    }


def first_error(entry: Entry) -> FieldError | None:
    return next((error for rule in RULES[entry.field.name] if (error := rule(entry))), None)


_SCHEME = re.compile(r"(?P<scheme>[a-z][a-z0-9+.-]*)://", re.IGNORECASE)
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")  # RFC 1123, 2.1, with the underscore that browsers allow
_NAMES_A_HOST = re.compile(r"[.:]|^localhost$")  # what stands before a port: `tel:5551` has another scheme
_NOT_IN_A_LINK = re.compile(r"[\s\\]")  # a browser takes a backslash for a slash and finds another host


def website_link(typed: str) -> str:
    """An http(s) link with its host in ASCII, `https://` put in front of a bare host. Raises ValueError.

    RFC 3986 and 5891. No other scheme, no user or password, no white space, control or invisible character,
    and a host that can be one.
    """
    if _NOT_IN_A_LINK.search(typed) or without_invisibles(typed) != typed:
        raise ValueError("a character that no link has")
    scheme = _SCHEME.match(typed)
    if scheme is not None and scheme["scheme"].lower() not in ("http", "https"):
        raise ValueError("another scheme")
    link = urlsplit(typed if scheme else f"https://{typed}")
    if "@" in link.netloc or link.netloc.endswith(":"):
        raise ValueError("a user, or a port without a number")
    host = ascii_host(link)
    if scheme is None and link.port is not None and not _NAMES_A_HOST.search(host):
        raise ValueError("a scheme without slashes")
    port = "" if link.port is None else f":{link.port}"
    return link._replace(netloc=host + port).geturl()


def ascii_host(link: SplitResult) -> str:
    """The host as the DNS knows it, in lower case; an IPv6 address keeps its brackets. Raises ValueError."""
    host = link.hostname or ""
    if "[" in link.netloc and "%" not in host:
        return f"[{IPv6Address(host)}]"
    if not host.isascii():
        host = idna.encode(host, uts46=True).decode()
    if len(host) > 253 or not all(_LABEL.fullmatch(label) for label in host.removesuffix(".").split(".")):
        raise ValueError("no host")
    return host


def name_key(name: str) -> str:
    """A name as it is compared: canonical caseless (Unicode 3.13, D145) in NFC, white space folded."""
    folded = unicodedata.normalize("NFD", name).casefold()
    return " ".join(unicodedata.normalize("NFC", folded).split())


def duplicate_key(*, article_id: int, in_reply_to: int | None, name: str, content: str) -> str:
    """Rule 12: SHA-256 in hex of what makes two comments the same. In a JSON list no parts run together.

    The e-mail is left out: an answer that depended on it would tell whether an address is right.
    """
    same = json.dumps([article_id, in_reply_to, name_key(name), content])
    return hashlib.sha256(same.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Placement:
    parent_id: int | None
    depth: int


def placement(ancestors: Sequence[int], max_depth: int) -> Placement:
    """Rule 14: where a comment goes. `ancestors` leads from the root to the one answered; a root has none.

    A root has depth 1, and threads that are off have a `max_depth` of 1. Below the last level is no room:
    such a reply is placed on it, under the ancestor one level up.
    """
    depth = min(len(ancestors) + 1, max_depth)
    return Placement(ancestors[depth - 2] if depth > 1 else None, depth)
