"""Does the README's table of settings say what the code says?

`python -m tests.docs.test_settings_table` prints the table as it should be.
"""

import re
import sys
from pathlib import Path

import pytest

from app.config import read_config, settings
from tests.docs.pages import PAGES, README, blocks, chapters, code_spans

HEAD = ("| setting | default | unit | meaning |", "| --- | --- | --- | --- |")
# Written in capitals in the pages, and set by nobody.
OTHERS = {"ANALYZE", "API", "ARTICLE", "ETAG", "ID", "INFO", "POSTED", "RECEIPT", "SLUG", "TOKEN"}


def table() -> list[str]:
    """A line for every setting, in the order of app/config.py."""
    return [*HEAD, *(_line(**each.metadata, name=each.name.upper()) for each in settings())]


def _line(*, name: str, default: str | None, unit: str, meaning: str, **_rest: object) -> str:
    shown = f"`{default}`" if default else "–"
    return f"| `{name}` | {shown} | {unit} | {meaning} |"


def test_the_table_names_every_setting_with_its_default_unit_and_meaning() -> None:
    written = [line for line in chapters(README)["Settings"].splitlines() if line.startswith("|")]
    assert written == table(), "print it with: python -m tests.docs.test_settings_table"


def test_every_setting_says_what_it_means() -> None:
    assert [each.name for each in settings() if not re.fullmatch(r"\S.+\.", each.metadata["meaning"])] == []


def test_the_example_of_an_environment_is_accepted() -> None:
    example = [block.text for block in blocks(README) if block.language == "ini" and "DATABASE_URL=" in block.text]
    lines = "\n".join(example).splitlines()
    given = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    assert set(given) <= {each.name.upper() for each in settings()}
    config = read_config(given)
    assert config.redis_url is not None
    assert config.is_https


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.name))
def test_every_setting_that_a_page_mentions_exists(page: Path) -> None:
    spans = [span.partition("=")[0] for span in code_spans(page)]
    mentioned = {span for span in spans if re.fullmatch(r"[A-Z]+(_[A-Z]+)*", span)}
    assert mentioned - {each.name.upper() for each in settings()} - OTHERS == set()


if __name__ == "__main__":
    sys.stdout.write("\n".join(table()) + "\n")
