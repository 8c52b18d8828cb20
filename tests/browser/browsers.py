"""How do tests open a browser, and hear what a page complains of?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Dialog,
    Error,
    Page,
    Response,
    expect,
    sync_playwright,
)

from tests.processes import installed

PATIENCE_MS = 10_000
DESKTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}}
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "has_touch": True,
    "is_mobile": True,
    "device_scale_factor": 2,
}
PLAIN: dict[str, Any] = DESKTOP | {"java_script_enabled": False}
_SWITCHES = [
    "--headless=new",
    "--no-sandbox",  # the tests may run as root, and see no page but ours
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# Chromium says this of every answer over 399, and a refused form is answered 422.
_REFUSAL = re.compile(r"Failed to load resource: the server responded with a status of 4\d\d")
_PARTS_OF_A_PAGE = {"script", "stylesheet", "image", "font"}


class NewPage(Protocol):
    """Opens a page in a browser of its own, as another person at another machine has it."""

    def __call__(self, **different: Any) -> Page: ...


@dataclass
class Complaints:
    """What went wrong in the pages of a test without anybody seeing it: errors, violations of the policy, dialogs."""

    heard: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)

    def expect(self, part: str) -> None:
        """Let pass what holds these words: this test is about it."""
        self.expected.append(part)

    def unexpected(self) -> list[str]:
        return [each for each in self.heard if not any(part in each for part in self.expected)]

    def listen(self, context: BrowserContext) -> None:
        context.on("console", self._hear_console)
        context.on("response", self._hear_response)
        context.on("dialog", self._hear_dialog)
        context.on("weberror", lambda error: self.heard.append(f"error: {error.error}"))

    def _hear_console(self, message: ConsoleMessage) -> None:
        # A violation of the Content-Security-Policy is written to the console as an error.
        if message.type == "error" and not _REFUSAL.match(message.text):
            self.heard.append(f"console: {message.text}")

    def _hear_response(self, response: Response) -> None:
        if response.status >= 400 and response.request.resource_type in _PARTS_OF_A_PAGE:
            self.heard.append(f"{response.status}: {response.url}")

    def _hear_dialog(self, dialog: Dialog) -> None:
        # One that asks whether to leave is the page's right: the browser's own words have no message.
        if dialog.type != "beforeunload":
            self.heard.append(f"dialog: {dialog.message}")
        try:
            dialog.accept()
        except Error:
            return  # the page is gone


@contextmanager
def chromium() -> Iterator[Browser]:
    """The system's Chromium. Skips where it is not, but in CI, where it must be."""
    path = installed.program("chromium")
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=_SWITCHES, timeout=60_000)
        try:
            yield browser
        finally:
            browser.close()


def open_page(browser: Browser, complaints: Complaints, *, base_url: str, **different: Any) -> Page:
    """A page of a new context: no cookies, no storage; relative URLs are those of `base_url`."""
    options = DESKTOP | {"locale": "en-US", "reduced_motion": "reduce", "service_workers": "block"} | different
    context = browser.new_context(base_url=base_url, **options)
    context.set_default_timeout(PATIENCE_MS)
    complaints.listen(context)
    return context.new_page()
