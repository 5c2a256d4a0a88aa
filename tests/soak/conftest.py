"""The browser and the servers of tests/browser."""

from tests.browser.conftest import browser, serve

__all__ = ["browser", "serve"]
