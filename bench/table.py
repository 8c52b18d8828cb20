"""How do people read a run? As one page of Markdown: targets, figures, growth, machine, settings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from bench import elsewhere
from bench.figures import Figure, find, ratios
from bench.names import GROWTH, Measured, Unit
from bench.results import CHART, RUN, Results
from bench.targets import Verdict, verdicts

_SAID = {True: "yes", False: "**no**"}


def page_of(results: Results, *, beside: Iterable[str] = ()) -> str:
    lines = [
        "# Measured" + (" quickly: runs too short to judge targets by" if results.quick else ""),
        "",
        f"On {results.day}, in one run; `make bench` measures again and draws this page from [{RUN}]({RUN}).",
        f"Figures are medians of {results.plan['repeats']} runs; the spread is from the least to the most, as a part",
        "of the median. Ratios are taken pair by pair in time: a machine that slows down slows both down.",
        "",
        f"![Ratios to nginx and Isso, and growth with the store]({CHART})",
        "",
        *[f"- [{name}]({name})\n" for name in beside],
        *([] if results.quick else _chapter("Targets", _targets(results))),
        *_chapter("Figures", _figures(results)),
        *_chapter("Growth", _growth(results)),
        *_chapter("Measured elsewhere", _elsewhere()),
        *_chapter("Changed settings", _settings(results)),
        *_chapter("Machine and versions", _machine(results)),
        *(_chapter("Not measured", [f"- {each}" for each in results.missing]) if results.missing else []),
    ]
    return "\n".join(lines).rstrip() + "\n"


def _chapter(title: str, lines: Iterable[str]) -> Iterator[str]:
    yield from (f"## {title}", "", *lines, "")


def rows_of(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(heads)} |"
    yield f"| {' | '.join('---' for _ in heads)} |"
    for row in rows:
        yield f"| {' | '.join(each.replace('|', '/') for each in row)} |"


def _targets(results: Results) -> Iterator[str]:
    found = list(verdicts(results.figures, results.databases))
    met = sum(verdict.is_met for verdict in found)
    yield from (f"{met} of {len(found)} are met.", "")
    rows = [(each.target.sentence, each.database, each.target.bound, *_verdict(each)) for each in found]
    yield from rows_of(("target", "database", "wanted", "found", "met"), rows)


def _verdict(verdict: Verdict) -> tuple[str, str]:
    if verdict.value is None:
        return "not measured", _SAID[False]
    return number(verdict.value), _SAID[verdict.is_met]


def _figures(results: Results) -> Iterator[str]:
    rows = [
        (
            str(figure.name),
            figure.database or "",
            f"{figure.comments:,}" if figure.comments else "",
            f"{number(figure.median)} {figure.unit}".strip(),
            f"{figure.spread:.0%}" if len(figure.values) > 1 else "",
            figure.note,
        )
        for name in Measured
        if name not in GROWTH
        for figure in find(results.figures, name)
    ]
    yield from rows_of(("what", "database", "comments", "median", "spread", "note"), rows)


def _growth(results: Results) -> Iterator[str]:
    """A row for each kind of request, a column for each size: time, and its ratio to the smallest store."""
    sizes = sorted({figure.comments for figure in results.figures if figure.name in GROWTH and figure.comments})
    rounds = results.plan["rounds"]
    yield from (f"Median times of {rounds} single requests over a kept connection, every size asked in turn.", "")
    rows = []
    for database in results.databases:
        for name in GROWTH:
            found = find(results.figures, name, database)
            if found:
                rows.append([str(name), database, *_grown(found, sizes)])
    yield from rows_of(("what", "database", *(f"{size:,} comments" for size in sizes)), rows)


def _grown(found: Sequence[Figure], sizes: Sequence[int]) -> Iterator[str]:
    by_size = {figure.comments: figure for figure in found}
    for size in sizes:
        figure = by_size.get(size)
        if figure is None:
            yield ""
        elif figure is found[0]:
            yield f"{number(figure.median)} {figure.unit}"
        else:
            yield f"{number(figure.median)} {figure.unit} ({number(median_ratio(figure, found[0]))}×)"


def median_ratio(figure: Figure, smallest: Figure) -> float:
    """Round by round."""
    pairs = Figure(name=figure.name, unit=Unit.RATIO, values=ratios(figure.values, smallest.values))
    return pairs.median


def _elsewhere() -> Iterator[str]:
    yield (
        f"Measured by us on another day, when nginx served {elsewhere.NGINX_THAT_DAY:,} such pages a second and Flask "
        f"alone {elsewhere.FLASK_THAT_DAY:,}; only the ratio to nginx compares with the run above. The rates wanted "
        "above are of that machine: 600 first reads a second are 1 of 12 that Flask alone answered there."
    )
    yield ""
    rows = [(each.name, f"{each.pages:,g} /s", f"{each.to_nginx:.5f}", each.remark) for each in elsewhere.ALL]
    yield from rows_of(("system", "thread pages of 100 comments", "to nginx that day", ""), rows)


def _settings(results: Results) -> Iterator[str]:
    yield from ("All other settings are those that Rejoinder ships with.", "")
    yield from rows_of(("setting", "value", "why"), [(s["name"], s["value"], s["why"]) for s in results.settings])


def _machine(results: Results) -> Iterator[str]:
    yield from rows_of(("what", ""), [*results.machine.items(), *results.versions.items()])


def number(value: float) -> str:
    """As many digits as can be trusted."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    if abs(value) >= 10:
        return f"{value:,.1f}"
    return f"{value:.3f}" if abs(value) < 1 else f"{value:.2f}"
