"""What do the head of an HTML page and the marks in its text say about the article?"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from bs4 import BeautifulSoup, Tag

from app.articles.importing.page import Finding, Found, UnreadablePage

LANGUAGE = re.compile(r"<html\b[^<>]*?\blang\s*=\s*[\"']?(?P<language>[A-Za-z0-9-]{2,35})", re.I)

Sayings = dict[str, tuple[str, ...]]
ONE_LINE = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "p", "a", "span", "title", "li", "figcaption"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The data of an article, as far as its page names them; `findings` tell what came from where."""

    title: Finding
    standfirst: str | None
    byline: str | None
    categories: tuple[str, ...]
    tags: tuple[str, ...]
    language: str | None
    published_at: datetime | None
    findings: tuple[Finding, ...]


def read_head(source: str, soup: BeautifulSoup) -> Head:
    """Collect what a page says of itself, in its head first and then in its text.

    Raises:
        UnreadablePage: nothing on the page is a title.

    """
    sayings = _sayings(soup)
    language = LANGUAGE.search(source)
    byline = next((name for name in _said(sayings, "author", "article:author") if "://" not in name), None)
    author = soup.find(None, {"rel": "author"}) or soup.find(None, {"itemprop": "author"})
    moment, findings = _published(soup, sayings)
    return Head(
        title=_title(soup, sayings),
        standfirst=next(iter(_said(sayings, "description", "og:description")), None),
        byline=byline or (text_of(author) if author else None) or None,
        categories=_said(sayings, "article:section") or _linked(soup, "category"),
        tags=_said(sayings, "article:tag") or _linked(soup, "tag"),
        language=language["language"] if language else None,
        published_at=moment,
        findings=tuple(findings),
    )


def text_of(element: Tag) -> str:
    """Give an element's text on one line."""
    return " ".join(element.get_text(" " if element.name not in ONE_LINE else "").split())


def _title(soup: BeautifulSoup, sayings: Sayings) -> Finding:
    places = (*soup.find_all("article"), *soup.find_all("main"), soup)
    heading = next((h for place in places if (h := place.find("h1")) and text_of(h)), None)
    if heading:
        return Finding(Found.TITLE, text_of(heading), None, "<h1>")
    if social := _said(sayings, "og:title"):
        return Finding(Found.TITLE, social[0], None, "<meta property=og:title>")
    title = soup.find("title")
    if title is None or not text_of(title):
        raise UnreadablePage("no title: the page has neither <h1> nor <title>")
    name, site = text_of(title), next(iter(_said(sayings, "og:site_name")), "")
    before_site = re.sub(rf"\s*[-–—|·:]\s*{re.escape(site)}$", "", name) if site else name
    return Finding(Found.TITLE, before_site or name, None, "<title>")


def _sayings(soup: BeautifulSoup) -> Sayings:
    """Collect what the page's meta elements say, by their names in lower case, each text once."""
    sayings: dict[str, dict[str, None]] = {}
    for meta in soup.find_all("meta"):
        text = " ".join(str(meta.get("content") or "").split())
        for name in filter(None, (meta.get("name"), meta.get("property"))):
            sayings.setdefault(str(name).lower(), {}).update({text: None} if text else {})
    return {name: tuple(texts) for name, texts in sayings.items()}


def _said(sayings: Sayings, *names: str) -> tuple[str, ...]:
    """Give what the page says under the first of these names that is there."""
    return next((sayings[name] for name in names if sayings.get(name)), ())


def _linked(soup: BeautifulSoup, rel: str) -> tuple[str, ...]:
    """Give the names of links marked as categories or tags; `category tag` marks a category."""
    links = (link for link in soup.find_all("a") if rel in link.get_attribute_list("rel"))
    names = (text_of(a) for a in links if rel == "category" or "category" not in a.get_attribute_list("rel"))
    return tuple(dict.fromkeys(filter(None, names)))


def _published(soup: BeautifulSoup, sayings: Sayings) -> tuple[datetime | None, list[Finding]]:
    said = _said(sayings, "article:published_time", "date", "dc.date", "dcterms.created")
    mark = soup.find(None, {"itemprop": "datePublished"}) or soup.find("time", {"datetime": True})
    marked = str(mark.get("datetime") or mark.get("content") or "") if mark else ""
    for text in filter(None, (*said, marked)):
        try:
            moment = datetime.fromisoformat(text)
            aware = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, OverflowError):
            return None, [Finding(Found.LEFT_OUT, text, None, "a date that cannot be read")]
        return aware, [Finding(Found.DATE, text, None, "the page's own date")]
    return None, []
