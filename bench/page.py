"""What the lessons' pages cost under AppTest, which allows 3 s: `python -m bench.page`.

First run in a fresh process, the training click, bytes of the picture, memory of finished runs.
What a person waits for is measured over the websocket: `python -m bench.server`.
"""

from __future__ import annotations

import subprocess
import sys
import time
import tracemalloc
from pathlib import Path

import numpy as np

from ui.lessons import LESSONS

ROOT = Path(__file__).resolve().parents[1]
PAGES = {row.stem: str(ROOT / row.page) for row in LESSONS}
PAGE = PAGES["gan_1d"]
FIRST = """
import time
from streamlit.testing.v1 import AppTest
imported = time.perf_counter()
AppTest.from_file({page!r}).run()
print(time.perf_counter() - imported)
"""


def first_run(page: str) -> float:
    """Seconds of a page's first run in a fresh process, Streamlit's own import left out."""
    command = [sys.executable, "-c", FIRST.format(page=page)]
    runs = [
        float(subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout)
        for _ in range(3)
    ]
    return float(np.median(runs))


def clicks() -> tuple[float, int, int]:
    """Seconds from a click on Train to 3,000 epochs; bytes of the picture before and after."""
    from streamlit.testing.v1 import AppTest

    at = AppTest.from_file(PAGE, default_timeout=30).run()
    before = sum(len(chart.proto.spec) for chart in at.get("plotly_chart"))
    begun = time.perf_counter()
    at.button(key="gan_1d.train").click().run()
    train = time.perf_counter() - begun
    after = sum(len(chart.proto.spec) for chart in at.get("plotly_chart"))
    return train, before, after


def memory() -> float:
    """Megabytes that a session keeps at most: two futures on the screen, three pairs set aside."""
    from core import gan_1d
    from core.run import Run

    next(gan_1d.resume(gan_1d.Config(), gan_1d.begin(gan_1d.Config())))
    tracemalloc.start()
    config = gan_1d.Config()
    kept_runs = []
    for _ in range(4):
        run = Run(gan_1d, config)
        run.play()
        run.advance()
        other = run.fork(1, config)
        other.play()
        other.advance()
        kept_runs.append((run, other))
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return kept / 1e6


def main() -> None:
    for name, page in PAGES.items():
        print(f"first run, {name:<20} {first_run(page):6.2f} s       budget 3 s")
    train, before, after = clicks()
    print(f"click on Train to 3,000 epochs  {train:6.2f} s       limit  3 s")
    print(f"picture at first paint          {before / 1e6:6.2f} MB      budget 1.5 MB")
    print(f"picture with its history        {after / 1e6:6.2f} MB      budget 4 MB")
    print(f"eight finished runs in memory   {memory():6.1f} MB      budget 20 MB a session")


if __name__ == "__main__":
    main()
