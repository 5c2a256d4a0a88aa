"""What a full collection costs with all libraries loaded: `python -m bench.collector`.

All threads of the server wait for one, so `core.machine.settle` takes what libraries have made out
of the collector's sight.
"""

from __future__ import annotations

import gc
import time
import warnings
from pathlib import Path

import numpy as np

from core.embed import embed
from core.warm import WARM
from ui.lessons import LESSONS
from ui.player import prepare

ROOT = Path(__file__).resolve().parents[1]


def collection() -> tuple[float, int]:
    """Milliseconds of processor time, and how many objects it looked at."""
    objects = len(gc.get_objects())
    begun = time.process_time()
    gc.collect()
    return 1e3 * (time.process_time() - begun), objects


def main() -> None:
    warnings.simplefilter("ignore")
    from streamlit.testing.v1 import AppTest

    for name, warm in WARM.items():
        prepare(name, "", warm).join()
    codes = np.random.default_rng(0).normal(size=(200, 10))
    for method in ("t-SNE", "UMAP"):
        embed(codes, method)
    for row in LESSONS:
        page = AppTest.from_file(str(ROOT / row.page), default_timeout=60)
        page.query_params[f"{row.stem}.view"] = "Train"
        page.run().button(key=f"{row.stem}.step").click().run()
    ms, objects = collection()
    print(f"settled      {ms:6.1f} ms, {objects:7,} objects   budget 20 ms")
    gc.unfreeze()
    ms, objects = collection()
    print(f"not settled  {ms:6.1f} ms, {objects:7,} objects")


if __name__ == "__main__":
    main()
