"""Can people read what the benchmark found: is the table whole, is the chart well-formed and told in words?"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from bench.chart import chart_of
from bench.names import GROWTH, Measured
from bench.render import render
from bench.results import Results, save
from bench.table import number, page_of
from tests.unit.test_bench_figures import figure, results

SVG = "{http://www.w3.org/2000/svg}"


def full_run() -> Results:
    growth = [
        figure(name, 10 * size**0.01, comments=size, database=database)
        for name in GROWTH
        for size in (3_000, 100_000, 1_000_000)
        for database in ("SQLite", "PostgreSQL")
    ]
    return results(
        figure(Measured.READY_TO_NGINX, 0.4, 0.45, 0.5),
        figure(Measured.READY_TO_ISSO, 900),
        figure(Measured.POSTS_TO_ISSO, 0.5),
        figure(Measured.ZIPF_TO_NGINX, 0.2, database="PostgreSQL"),
        *growth,
    )


@pytest.mark.parametrize("run", [full_run(), results()], ids=["full", "empty"])
def test_the_chart_is_well_formed_and_says_what_it_shows(run: Results) -> None:
    root = ET.fromstring(chart_of(run))  # noqa: S314 (our own)
    assert root.tag == f"{SVG}svg"
    assert root.get("role") == "img"
    named = root.get("aria-labelledby", "").split()
    assert [each.get("id") for each in root if each.tag in (f"{SVG}title", f"{SVG}desc")] == named
    assert all(each.text for each in root if each.tag in (f"{SVG}title", f"{SVG}desc"))


def test_the_chart_has_a_bar_for_each_ratio_and_a_line_for_each_kind_of_growth() -> None:
    root = ET.fromstring(chart_of(full_run()))  # noqa: S314 (our own)
    assert len(root.findall(f"{SVG}rect[@class='bar']")) == 4
    assert len(root.findall(f"{SVG}polyline")) == 2 * len(GROWTH)


def test_nothing_of_the_chart_lies_outside_it() -> None:
    root = ET.fromstring(chart_of(full_run()))  # noqa: S314 (our own)
    width, height = (float(each) for each in root.get("viewBox", "").split()[2:])
    reach = [_reach(each) for each in root.iter() if each.tag in (f"{SVG}rect", f"{SVG}text")]
    assert [(x, end, y) for x, end, y in reach if not (0 <= x <= end <= width and 0 <= y <= height)] == []


def _reach(drawn: ET.Element) -> tuple[float, float, float]:
    """From where to where, and how far down; a letter is about half as wide as it is high."""
    x, y = float(drawn.get("x", 0)), float(drawn.get("y", 0))
    length = float(drawn.get("width", 0)) or 7.0 * len(drawn.text or "") * (
        0.85 if drawn.get("class") == "small" else 1
    )
    before = {"start": 0.0, "middle": 0.5, "end": 1.0}[drawn.get("text-anchor", "start")]
    return x - before * length, x + (1 - before) * length, y


def test_the_chart_is_well_formed_whatever_a_database_is_called() -> None:
    run = results(figure(Measured.READY_TO_NGINX, 1, database="Rows & <Columns>"))
    drawn = chart_of(replace(run, plan=dict(run.plan) | {"databases": ["Rows & <Columns>"]}))
    assert "Rows & <Columns>" in "".join(ET.fromstring(drawn).itertext())  # noqa: S314 (our own)


def test_the_chart_follows_the_readers_light_or_dark_setting() -> None:
    assert "prefers-color-scheme: dark" in chart_of(full_run())


def test_every_table_of_the_page_is_rectangular() -> None:
    tables = page_of(full_run()).split("\n\n")
    widths = [{line.count("|") for line in table.splitlines()} for table in tables if table.startswith("|")]
    assert widths
    assert [each for each in widths if len(each) != 1] == []


def test_the_page_names_targets_figures_growth_settings_machine_and_what_is_missing() -> None:
    page = page_of(full_run())
    assert "| thread page from ready bytes, to nginx | SQLite | ≥ 0.4 | 0.450 | yes |" in page
    assert (
        "| different pages by Zipf's law, one approve a second, to nginx | PostgreSQL | ≥ 0.3 | 0.200 | **no** |"
        in page
    )
    assert "| first, uncached reads of 100 comments a second | SQLite | ≥ 600 | not measured | **no** |" in page
    assert "| thread page from ready bytes, to nginx | SQLite | 100,000 | 0.450 × | 22% |" in page
    assert "(1.06×)" in page
    assert "| LIMIT_READING | many | one address / reads all |" in page
    assert "| kernel | Linux 6 |" in page
    assert "- PostgreSQL: it did <not> start" in page


def test_a_run_is_drawn_from_what_is_kept_of_it(tmp_path: Path) -> None:
    save(full_run(), tmp_path)
    (tmp_path / "profiles.md").write_text("")
    render(tmp_path)
    assert "(profiles.md)" in (tmp_path / "README.md").read_text()
    assert "(where-the-time-goes.md)" not in (tmp_path / "README.md").read_text()
    assert (tmp_path / "chart.svg").read_text().startswith("<svg")


@pytest.mark.parametrize(
    ("value", "told"), [(67_123.4, "67,123"), (12.34, "12.3"), (1.234, "1.23"), (0.4567, "0.457"), (0, "0.000")]
)
def test_a_number_has_as_many_digits_as_can_be_trusted(value: float, told: str) -> None:
    assert number(value) == told
