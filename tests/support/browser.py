"""A real Chromium without a window, driven by Playwright. Import the fixture ``browser`` into the tests' ``conftest``.

``browser.visit(walk, width=400)`` opens a page, lets ``walk(page)`` do what a person would, and fails on whatever the
browser itself complains of. Playwright's synchronous form keeps an event loop running in its thread, in which nobody
else could have one: so it gets a thread of its own, and tests may be of either kind.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser as Chromium
    from playwright.sync_api import ConsoleMessage, Error, Page, Request

T = TypeVar("T")

NEEDS = "apt-get install -y --no-install-recommends chromium fonts-dejavu-core"
PATIENCE = 60.0  # seconds for a whole visit
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_HERE = ("file", "data", "blob", "about")  # a page at such an address asks no server
_HOSTS = ("127.0.0.1", "localhost", "::1")


class Browser:
    """One browser for many visits. Each visit has its own cookies, and remembers nothing of the others."""

    def __init__(self, thread: ThreadPoolExecutor, chromium: Chromium) -> None:
        self._thread = thread
        self._chromium = chromium

    def visit(
        self, walk: Callable[[Page], T], *, width: int = 1280, height: int = 900, dark: bool = False,
        locale: str = "en-US", javascript: bool = True, complaints: bool = False,
    ) -> T:  # fmt: skip
        """What ``walk`` returns. Fails on an error in the console, and on any request that would leave the machine.

        ``complaints``: errors in the console are meant.
        """

        def go() -> T:
            context = self._chromium.new_context(
                viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light", locale=locale,
                java_script_enabled=javascript,
            )  # fmt: skip
            context.set_default_timeout(5000)
            try:
                page = context.new_page()
                seen = _Seen(page)
                result = walk(page)
                page.wait_for_timeout(0)  # what the browser has said by now is heard
                assert seen.away == [], f"requests that leave the machine: {seen.away}"
                assert complaints or seen.errors == [], f"the browser complains: {seen.errors}"
                return result
            finally:
                context.close()

        return self._thread.submit(go).result(PATIENCE)


class _Seen:
    """What a page did besides showing itself."""

    def __init__(self, page: Page) -> None:
        self.errors: list[str] = []
        self.away: list[str] = []
        page.on("console", self._console)
        page.on("pageerror", self._error)
        page.on("request", self._request)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.errors.append(f"{message.type}: {message.text}")

    def _error(self, error: Error) -> None:
        self.errors.append(str(error))

    def _request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme not in _HERE and address.hostname not in _HOSTS:
            self.away.append(request.url)


def expect(place: Any) -> Any:
    """Playwright's own assertions, of a page or of a part of one: each waits a while for what it demands."""
    from playwright.sync_api import expect as assertions  # an extra brings it

    return assertions(place)


@contextmanager
def running() -> Iterator[Browser]:
    """A browser from here on. Where none is installed the test is skipped, and in CI it fails."""
    program = next((path for name in _NAMES if (path := shutil.which(name))), None)
    if program is None:
        reason = f"needs a Chromium: {NEEDS}"
        if os.environ.get("CI", "").lower() in ("1", "true"):
            pytest.fail(reason)
        pytest.skip(reason)
    playwright = pytest.importorskip("playwright.sync_api", reason="needs the package playwright, of the extra dev")
    root = ["--no-sandbox"] if os.geteuid() == 0 else []  # as root Chromium has no sandbox

    def start() -> tuple[Any, Chromium]:
        driver = playwright.sync_playwright().start()
        return driver, driver.chromium.launch(executable_path=program, args=root)

    with ThreadPoolExecutor(1, thread_name_prefix="browser") as thread:
        driver, chromium = thread.submit(start).result(PATIENCE)
        try:
            yield Browser(thread, chromium)
        finally:
            thread.submit(chromium.close).result(PATIENCE)
            thread.submit(driver.stop).result(PATIENCE)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for all tests of this run."""
    with running() as found:
        yield found
