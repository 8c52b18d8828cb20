"""What becomes of a file that is imported?"""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.articles.models import Revision
from app.ground.db import db
from tests.commanding import Run, refused, told
from tests.schema.rows import on_sqlite

PAGE = """---
title: Boats in winter
categories: [Sea]
---
They stay outside.

## Under snow

And nothing happens to them.
"""


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "boats.md"
    path.write_text(PAGE, encoding="utf-8")
    return path


def revisions(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(Revision)) or 0


def test_an_imported_page_can_be_read(app: Flask, run: Run, page: Path) -> None:
    said = told(run("article", "import", str(page), "--publish"))
    assert "made a new article: boats-in-winter (published)" in said
    shown = app.test_client().get("/api/v1/articles/boats-in-winter").get_json()
    assert (shown["title"], shown["categories"]) == ("Boats in winter", ["Sea"])
    assert [section["heading"] for section in shown["sections"]] == ["Under snow"]


@on_sqlite
def test_an_imported_page_is_a_draft_unless_it_is_to_be_published(app: Flask, run: Run, page: Path) -> None:
    assert "(draft)" in told(run("article", "import", str(page)))
    assert app.test_client().get("/api/v1/articles/boats-in-winter").status_code == 404


@on_sqlite
def test_a_dry_run_says_what_it_found_and_stores_nothing(app: Flask, run: Run, page: Path) -> None:
    said = told(run("article", "import", str(page), "--dry-run"))
    assert "Under snow" in said
    assert "would make a new article" in said
    assert revisions(app) == 0


def test_the_same_file_twice_is_one_article_and_a_changed_one_a_revision(app: Flask, run: Run, page: Path) -> None:
    told(run("article", "import", str(page)))
    assert "changed nothing" in told(run("article", "import", str(page)))
    assert revisions(app) == 1
    page.write_text(PAGE.replace("nothing", "little"), encoding="utf-8")
    assert "would make a new revision" in told(run("article", "import", str(page), "--dry-run"))
    assert "made a new revision" in told(run("article", "import", str(page)))
    assert revisions(app) == 2


@on_sqlite
def test_categories_that_are_named_replace_those_found(app: Flask, run: Run, page: Path) -> None:
    told(run("article", "import", str(page), "--publish", "--category", "Ships", "--category", "Ice"))
    shown = app.test_client().get("/api/v1/articles/boats-in-winter").get_json()
    assert shown["categories"] == ["Ships", "Ice"]


@on_sqlite
def test_a_format_that_is_named_is_believed(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "page.txt"
    path.write_text("<h1>Boats</h1><p>They stay <b>outside</b> all winter long.</p>", encoding="utf-8")
    assert "html" in told(run("article", "import", str(path), "--dry-run", "--format", "html"))


@on_sqlite
def test_a_file_that_is_no_page_is_told_in_a_sentence(run: Run, tmp_path: Path) -> None:
    (tmp_path / "empty.md").write_text("")
    assert "empty.md: the file is empty" in refused(run("article", "import", str(tmp_path / "empty.md")))


@on_sqlite
def test_a_file_that_is_not_there_is_a_wrong_use(run: Run, tmp_path: Path) -> None:
    refused(run("article", "import", str(tmp_path / "missing.md")), code=2)
