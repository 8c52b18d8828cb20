"""Does a bare link begin and end where a reader would say it does?"""

import pytest

from app.ground.barelinks import bare_link_at, bare_links


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("see https://example.org now", ["https://example.org"]),
        ("HTTP://EXAMPLE.ORG/A", ["HTTP://EXAMPLE.ORG/A"]),
        ("www.example.org/a", ["www.example.org/a"]),
        ("WWW.Example.org", ["WWW.Example.org"]),
        ("www.http://example.org/a", ["http://example.org/a"]),
        ("http\u017f://example.org", []),
        ("http://localhost:8000/a", ["http://localhost:8000/a"]),
        ("https://my_site.example.org/a?b=c&d=e#f", ["https://my_site.example.org/a?b=c&d=e#f"]),
        ("https://a.example, https://b.example", ["https://a.example", "https://b.example"]),
        ("https://example.org.", ["https://example.org"]),
        ("https://example.org/a. Then", ["https://example.org/a"]),
        ("https://example.org/a?!…", ["https://example.org/a"]),
        ("(https://example.org/a)", ["https://example.org/a"]),
        ("(https://example.org/a_(b))", ["https://example.org/a_(b)"]),
        ("[https://example.org/a]", ["https://example.org/a"]),
        ('"https://example.org/a"', ["https://example.org/a"]),
        ("“https://example.org/a”", ["https://example.org/a"]),
        ("<https://example.org/a>", ["https://example.org/a"]),
        ("*https://example.org/a*", ["https://example.org/a"]),
        ("https://example.org를 보세요", ["https://example.org"]),
        ("링크:https://example.org/길", ["https://example.org/길"]),
        ("请看https://example.org/a。谢谢", ["https://example.org/a"]),
        ("ดูที่example https://example.orgครับ", ["https://example.org"]),
        ("https://예시.한국/길", ["https://예시.한국/길"]),
        ("https://köln.example/dom", ["https://köln.example/dom"]),
        ("https://example.köln", ["https://example.köln"]),
        ("https://example.org:", ["https://example.org"]),
        ("https://example.org:8080", ["https://example.org:8080"]),
        ("https://example.org/" + "x" * 3_000, ["https://example.org"]),
    ],
)
def test_bare_links_are_found(text: str, links: list[str]) -> None:
    assert [link.typed for link in bare_links(text)] == links


@pytest.mark.parametrize(
    "text",
    [
        "example.org",
        "readme.md",
        "ann@example.org",
        "ann@www.example.org",
        "xhttps://example.org",
        "www.example",
        "www.",
        "http://",
        "https://-a.example",
        "https://a..example",
        "https://...",
        "http://ann:secret@example.org",
        "http://bank.example@evil.example",
        "ftp://example.org",
        "javascript://example.org",
    ],
)
def test_this_is_no_bare_link(text: str) -> None:
    assert list(bare_links(text)) == []


def test_a_link_without_a_scheme_leads_to_https() -> None:
    assert [link.href for link in bare_links("www.example.org/a")] == ["https://www.example.org/a"]


def test_a_link_is_read_only_where_it_begins() -> None:
    assert bare_link_at("see https://example.org", 0) is None
    link = bare_link_at("see https://example.org", 4)
    assert link is not None
    assert (link.start, link.end) == (4, 23)
