"""Is the house in order: one commit, one clock, one reader of the environment, nothing of this machine?"""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MADE_HERE = {
    ".git",
    ".venv",
    ".hypothesis",
    ".mypy_cache",
    ".pytest_cache",
    ".ruff_cache",
    "__pycache__",
    "instance",
    "node_modules",
}
MOST_LINES = 300

COMMITS = "app/ground/db.py"
READS_THE_ENVIRONMENT = "app/config.py"
ASKS_THE_TIME = "app/ground/clock.py"

# A letter in brackets keeps a pattern from finding itself here.
HOSTS_AND_PATHS = re.compile(
    r"pypi\.(?:org|python)|files\.pythonhosted|registry\.npmjs|npmjs\.com"
    r"|index[-]url\b|find[-]links\b|https?://[^ ]+/(?:simple|packages)/"
    r"|(?<![\w.])/(?:work|farm|root)/[\w.]|/home/\w+/|/Users/\w+/|/tmp/[w]/|file:[/]{2}"
)
NOTES_TO_SELF = re.compile(r"\b(?:TO[D]O|FI[X]ME|XX[X]|HA[C]K)\b")

MOMENTS = {
    "datetime.now",
    "datetime.utcnow",
    "datetime.today",
    "date.today",
    "time.time",
    "time.time_ns",
    "time.gmtime",
    "time.localtime",
    "func.now",
    "func.current_timestamp",
}
ENVIRONMENTS = {"os.environ", "os.environb", "os.getenv", "os.putenv"}


@cache
def tracked_files() -> tuple[Path, ...]:
    """Every file that is, or is about to be, part of the project."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode == 0:
        paths = [ROOT / name for name in listed.stdout.split("\0") if name]
    else:
        paths = [path for path in ROOT.rglob("*") if not MADE_HERE & set(path.relative_to(ROOT).parts)]
    return tuple(sorted(path for path in paths if path.is_file()))


def tracked_texts() -> Iterator[tuple[str, str]]:
    for path in tracked_files():
        try:
            yield path.relative_to(ROOT).as_posix(), path.read_text()
        except UnicodeDecodeError:
            continue  # a picture says nothing


def app_sources() -> list[tuple[str, str]]:
    return [(name, text) for name, text in tracked_texts() if name.startswith("app/") and name.endswith(".py")]


def lines_that(pattern: re.Pattern[str], text: str) -> list[int]:
    return [number for number, line in enumerate(text.splitlines(), 1) if pattern.search(line)]


def uses(source: str, names: set[str]) -> list[int]:
    """The lines where one of the dotted names is used, however it was imported."""
    tree = ast.parse(source)
    known_as = dict(_imported_names(tree))
    found = []
    for node in ast.walk(tree):
        dotted = _dotted(node)
        if not dotted:
            continue
        first, _, rest = dotted.partition(".")
        full = ".".join(part for part in (known_as.get(first, first), rest) if part)
        if any(full == name or full.endswith(f".{name}") for name in names):
            found.append(getattr(node, "lineno", 0))
    return sorted(set(found))


def _imported_names(tree: ast.AST) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            yield from ((alias.asname or alias.name, f"{node.module}.{alias.name}") for alias in node.names)
        if isinstance(node, ast.Import):
            yield from ((alias.asname, alias.name) for alias in node.names if alias.asname)


def _dotted(node: ast.AST) -> str:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        owner = _dotted(node.value)
        return f"{owner}.{node.attr}" if owner else ""
    return ""


def commits(source: str) -> list[int]:
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit"
    ]


def found_in_app(search: set[str], *, except_in: str) -> dict[str, list[int]]:
    return {name: lines for name, text in app_sources() if name != except_in and (lines := uses(text, search))}


def test_no_file_names_a_package_host_or_a_place_on_this_machine() -> None:
    assert {name: lines for name, text in tracked_texts() if (lines := lines_that(HOSTS_AND_PATHS, text))} == {}


def test_no_file_holds_a_note_to_self() -> None:
    assert {name: lines for name, text in tracked_texts() if (lines := lines_that(NOTES_TO_SELF, text))} == {}


def test_every_file_of_the_application_says_what_question_it_answers() -> None:
    assert [name for name, text in app_sources() if not ast.get_docstring(ast.parse(text))] == []


def test_no_file_of_the_application_has_more_than_300_lines() -> None:
    lengths = {name: sum(1 for line in text.splitlines() if line.strip()) for name, text in app_sources()}
    assert {name: length for name, length in lengths.items() if length > MOST_LINES} == {}


def test_only_one_file_commits() -> None:
    assert {name: lines for name, text in app_sources() if name != COMMITS and (lines := commits(text))} == {}


def test_only_one_file_reads_the_environment() -> None:
    assert found_in_app(ENVIRONMENTS, except_in=READS_THE_ENVIRONMENT) == {}


def test_only_one_file_asks_the_time() -> None:
    assert found_in_app(MOMENTS, except_in=ASKS_THE_TIME) == {}


def test_no_file_has_a_name_that_says_nothing() -> None:
    empty = {"utils", "helpers", "common", "base", "manager", "services"}
    assert [name for name, _ in app_sources() if empty & set(Path(name).with_suffix("").parts)] == []


@pytest.mark.parametrize(
    "source",
    [
        "from datetime import datetime\nx = datetime.now()",
        "import datetime as d\nx = d.datetime.now(tz=None)",
        "import datetime\nx = datetime.date.today()",
        "import time\nx = time.time()",
        "from time import time as t\nx = t()",
        "from sqlalchemy import func\nx = func.now()",
    ],
)
def test_asking_the_time_is_seen_however_it_is_written(source: str) -> None:
    assert uses(source, MOMENTS)


@pytest.mark.parametrize(
    "source",
    [
        "import time\nx = time.monotonic() + time.perf_counter()",
        "from app.ground import clock\nx = clock.now()",
        "from datetime import datetime\nx = datetime.fromisoformat('2026-01-01')",
    ],
)
def test_measuring_how_long_something_takes_is_not_asking_the_time(source: str) -> None:
    assert uses(source, MOMENTS) == []


@pytest.mark.parametrize(
    "source",
    [
        "import os\nx = os.environ['A']",
        "import os\nx = os.getenv('A')",
        "from os import environ\nx = environ.get('A')",
        "import os as system\nx = system.environ",
    ],
)
def test_reading_the_environment_is_seen_however_it_is_written(source: str) -> None:
    assert uses(source, ENVIRONMENTS)


def test_a_commit_is_seen() -> None:
    assert commits("db.session.commit()") == [1]


@pytest.mark.parametrize(
    "line",
    [
        "--index-" + "url x",
        "https://pypi." + "org/simple/flask/",
        "cd /wo" + "rk/main",
        "open('/ro" + "ot/.cache')",
    ],
)
def test_an_address_or_a_place_is_seen(line: str) -> None:
    assert lines_that(HOSTS_AND_PATHS, line)


def test_a_note_to_self_is_seen() -> None:
    assert lines_that(NOTES_TO_SELF, "# TO" + "DO: later")
