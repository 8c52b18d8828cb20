"""Do pages from outside the repository, copied by other people, become articles too?"""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.articles.importing import Found, PageFormat, decode_page, read_page

FOLDER = os.environ.get("REJOINDER_IMPORT_PAGES")
FORM_WORDS = re.compile(
    r"leave a reply|will not be published|required fields are marked|save my name, email|post comment|cancel reply"
    r"|schreibe einen kommentar|wird nicht veröffentlicht|laisser un commentaire|ne sera pas publiée"
    r"|댓글 남기기|공개되지 않습니다",
    re.IGNORECASE,
)
NO_FOLDER = pytest.mark.skip(reason="REJOINDER_IMPORT_PAGES names no folder with further pages to read")


def further_pages(pattern: str) -> list[object]:
    if FOLDER is None:
        return [pytest.param(None, id="no folder given", marks=NO_FOLDER)]
    return [pytest.param(path, id=path.name) for path in sorted(Path(FOLDER).glob(pattern))]


def sections(body: str) -> Iterator[int]:
    """The number of paragraphs in the lead and under each heading."""
    return (len(re.findall("^<p>", part, re.MULTILINE)) for part in re.split("^<h2>", body, flags=re.MULTILINE))


@pytest.mark.skipif(FOLDER is None, reason="REJOINDER_IMPORT_PAGES names no folder with further pages to read")
def test_the_folder_that_is_named_holds_pages() -> None:
    assert list(Path(FOLDER or "").glob("*.txt"))


@pytest.mark.parametrize("path", further_pages("*.txt"))
def test_a_further_page_is_read_with_title_and_sections_and_without_the_form(path: Path) -> None:
    page = read_page(decode_page(path.read_bytes()), format=PageFormat.PLAIN)
    assert page.title
    assert any(finding.what is Found.HEADING for finding in page.findings)
    assert not FORM_WORDS.search(page.body)


@pytest.mark.parametrize("known", [(), ("Technology", "News")], ids=["no names known", "names known"])
@pytest.mark.parametrize("path", further_pages("article-page.txt"))
def test_the_page_that_was_given_has_its_structure(path: Path, known: tuple[str, ...]) -> None:
    page = read_page(decode_page(path.read_bytes()), format=PageFormat.PLAIN, known_categories=known)
    assert page.categories == ("News", "Technology")
    assert list(sections(page.body)) == [1, 4, 4, 5]
    assert page.body.count("<figure>") == 1
    assert page.body.index("<figure>") < page.body.index("<h2>", page.body.index("<h2>") + 1)
