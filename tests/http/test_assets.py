"""Are the files of our pages given under addresses that can be kept for ever?"""

import re

import pytest
from flask import Flask

from app.ground import assets, ready
from tests.contract import ContractClient


@pytest.fixture
def url(app: Flask) -> str:
    with app.app_context():
        return assets.url_of("pages", "thread.js")


def test_a_file_may_be_kept_for_ever_and_by_pages_of_every_site(client: ContractClient, url: str) -> None:
    got = client.get(url)
    assert (got.status_code, got.content_type) == (200, "text/javascript; charset=utf-8")
    assert got.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert got.headers["Access-Control-Allow-Origin"] == "*"


def test_another_version_or_a_question_leads_to_the_file_and_takes_no_room(
    app: Flask, client: ContractClient, url: str
) -> None:
    client.get(url)
    kept = len(ready.of(app).answers)
    for other in (re.sub("/[0-9a-f]{16}/", "/0123456789abcdef/", url), f"{url}?v=2"):
        got = client.get(other)
        assert (got.status_code, got.headers["Location"]) == (302, url)
        assert got.headers["Access-Control-Allow-Origin"] == "*"
    assert len(ready.of(app).answers) == kept


@pytest.mark.parametrize("path", ["/assets/none/0/thread.js", "/assets/pages/0/none.js", "/assets/pages/0/../x"])
def test_what_is_no_file_of_a_page_is_not_there(client: ContractClient, path: str) -> None:
    assert client.get(path).status_code == 404
