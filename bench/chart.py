"""How does a run look? Bars for the ratios to nginx and Isso, lines for growth, drawn by a few lines of our own.

Colours follow the reader's light or dark setting; nothing is told by colour alone, every bar and line has its words.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from bench.figures import Figure, find
from bench.names import GROWTH, Measured
from bench.results import Results
from bench.table import median_ratio, number

WIDTH, LEFT, RIGHT, BAR, GAP = 860, 310, 140, 20, 8
PLOT = WIDTH - LEFT - RIGHT
LINES_HEIGHT = 220
LIMIT = 1.2  # growth that is allowed
LINE_COLOURS = ("a", "b", "c", "d", "e")
# Each of the five also has its own dashes.
_DASHES = ("none", "8 3", "2 3", "10 3 2 3", "5 5")
_STYLE = """
text { font: 13px system-ui, sans-serif; fill: #1a2330 }
.head { font-weight: 600; font-size: 15px }
.small { font-size: 11px }
.ground { fill: #ffffff }
.axis { stroke: #8a94a3; fill: none }
.target { stroke: #a8200d; stroke-width: 2; stroke-dasharray: 4 3; fill: none }
.bar { fill: #2463a6 }
.a { stroke: #2463a6 } .b { stroke: #a8500d } .c { stroke: #1f7a4d } .d { stroke: #7a3fa0 } .e { stroke: #60666e }
.line { fill: none; stroke-width: 2 }
@media (prefers-color-scheme: dark) {
  text { fill: #e4e9f0 }
  .ground { fill: #14181e }
  .axis { stroke: #7c8798 }
  .target { stroke: #ff8f7a }
  .bar { fill: #6aa9ec }
  .a { stroke: #6aa9ec } .b { stroke: #f0a35c } .c { stroke: #62c996 } .d { stroke: #c49be6 } .e { stroke: #b3bac4 }
}
"""
_TO_NGINX = (
    (Measured.READY_TO_NGINX, "thread page, ready bytes", 0.40),
    (Measured.KNOWN_TO_NGINX, "thread page, 304", 0.55),
    (Measured.ZIPF_TO_NGINX, "many pages, an approve/s", 0.30),
)
_TO_ISSO = (
    (Measured.READY_TO_ISSO, "thread page, ready bytes", 500.0),
    (Measured.POSTS_TO_ISSO, "comments accepted, held", 1.8),
    (Measured.SHOWN_POSTS_TO_ISSO, "comments accepted, shown at once", 1.8),
)


@dataclass(frozen=True, slots=True)
class Bar:
    label: str
    value: float
    target: float


@dataclass(frozen=True, slots=True)
class Line:
    label: str
    points: Sequence[tuple[int, float]]  # comments in the store, ratio


def chart_of(results: Results) -> str:
    """An SVG document."""
    parts: list[str] = []
    y = 30
    to_nginx = list(_bars(results, _TO_NGINX))
    parts += _bar_panel("Against nginx with the same bytes as a file", to_nginx, y, logarithmic=0)
    y += _height(to_nginx)
    to_isso = list(_bars(results, _TO_ISSO))
    parts += _bar_panel("Times Isso in the same run (each mark is ten times the one before)", to_isso, y, logarithmic=1)
    y += _height(to_isso)
    for database in results.databases:
        lines = list(_lines(results.figures, database))
        if lines:
            parts += _line_panel(f"Time of one request as the store grows, {database} (to the smallest)", lines, y)
            y += LINES_HEIGHT + 70
    told = "; ".join(f"{bar.label}: {number(bar.value)}" for bar in (*to_nginx, *to_isso))
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {y}" role="img" aria-labelledby="title desc">',
        '<title id="title">Rejoinder against nginx and Isso, and its growth with the store</title>',
        f'<desc id="desc">{escape(told or "Nothing was measured.")}. The figures are in the table beside.</desc>',
        f"<style>{_STYLE}</style>",
        f'<rect class="ground" width="{WIDTH}" height="{y}"/>',
        *parts,
        "</svg>",
        "",
    ])  # fmt: skip


def _bars(results: Results, wanted: Sequence[tuple[Measured, str, float]]) -> Iterator[Bar]:
    for name, label, target in wanted:
        for database in results.databases:
            for figure in find(results.figures, name, database):
                yield Bar(f"{label}, {database}", figure.median, target)


def _lines(figures: Sequence[Figure], database: str) -> Iterator[Line]:
    for name in GROWTH:
        found = find(figures, name, database)
        if len(found) > 1:
            yield Line(str(name), [(each.comments or 1, median_ratio(each, found[0])) for each in found])


def _height(bars: Sequence[Bar]) -> int:
    return (BAR + GAP) * len(bars) + 65 if bars else 0


def _bar_panel(title: str, bars: Sequence[Bar], y: int, *, logarithmic: int) -> Iterator[str]:
    if not bars:
        return
    most = max(max(bar.value, bar.target) for bar in bars)
    top = 10 ** math.ceil(math.log10(most)) if logarithmic else max(1.0, most)

    def reach(value: float) -> float:
        share = math.log10(max(value, 1)) / math.log10(top) if logarithmic else value / top
        return LEFT + PLOT * share

    yield _text(20, y, title, "head")
    y += 14
    bottom = y + (BAR + GAP) * len(bars)
    marks = (
        [10.0**power for power in range(round(math.log10(top)) + 1)]
        if logarithmic
        else [step / 4 for step in range(math.floor(top * 4) + 1)]
    )
    for mark in marks:
        yield f'<path class="axis" d="M{reach(mark):.1f} {y}V{bottom}" opacity="0.5"/>'
        yield _text(reach(mark), bottom + 14, f"{mark:,g}", "small", anchor="middle")
    for place, bar in enumerate(bars):
        at = y + GAP + (BAR + GAP) * place
        yield _text(LEFT - 8, at + 15, bar.label, anchor="end")
        length = max(1.0, reach(bar.value) - LEFT)
        yield f'<rect class="bar" x="{LEFT}" y="{at}" width="{length:.1f}" height="{BAR}"/>'
        yield f'<path class="target" d="M{reach(bar.target):.1f} {at - 3}v{BAR + 6}"/>'
        right = max(LEFT + length, reach(bar.target)) + 6
        yield _text(right, at + 15, f"{number(bar.value)} (target {bar.target:g})", "small")


def _line_panel(title: str, lines: Sequence[Line], y: int) -> Iterator[str]:
    sizes = sorted({size for line in lines for size, _ in line.points})
    highest = max([LIMIT, *(ratio for line in lines for _, ratio in line.points)]) * 1.1
    left, right, bottom = 60, WIDTH - 270, y + 20 + LINES_HEIGHT

    def across(size: int) -> float:
        span = math.log(sizes[-1] / sizes[0]) or 1.0
        return left + (right - left) * math.log(size / sizes[0]) / span

    def up(ratio: float) -> float:
        return bottom - LINES_HEIGHT * ratio / highest

    yield _text(20, y, title, "head")
    yield f'<path class="axis" d="M{left} {y + 20}V{bottom}H{right}"/>'
    for size in sizes:
        yield _text(across(size), bottom + 16, f"{size:,}", "small", anchor="middle")
    for ratio in (0.0, 1.0):
        yield _text(left - 6, up(ratio) + 4, f"{ratio:g}×", "small", anchor="end")
    yield f'<path class="target" d="M{left} {up(LIMIT):.1f}H{right}"/>'
    yield _text(right + 6, y + 30, f"broken red: {LIMIT}×, the target", "small")
    for place, line in enumerate(lines):
        colour, dashes = LINE_COLOURS[place % 5], _DASHES[place % 5]
        points = " ".join(f"{across(size):.1f},{up(ratio):.1f}" for size, ratio in line.points)
        yield f'<polyline class="line {colour}" stroke-dasharray="{dashes}" points="{points}"/>'
        at = y + 52 + 22 * place
        yield f'<path class="line {colour}" stroke-dasharray="{dashes}" d="M{right + 6} {at - 4}h24"/>'
        yield _text(right + 36, at, f"{line.label}: {number(line.points[-1][1])}×", "small")


def _text(x: float, y: float, words: str, kind: str = "", *, anchor: str = "start") -> str:
    named = f' class="{kind}"' if kind else ""
    return f'<text{named} x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(words)}</text>'
