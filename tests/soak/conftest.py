"""The browser and the servers of tests/browser."""

from tests.browser.conftest import browser, fresh_page, serve

__all__ = ["browser", "fresh_page", "serve"]
