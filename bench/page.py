"""What the lesson's page costs: `python -m bench.page`. Figures for the README's table of budgets.

First run in a fresh process, the training click, a widget change after it, bytes of the picture,
memory of a finished run. What only a browser can show (frames a second, pause) is
counted in tests/browser.
"""

from __future__ import annotations

import subprocess
import sys
import time
import tracemalloc
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
PAGE = str(ROOT / "pages" / "gan_1d.py")
FIRST = f"""
import time; begun = time.perf_counter()
from streamlit.testing.v1 import AppTest
imported = time.perf_counter()
AppTest.from_file({PAGE!r}).run()
print(time.perf_counter() - imported)
"""


def first_run() -> float:
    """Seconds of the page's first run in a fresh process, Streamlit's own import left out."""
    command = [sys.executable, "-c", FIRST]
    runs = [
        float(subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout)
        for _ in range(3)
    ]
    return float(np.median(runs))


def clicks() -> tuple[float, float, float, int, int]:
    """Train click; 50th and 95th percentile of a widget change; bytes at first paint and later.

    The changes are one that leaves the picture as it is and two that draw it and its history anew.
    """
    from streamlit.testing.v1 import AppTest

    at = AppTest.from_file(PAGE, default_timeout=30).run()
    before = sum(len(chart.proto.spec) for chart in at.get("plotly_chart"))
    begun = time.perf_counter()
    at.button(key="gan_1d.train").click().run()
    train = time.perf_counter() - begun
    after = sum(len(chart.proto.spec) for chart in at.get("plotly_chart"))
    changes = []
    for k in range(48):
        if k % 3 == 0:
            at.number_input(key="gan_1d.fork_at").set_value(k)
        elif k % 3 == 1:
            at.toggle(key="gan_1d.arrows").set_value(k % 2 == 0)
        else:
            at.number_input(key="gan_1d.lr_d").set_value(0.01 + k / 1000)
        begun = time.perf_counter()
        at.run()
        changes.append(time.perf_counter() - begun)
    return train, *np.quantile(changes, [0.5, 0.95]).tolist(), before, after


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
    print(f"first run, fresh process        {first_run():6.2f} s       budget 3 s")
    train, median, slow, before, after = clicks()
    print(f"click on Train to 3,000 epochs  {train:6.2f} s       limit  3 s")
    print(f"widget change, median           {1e3 * median:6.0f} ms")
    print(f"widget change, 95th percentile  {1e3 * slow:6.0f} ms      budget 100 ms")
    print(f"picture at first paint          {before / 1e6:6.2f} MB      budget 1.5 MB")
    print(f"picture with its history        {after / 1e6:6.2f} MB      budget 4 MB")
    print(f"eight finished runs in memory   {memory():6.1f} MB      budget 20 MB a session")


if __name__ == "__main__":
    main()
