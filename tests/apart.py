"""Coroutines of a test, run in a thread of their own."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def run_apart(coroutine: Coroutine[None, None, T]) -> T:
    """Like `asyncio.run`, which a thread refuses while a browser of Playwright's is open in it."""
    with ThreadPoolExecutor() as thread:
        return thread.submit(asyncio.run, coroutine).result()
