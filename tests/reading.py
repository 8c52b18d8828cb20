"""How is a page read in a test?"""

from typing import Any

from bs4 import BeautifulSoup, Tag
from werkzeug.test import TestResponse

GERMAN = {"Accept-Language": "de-AT,de;q=0.9"}
BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


def read(answer: TestResponse, status: int = 200) -> BeautifulSoup:
    """The page that was answered."""
    assert answer.status_code == status, answer.text[:2_000]
    assert answer.content_type == "text/html; charset=utf-8"
    return BeautifulSoup(answer.text, "html.parser")


def one(page: Tag, selector: str) -> Tag:
    """The only element there is."""
    found = page.select(selector)
    assert len(found) == 1, f"{selector}: {len(found)}"
    return found[0]


def texts(page: Tag, selector: str) -> list[str]:
    """What stands in each of these elements, in one line each."""
    return [" ".join(element.get_text().split()) for element in page.select(selector)]


def attributes(page: Tag, selector: str, name: str) -> list[str]:
    return [str(element[name]) for element in page.select(selector)]


def shown_ids(page: Tag) -> list[int]:
    """The comments of a page as they stand there."""
    return [int(each) for each in attributes(page, "li.rj-comment", "data-id")]


def form_of(page: Tag, **typed: Any) -> dict[str, str]:
    """What a browser sends when the reply form is sent with this typed into it."""
    form = one(page, "form[data-rj-form]")
    sent: dict[str, str] = {}
    for field in form.select("input, textarea"):
        if field.has_attr("disabled") or field.get("type") == "checkbox":
            continue
        value = field.get_text().removeprefix("\n") if field.name == "textarea" else field.get("value", "")
        sent[str(field["name"])] = str(value)
    return sent | typed
