"""Does the benchmark calculate right, and say honestly which targets are met?"""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.children import NotMeasured
from bench.figures import Figure, find, growth_ratio, percentile, ratios
from bench.flask_alone import PAGE, make_app
from bench.machine import ROOT
from bench.names import GROWTH, Measured, Unit
from bench.plan import QUICK, Plan, databases_of, sizes_of
from bench.profiles import profile_of
from bench.results import Results, load, save
from bench.stand import Record
from bench.targets import TARGETS, Target, Verdict, verdicts
from bench.wrk import Load, read_load


def figure(name: Measured, *values: float, comments: int = 100_000, database: str = "SQLite") -> Figure:
    return Figure(name=name, unit=Unit.RATIO, values=values, database=database, comments=comments)


def results(*figures: Figure) -> Results:
    return Results(
        day="2026-01-01",
        quick=False,
        machine={"processor": "one of them", "kernel": "Linux 6"},
        versions={"Rejoinder": "abc", "nginx": "1.22"},
        plan={"databases": ["SQLite", "PostgreSQL"], "repeats": 3, "rounds": 60},
        settings=[{"name": "LIMIT_READING", "value": "many", "why": "one address | reads all"}],
        figures=figures,
        missing=["PostgreSQL: it did <not> start"],
    )


def no_answer() -> None:
    raise NotMeasured("no answer")


def verdict_on(name: Measured, *figures: Figure) -> Verdict:
    return next(each for each in verdicts(figures, ["SQLite"]) if each.target.name is name)


def test_a_figure_is_the_median_of_its_runs_with_their_spread() -> None:
    found = figure(Measured.READY, 90, 100, 120)
    assert found.median == 100
    assert found.spread == pytest.approx(0.3)


def test_what_never_answered_has_no_spread() -> None:
    assert figure(Measured.READY, 0, 0).spread == 0


def test_ratios_are_taken_pair_by_pair_in_time() -> None:
    assert ratios([10, 40], [20, 40]) == (0.5, 1.0)


def test_a_pair_whose_other_never_answered_has_no_ratio() -> None:
    assert ratios([10, 40], [0, 40]) == (1.0,)


@pytest.mark.parametrize(("part", "value"), [(0.0, 1), (0.5, 51), (0.99, 100), (1.0, 100)])
def test_a_percentile_is_one_of_the_values(part: float, value: int) -> None:
    assert percentile(range(1, 101), part) == value


def test_figures_are_found_by_name_and_database_the_smallest_store_first() -> None:
    large, small = figure(Measured.GROWTH_POST, 2, comments=9), figure(Measured.GROWTH_POST, 1, comments=3)
    other = figure(Measured.GROWTH_POST, 1, database="PostgreSQL")
    assert find([large, other, small, figure(Measured.READY, 1)], Measured.GROWTH_POST, "SQLite") == [small, large]


def test_growth_is_the_dearest_larger_store_to_the_smallest_round_by_round() -> None:
    stores = [
        figure(Measured.GROWTH_POST, 10, 20, 30, comments=3),
        figure(Measured.GROWTH_POST, 15, 30, 45, comments=6),
        figure(Measured.GROWTH_POST, 11, 22, 33, comments=9),
    ]
    assert growth_ratio(stores) == 1.5


def test_one_store_says_nothing_of_growth() -> None:
    assert growth_ratio([figure(Measured.GROWTH_POST, 10)]) is None


@pytest.mark.parametrize(("ratio", "is_met"), [(0.39, False), (0.40, True), (0.6, True)])
def test_a_target_is_met_from_its_bound_on(ratio: float, is_met: bool) -> None:
    assert verdict_on(Measured.READY_TO_NGINX, figure(Measured.READY_TO_NGINX, ratio)).is_met is is_met


@pytest.mark.parametrize(("grown", "is_met"), [(1.2, True), (1.3, False)])
def test_a_request_may_grow_by_a_fifth(grown: float, is_met: bool) -> None:
    stores = [figure(Measured.GROWTH_QUEUE, 1.0, comments=3), figure(Measured.GROWTH_QUEUE, grown, comments=9)]
    assert verdict_on(Measured.GROWTH_QUEUE, *stores).is_met is is_met


def test_a_target_that_was_not_measured_is_not_met() -> None:
    found = verdict_on(Measured.READY_TO_NGINX)
    assert (found.value, found.is_met) == (None, False)


@pytest.mark.parametrize(("surplus", "is_met"), [((0, 8, 3), True), ((0, -1, 3), False), ((0, 9, 3), False)])
def test_one_run_that_lost_a_comment_is_enough_to_fail(surplus: tuple[float, ...], is_met: bool) -> None:
    assert verdict_on(Measured.POSTS_SURPLUS, figure(Measured.POSTS_SURPLUS, *surplus)).is_met is is_met


def test_systems_of_another_day_are_compared_by_their_ratio_to_nginx_on_that_day() -> None:
    found = [
        each.value for each in verdicts([figure(Measured.READY_TO_NGINX, 0.5)], ["SQLite"])
        if each.target.name is Measured.READY_TO_NGINX
    ]  # fmt: skip
    assert found == [0.5, pytest.approx(0.5 * 67_000 / 15), pytest.approx(0.5 * 67_000 / 5_900)]


def test_every_target_has_a_bound() -> None:
    assert [target for target in TARGETS if not target.bound] == []


def test_a_bound_is_told_as_people_write_it() -> None:
    assert Target("", Measured.LOADER, least=10_000).bound == "≥ 10,000"


def test_every_kind_of_growth_has_a_target() -> None:
    assert set(GROWTH) <= {target.name for target in TARGETS}


def test_a_run_of_wrk_counts_good_answers_only() -> None:
    figures = (
        '{"requests": 110, "microseconds": 2000000, "refused": 10, "broken": 1, "p50": 1500, "p99": 9000,'
        ' "counted": {"created": 7}}'
    )
    assert read_load(f"Running 1s test\nFIGURES {figures}\n") == Load(50.0, 1.5, 9.0, 10, 1, 0.0, {"created": 7})


def test_a_profile_counts_a_function_once_a_stack() -> None:
    stacks = [
        "outer (a.py:1);inner (/x/site-packages/p/b.py:2);inner (/x/site-packages/p/b.py:3) 3",
        "outer (a.py:9) 1",
    ]
    found = profile_of(stacks)
    assert (found.samples, found.own) == (4, {"inner (p/b.py)": 3, "outer (a.py)": 1})
    assert found.total == {"outer (a.py)": 4, "inner (p/b.py)": 3}


def test_sizes_are_read_as_people_type_them() -> None:
    assert sizes_of("100,000 3000 1_000_000") == (3_000, 100_000, 1_000_000)


def test_databases_are_read_without_regard_to_capitals() -> None:
    assert databases_of(["postgresql"]) == ("PostgreSQL",)


@pytest.mark.parametrize(("plan", "size"), [(Plan(), 100_000), (QUICK, 10_000), (Plan(sizes=(1_000_000,)), 1_000_000)])
def test_wrk_runs_on_the_largest_store_that_is_not_too_large(plan: Plan, size: int) -> None:
    assert plan.load_size == size


def test_a_run_that_is_kept_is_read_as_it_was(tmp_path: Path) -> None:
    run = results(figure(Measured.READY, 1, 2, 3), figure(Measured.KNOWN, 4))
    save(run, tmp_path)
    found = load(tmp_path)
    assert (list(found.figures), found.missing, found.machine) == (list(run.figures), run.missing, run.machine)


def test_what_went_wrong_is_kept_without_the_places_of_this_machine() -> None:
    record = Record()
    record.lack(f"{ROOT}/app broke\n  File {ROOT}/app/x.py")
    assert record.missing == ["…/app broke"]


def test_a_chapter_that_fails_is_written_down_and_the_next_begins() -> None:
    record = Record()
    for title, find_out in (("Reads", no_answer), ("Writes", list)):
        with record.chapter(title):
            find_out()
    assert record.missing == ["Reads: no answer"]


def test_a_run_that_found_nothing_is_kept_too(tmp_path: Path) -> None:
    save(results(), tmp_path)
    assert load(tmp_path).figures == []


def test_flask_alone_gives_the_very_bytes_that_are_measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "page").write_bytes(b'{"items":["\xea\xb8\xb8"]}')
    monkeypatch.setenv("PAGE_BYTES", str(tmp_path / "page"))
    answer = make_app().test_client().get(PAGE)
    assert (answer.status_code, answer.data) == (200, b'{"items":["\xea\xb8\xb8"]}')
