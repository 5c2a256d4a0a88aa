"""What the lessons' pages cost: `python -m bench.page`. Figures for the README's table of budgets.

First run in a fresh process, the training click, a widget change after it, bytes of the picture,
memory of a finished run. What only a browser can show (frames a second, pause) is
counted in tests/browser.
"""

from __future__ import annotations

import gc
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

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


def moves(page: str, view: str, change: Callable[[Any, int], Any]) -> tuple[float, float, float]:
    """Median and 95th percentile of a widget change that trains nothing, and MB of all figures.

    view : of the page. change : moves a widget, the k-th time.
    """
    from streamlit.testing.v1 import AppTest

    lesson = Path(page).stem
    at = AppTest.from_file(page, default_timeout=30)
    at.query_params[f"{lesson}.view"] = view
    at.run()
    sent = sum(len(chart.proto.spec) for chart in at.get("plotly_chart"))
    seconds = []
    for k in range(41):
        change(at, k)
        begun = time.perf_counter()
        at.run()
        seconds.append(time.perf_counter() - begun)
    return *np.quantile(seconds[1:], [0.5, 0.95]).tolist(), sent / 1e6


def slide(key: str) -> Callable[[Any, int], Any]:
    return lambda at, k: at.slider(key=key).set_value(0.05 * (k % 19))


def turn(key: str) -> Callable[[Any, int], Any]:
    return lambda at, k: at.number_input(key=key).set_value(k)


def step(key: str) -> Callable[[Any, int], Any]:
    return lambda at, k: at.slider(key=key).set_value(1 + k)


# page, view, what is moved
MOVES = (
    ("vae", "Latent space", slide("vae.z0")),
    ("vae", "Between digits", turn("vae.digit_a")),
    ("vae", "Samples", turn("vae.draw")),
    ("vae", "Train", turn("vae.seed")),
    ("autoencoders", "Bench", slide("autoencoders.noise")),
    ("autoencoders", "The hole", slide("autoencoders.hole_x")),
    ("autoencoders", "Codes", turn("autoencoders.picked")),
    ("diffusion", "Forward", step("diffusion.t")),
    ("diffusion", "Reverse", step("diffusion.t")),
    ("diffusion", "Train", lambda at, k: at.toggle(key="diffusion.arrows").set_value(k % 2 == 0)),
    ("diffusion_digits", "Forward", step("diffusion_digits.t")),
    (
        "diffusion_digits",
        "Reverse",
        lambda at, k: at.slider(key="diffusion_digits.k").set_value(k % 25),
    ),
)


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


def session() -> float:
    """Megabytes of arrays that a session keeps after a dense VAE's training, a fork, a reset."""
    from core import vae
    from ui.train import ROOM
    from ui.training import Player

    def resident() -> float:
        gc.collect()
        lines = Path("/proc/self/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1e3

    def train(p: Player[vae.Config]) -> None:
        p.run.play()
        p.run.advance()

    warm = Player(vae, vae.Config(epochs=2), ROOM)
    train(warm)
    before = resident()
    kept = []
    for seed in range(4):  # the allocator keeps some of the first one's memory
        p = Player(vae, vae.Config(epochs=4, seed=seed), ROOM)
        train(p)
        p.reset()
        train(p)
        p.fork(20)
        train(p)
        kept.append(p)
    return (resident() - before) / len(kept)


def main() -> None:
    for name, page in PAGES.items():
        print(f"first run, {name:<20} {first_run(page):6.2f} s       budget 3 s")
    for name, view, change in MOVES:
        median, slow, sent = moves(PAGES[name], view, change)
        times = f"{1e3 * median:6.0f} ms      95th percentile {1e3 * slow:.0f} ms"
        print(f"{name + ', ' + view:<30}  {times}, figures {sent:.2f} MB")
    print(f"a session with a trained VAE    {session():6.1f} MB      budget 20 MB")
    train, median, slow, before, after = clicks()
    print(f"click on Train to 3,000 epochs  {train:6.2f} s       limit  3 s")
    print(f"widget change, median           {1e3 * median:6.0f} ms")
    print(f"widget change, 95th percentile  {1e3 * slow:6.0f} ms      budget 100 ms")
    print(f"picture at first paint          {before / 1e6:6.2f} MB      budget 1.5 MB")
    print(f"picture with its history        {after / 1e6:6.2f} MB      budget 4 MB")
    print(f"eight finished runs in memory   {memory():6.1f} MB      budget 20 MB a session")


if __name__ == "__main__":
    main()
