"""Is what the README says so: does its tour work when pasted, and is everything there that it names?"""

import json
import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import pytest
from flask import Flask
from werkzeug.exceptions import HTTPException

from app.config import settings
from app.ground.db import Base
from tests.docs.pages import PAGES, README, ROOT, Block, blocks, chapters, code_spans
from tests.processes.running import command, environment_for, serving
from tests.schema.rows import on_sqlite

TOUR = "A tour in five minutes"
ADDRESS = "http://127.0.0.1:8000"
STEPS = ("prepare", "publish", "headings", "form", "badly", "well", "held", "approve", "appear")
END = "\x1e"  # no answer holds it

MOST_LINES = 300
COMMANDS = (
    "run", "serve", "setup", "article import", "article list", "moderator add", "token create", "demo", "db upgrade",
    "openapi", "check-config", "keys rotate", "comments rerender", "counters recount", "tick",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    """What one pasted block wrote, and with what it ended."""

    code: int
    output: str

    @property
    def json(self) -> Any:  # noqa: ANN401 (JSON may be anything)
        return json.loads(self.output)


@dataclass(frozen=True, slots=True)
class Walk:
    steps: dict[str, Step]
    complaints: str

    def __getitem__(self, name: str) -> Step:
        return self.steps[name]


def tour_blocks() -> list[str]:
    return [block.text for block in blocks(README) if block.chapter == TOUR and block.language == "sh"]


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory) -> Walk:
    """The tour, pasted block by block into one shell beside what `make run` starts."""
    environment = environment_for(tmp_path_factory.mktemp("readme"), {})
    told = command("setup", environment=environment)
    assert told.returncode == 0, told.stderr
    token = re.search(r"\brj_[\w-]+", told.stdout)
    assert token is not None, told.stdout
    pasted = "".join(f"{block}printf '{END}%s{END}' \"$?\"\n" for block in tour_blocks())
    with serving(environment) as server:
        shell = subprocess.run(
            ["sh"],
            input=pasted.replace(ADDRESS, server.base),
            env={"PATH": os.environ["PATH"], "TOKEN": token[0]},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    words = shell.stdout.split(END)
    steps = [Step(int(code), output.strip()) for output, code in zip(words[::2], words[1::2], strict=False)]
    assert len(steps) == len(STEPS), shell.stderr
    return Walk(dict(zip(STEPS, steps, strict=True)), shell.stderr)


def test_every_pasted_block_ends_well(walk: Walk) -> None:
    assert {name: step.code for name, step in walk.steps.items()} == dict.fromkeys(STEPS, 0)
    assert walk.complaints == ""


def test_the_tour_publishes_an_article(walk: Walk) -> None:
    assert walk["publish"].output == "why-the-tide-comes-late"


def test_the_tour_reads_headings_as_a_tree(walk: Walk) -> None:
    items = walk["headings"].json["items"]
    tree = [(each["anchor"], [inner["anchor"] for inner in each["sections"]]) for each in items]
    assert tree == [("the-moon", []), ("the-coast", ["narrow-bays"])]


def test_the_tour_reads_the_form_in_the_readers_language(walk: Walk) -> None:
    form = walk["form"].json
    assert [field["name"] for field in form["fields"] if field["required"]] == [
        "content",
        "author_name",
        "author_email",
    ]
    assert form["open"] is True
    assert any("wird nicht veröffentlicht" in note["text"] for note in form["notes"])


def test_the_tour_sees_everything_that_is_wrong_at_once(walk: Walk) -> None:
    refused = walk["badly"].json
    assert refused["status"] == 422
    assert {error["field"]: error["code"] for error in refused["errors"]} == {
        "content": "content_required",
        "author_name": "author_name_required",
        "author_email": "email_invalid",
        "parent_id": "parent_not_available",
        "section": "section_not_available",
    }


def test_the_tour_posts_a_reply_that_is_held(walk: Walk) -> None:
    posted = walk["well"].json
    assert (posted["status"], posted["reason"]) == ("pending", "first_comment")
    assert walk["held"].output.splitlines() == ["pending", "0"]


def test_the_tour_approves_it(walk: Walk) -> None:
    assert walk["approve"].output == "approved"


def test_the_tour_sees_it_appear(walk: Walk) -> None:
    thread, _, count = walk["appear"].output.rpartition("\n")
    items = json.loads(thread)["items"]
    assert [item["id"] for item in items] == [walk["well"].json["comment"]["id"]]
    assert items[0]["state"] == "visible"
    assert "<em>an hour</em>" in items[0]["html"]
    assert count == "1"


def test_no_answer_of_the_tour_tells_the_address(walk: Walk) -> None:
    assert [name for name, step in walk.steps.items() if "ada@" in step.output.lower()] == []


def test_the_readme_is_short() -> None:
    assert len(README.read_text().splitlines()) < MOST_LINES


# --- What is named is there ------------------------------------------------------------------------------------------


def _shell() -> list[Block]:
    return [block for page in PAGES for block in blocks(page) if block.language == "sh"]


def _group() -> click.Group:
    from app.cli import rejoinder

    assert isinstance(rejoinder, click.Group)
    return rejoinder


def _found(words: list[str]) -> tuple[click.Command, list[str]]:
    """The command that these words begin with, and the words behind it."""
    found: click.Command = _group()
    while words and not words[0].startswith("-") and isinstance(found, click.Group):
        inner = found.get_command(click.Context(found), words[0])
        assert inner is not None, f"{found.name} has no {words[0]}"
        found, words = inner, words[1:]
    return found, words


def named_commands() -> list[str]:
    lines = [line for block in _shell() for line in block.text.splitlines()]
    lines += [span for page in PAGES for span in code_spans(page)]
    lines += [block.text for page in PAGES for block in blocks(page) if block.language == "ini"]
    return sorted({found.strip() for line in lines for found in re.findall(r"\brejoinder ([a-z-][^)|;}`\n]*)", line)})


@pytest.mark.parametrize("words", named_commands())
def test_every_command_that_is_named_exists_with_its_options(words: str) -> None:
    found, rest = _found(words.split())
    known = {option for each in found.params for option in [*each.opts, *each.secondary_opts]} | {"--help"}
    assert {word for word in rest if word.startswith("-")} <= known


@pytest.mark.parametrize("words", COMMANDS)
def test_every_command_exists_and_says_what_it_does(words: str) -> None:
    found, rest = _found(words.split())
    assert rest == []
    assert found.get_short_help_str()
    undescribed = [each.name for each in found.params if isinstance(each, click.Option) and not each.help]
    assert undescribed == []


def named_routes() -> list[tuple[str, str]]:
    """(method, path) of what the pages speak of and the shell asks for."""
    spans = {span for page in PAGES for span in code_spans(page)}
    told = [
        re.fullmatch(r"(?:(GET|POST|PUT|PATCH|DELETE) )?(/(?:api|health|metrics|avatars)\b\S*)", span) for span in spans
    ]
    named = {(each[1] or "", each[2]) for each in told if each}
    asked = {("", f"/api/v1{path}") for block in _shell() for path in re.findall(r'"\$API(/[^"]*)"', block.text)}
    return sorted(named | asked)


@on_sqlite
@pytest.mark.parametrize(("method", "path"), named_routes())
def test_every_route_that_is_named_exists(shared_app: Flask, method: str, path: str) -> None:
    concrete = re.sub(r"\{\w*id\}|\$ID", "1", path.partition("?")[0])
    concrete = re.sub(r"\{\w+\}|\$[A-Z]+", "x", concrete)
    adapter = shared_app.url_map.bind("localhost")
    methods = [method] if method else ["GET", "POST"]
    assert any(_matches(adapter, concrete, each) for each in methods)


def _matches(adapter: Any, path: str, method: str) -> bool:  # noqa: ANN401 (werkzeug's MapAdapter)
    try:
        adapter.match(path, method=method)
    except HTTPException:
        return False
    return True


def test_every_verb_of_make_that_is_named_is_in_its_help() -> None:
    told = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    text = "\n".join(page.read_text() for page in PAGES)
    named = set(re.findall(r"(?:`|^ {4})make ([a-z]+)", text, re.MULTILINE))
    assert {"run", "test", "help"} <= named
    assert {verb for verb in named if f"make {verb} " not in told} == set()


def test_every_variable_in_a_shell_is_a_setting_or_set_before() -> None:
    known = {each.name.upper() for each in settings()}
    for block in _shell():
        known |= set(re.findall(r"^([A-Z]+)=", block.text, re.MULTILINE))
        assert set(re.findall(r"\$\{?([A-Z_]+)", block.text)) <= known


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.name))
def test_every_file_that_a_page_names_exists(page: Path) -> None:
    links = [link for link in re.findall(r"\]\(([^)#]+)", page.read_text()) if "://" not in link]
    assert [link for link in links if not (page.parent / link).exists()] == []
    assert [name for name in _files_in(page) if not (ROOT / name).exists()] == []


def _files_in(page: Path) -> list[str]:
    ours = r"(?:app|client|tests|docs|migrations|requirements|typings)/[\w./-]*|[\w-]+\.(?:py|toml|md)|Makefile"
    return [span for span in code_spans(page) if re.fullmatch(ours, span)]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.name))
def test_every_name_that_a_page_places_in_a_file_is_there(page: Path) -> None:
    """`create_app` in `app/__init__.py`: the page's way to say where something is."""
    placed = re.findall(r"`(\w+)(?:\(\))?`\s+in\s+`([\w./]+\.py)`", page.read_text())
    lost = [
        (name, file)
        for name, file in placed
        if not re.search(rf"^(?:def|class) {name}\b|^{name}\b.*=", _text(file), re.M)
    ]
    assert lost == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.name))
def test_every_column_that_a_page_names_exists(page: Path) -> None:
    tables = Base.metadata.tables
    named = [span.split(".") for span in code_spans(page) if re.fullmatch(r"[a-z_]+\.[a-z_]+", span)]
    assert [each for each in named if each[0] in tables and each[1] not in tables[each[0]].columns] == []


def _text(file: str) -> str:
    return (ROOT / file).read_text()


def test_the_chapters_are_those_that_people_look_for() -> None:
    assert list(chapters(README))[1:] == [
        "Two commands",
        "In a browser",
        TOUR,
        "The contract",
        "Moderation",
        "What is kept of a reader",
        "Settings",
        "Running it for real",
        "Reading the code",
    ]
