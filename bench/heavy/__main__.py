"""The longest stretch of work at the largest settings that each form allows.

    python -m bench.heavy [WORD ...]    only the lines that hold one of these words

A stretch is what Pause, or another visitor who waits for a slot, has to wait for: of a training,
from one look at the clock to the next. Each line runs in a process of its own. "first" loads what
the others need, a small training included, and is not judged. "longest" is by the clock, "worked"
by the processor: it stays the same on a busy machine. "all" are the processor's seconds of all
stretches together. MB: what they take beyond what the process took before. "held" is the longest
time for which another thread that wants the interpreter each 5 ms did not get it.

Memory is read from /proc: on Linux only.

Data sets other than the digits need DGM_DATA_DIR. Exit status 1 where a stretch is over the budget.
"""

from __future__ import annotations

import json
import subprocess
import sys

from bench.heavy.measure import measure
from bench.heavy.others import OTHERS
from bench.heavy.trainings import TRAININGS

SECONDS, MEGABYTES = 2.0, 500.0
JOBS = {**TRAININGS, **OTHERS}


def main() -> int:
    if sys.argv[1:2] == ["--one"]:
        print(json.dumps(measure(JOBS[sys.argv[2]]())))
        return 0
    heads = ("first s", "longest", "worked", "all s", "parts", "MB", "held s")
    print(f"{'':34}" + "".join(f"{head:>9}" for head in heads))
    good = True
    for name in (j for j in JOBS if not sys.argv[1:] or any(w in j for w in sys.argv[1:])):
        command = [sys.executable, "-m", "bench.heavy", "--one", name]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            print(f"{name:34} {done.stderr.strip().splitlines()[-1]}")
            good = False
            continue
        m = json.loads(done.stdout)
        fits = min(m["longest"], m["worked"]) <= SECONDS and m["peak"] <= MEGABYTES
        good = good and fits
        print(
            f"{name:34}{m['first']:9.2f}{m['longest']:9.2f}{m['worked']:9.2f}{m['all']:9.2f}"
            f"{m['stretches']:9}{m['peak']:9.0f}{m['held']:9.2f}{'' if fits else '  OVER'}",
            flush=True,
        )  # fmt: skip
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
