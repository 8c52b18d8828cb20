"""What is measured of a page: can everybody use it, is it valid, does it move, how much does it weigh?"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.request import urlopen

from playwright.sync_api import Page, ViewportSize

from tests.processes import installed

SMALLEST_TARGET_PX = 24
PHONE_SIZE = ViewportSize(width=390, height=844)
KINDS = {"script": ".js", "style": ".css"}
_HTML_RULES = {
    "root": True,
    "extends": ["html-validate:standard", "html-validate:document"],
    # What comes from the same machine under the digest of its content needs no second one.
    "rules": {"require-sri": "off"},
}
# So a table in Markdown says where its columns stand; the policy lets no style attribute say it.
_OF_MARKDOWN = re.compile(r'Attribute "align" is deprecated on <t[dh]> element')

# Everything that is on by default, and WCAG 2.2's target size, which is not.
_RUN_AXE = """async () => {
    const found = await axe.run(document, { resultTypes: ["violations"], rules: { "target-size": { enabled: true } } });
    return found.violations.map(({ id, help, nodes }) => ({
        id, help, nodes: nodes.map(({ target, failureSummary }) => `${target.join(" ")}: ${failureSummary}`),
    }));
}"""

_SHIFT = """(waited) => new Promise((done) => {
    let shifted = 0;
    const see = (list) => {
        for (const entry of list.getEntries()) if (!entry.hadRecentInput) shifted += entry.value;
    };
    new PerformanceObserver(see).observe({ type: "layout-shift", buffered: true });
    setTimeout(() => done(shifted), waited);
})"""

# Source: WCAG 2.2, 2.5.8: what stands in a line of text, or is the browser's own, may be smaller.
_SMALL_TARGETS = """(smallest) => {
    const targets = "a[href], button, input:not([type=hidden]), select, textarea, summary, [role=button]";
    const inText = (element) => {
        if (getComputedStyle(element).display !== "inline") return false;
        const line = element.closest("p, li, td, th, dd, dt, figcaption, blockquote, h1, h2, h3, h4, div, span");
        return line !== null && line.textContent.trim() !== element.textContent.trim();
    };
    const ownLabel = (element) => element.labels?.[0]?.getBoundingClientRect();
    return [...document.querySelectorAll(targets)]
        .filter((element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true }))
        .filter((element) => !inText(element) && !element.closest(".rj-text, .prose"))
        .map((element) => {
            let { width, height } = element.getBoundingClientRect();
            const label = element.matches("[type=checkbox], [type=radio]") && ownLabel(element);
            if (label) [width, height] = [Math.max(width, label.width), Math.max(height, label.height)];
            return { width, height, what: element.outerHTML.slice(0, 160) };
        })
        .filter(({ width, height }) => width > 1 && height > 1)  // hidden from sight until it is focused
        .filter(({ width, height }) => Math.min(width, height) < smallest - 0.01)
        .map(({ width, height, what }) => `${width.toFixed(1)} x ${height.toFixed(1)}: ${what}`);
}"""

_ADDRESSES = """() => performance.getEntriesByType("resource").map((entry) => entry.name)"""
_WIDER_THAN_THE_SCREEN = """() => {
    const { clientWidth, scrollWidth } = document.documentElement;
    if (scrollWidth <= clientWidth + 1) return [];
    const isWide = ({ left, right }) => right > clientWidth + 1 || left < -1;
    return [...document.querySelectorAll("body *")]
        .filter((element) => isWide(element.getBoundingClientRect()))
        .map((element) => element.outerHTML.slice(0, 120)).slice(0, 5).concat(`${scrollWidth}`);
}"""


def assert_accessible(page: Page) -> None:
    """axe-core finds nothing on the page as it is now, in its present colours."""
    found = axe_violations(page)
    assert not found, "\n".join(f"{each['id']}: {each['help']}\n  " + "\n  ".join(each["nodes"]) for each in found)


def assert_everybody_can_use(page: Page, *, accessible: Callable[[Page], None]) -> None:
    """Wide and narrow, in light and dark; `accessible` is the fixture that asks axe-core."""
    accessible(page)
    page.emulate_media(color_scheme="dark")
    accessible(page)
    page.set_viewport_size(PHONE_SIZE)
    assert sideways(page) == []
    accessible(page)
    assert small_targets(page) == []


def axe_violations(page: Page) -> list[Mapping[str, Any]]:
    # By way of the debugger, which the page's policy does not stand in the way of.
    if not page.evaluate("() => 'axe' in globalThis"):
        page.evaluate(_axe() + "\nundefined")
    return list(page.evaluate(_RUN_AXE))


@cache
def _axe() -> str:
    return installed.module_file("axe-core/axe.min.js").read_text()


def assert_valid_html(*texts: str) -> None:
    """Each of these whole pages keeps the HTML standard."""
    assert (problems := html_problems(texts)) == [], "\n".join(problems)


def html_problems(texts: Sequence[str]) -> list[str]:
    """What html-validate finds, one line each: which text, where, what."""
    program = installed.module_file("html-validate/bin/html-validate.mjs")
    with TemporaryDirectory(prefix="rejoinder-") as name:
        folder = Path(name)
        rules = folder / "rules.json"
        rules.write_text(json.dumps(_HTML_RULES))
        for number, text in enumerate(texts):
            (folder / f"{number}.html").write_text(text)
        # Into a file: node ends before it has written a long answer into a pipe.
        answer = folder / "answer.json"
        with answer.open("w") as stream:
            told = subprocess.run(
                [installed.program("node"), program, "--config", rules, "--formatter", "json", *folder.glob("*.html")],
                stdout=stream,
                stderr=subprocess.PIPE,
                text=True,
                timeout=60,
                check=False,
            )
        assert answer.read_text().startswith("["), told.stderr
        reports = json.loads(answer.read_text())
    return [
        f"{Path(report['filePath']).stem}, line {each['line']}: {each['message']} ({each['ruleId']})"
        for report in sorted(reports, key=lambda report: str(report["filePath"]))
        for each in report["messages"]
        if not _OF_MARKDOWN.match(each["message"])
    ]


def layout_shift(page: Page, *, waited_ms: int = 300) -> float:
    """How much has moved since the page began to load, in the unit of Cumulative Layout Shift; nothing moved: 0."""
    return float(page.evaluate(_SHIFT, waited_ms))


def small_targets(page: Page) -> list[str]:
    """What one can press and hardly hit: links outside of text, buttons and fields under 24 px."""
    return list(page.evaluate(_SMALL_TARGETS, SMALLEST_TARGET_PX))


def sideways(page: Page) -> list[str]:
    """What makes the page scroll sideways, and how wide it then is; empty where it fits the screen."""
    return list(page.evaluate(_WIDER_THAN_THE_SCREEN))


def bytes_of(page: Page, kind: str) -> int:
    """How many bytes of `script` or `style` the page has loaded, before compression, whichever site they are of."""
    addresses = {each.partition("?")[0] for each in page.evaluate(_ADDRESSES)}
    return sum(_size(each) for each in addresses if each.endswith(KINDS[kind]))


@cache
def _size(address: str) -> int:
    with urlopen(address, timeout=10) as answer:  # noqa: S310 (an address that the page itself has loaded)
        return len(answer.read())
