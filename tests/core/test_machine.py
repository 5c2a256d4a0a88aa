"""Cores, turns at them, threads, and what a full collection costs."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from core.machine import Slots, cores

ROOT = Path(__file__).resolve().parents[2]


def python(source: str) -> list[str]:
    """The words that a fresh interpreter prints."""
    command = [sys.executable, "-c", source]
    out = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return out.split()


def until(true: Callable[[], object]) -> None:
    """Wait for another thread."""
    end = time.monotonic() + 60
    while not true():
        assert time.monotonic() < end


@pytest.fixture
def cgroup(tmp_path):
    """Writes a control group's files, `cgroup({"cpu.max": "max 100000"})`; returns its folder."""

    def write(files: dict[str, str]) -> Path:
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return tmp_path

    return write


def v1(quota: int) -> dict[str, str]:
    return {"cpu/cpu.cfs_quota_us": f"{quota}\n", "cpu/cpu.cfs_period_us": "100000\n"}


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="needs Linux' affinity")
def test_a_process_bound_to_one_core_has_one_slot():
    core = min(os.sched_getaffinity(0))
    bound = (
        f"import os; os.sched_setaffinity(0, {{{core}}}); from core.machine import cores, SLOTS; "
    )
    assert python(bound + "print(cores(), SLOTS._free)") == ["1", "1"]


@pytest.mark.parametrize(
    ("files", "most"),
    [
        ({}, None),
        ({"cpu.max": "max 100000\n"}, None),
        ({"cpu.max": "100000 100000\n"}, 1),
        ({"cpu.max": "150000 100000\n"}, 1),
        ({"cpu.max": "20000 100000\n"}, 1),
        ({"cpu.max": "6400000 100000\n"}, 64),
        (v1(-1), None),
        (v1(100_000), 1),
        ({"cpu.max": "nonsense"}, None),
    ],
)
def test_a_containers_share_bounds_the_cores(cgroup, files, most):
    nowhere = cgroup({}) / "none"
    every = cores(nowhere, nowhere)
    assert cores(cgroup(files), nowhere) == (every if most is None else min(every, most))


def test_the_share_of_every_group_on_the_way_counts(cgroup, tmp_path):
    own = tmp_path / "own"
    own.write_text("0::/a/b\n")
    files = {"a/cpu.max": "100000 100000\n", "a/b/cpu.max": "6400000 100000\n", "cpu.max": "max 1"}
    assert cores(cgroup(files), own) == 1  # a service's, of which the process is a part


def test_who_waits_comes_before_who_has_just_had_a_turn():
    slots, order = Slots(1), []

    def visit() -> None:
        with slots:
            order.append("visitor")

    with slots:
        visitor = threading.Thread(target=visit)
        visitor.start()
        until(lambda: slots._queue)
    with slots:
        order.append("greedy")
    visitor.join()
    assert order == ["visitor", "greedy"]


def test_turns_are_taken_in_the_order_in_which_they_were_asked_for():
    slots, order, threads = Slots(1), [], []

    def visit(name: int) -> None:
        with slots:
            order.append(name)

    with slots:
        for name in range(20):
            threads.append(threading.Thread(target=visit, args=(name,)))
            threads[-1].start()
            until(lambda name=name: len(slots._queue) > name)
    for thread in threads:
        thread.join()
    assert order == list(range(20))


def test_no_more_than_the_slots_compute_at_once_and_an_error_gives_its_slot_back():
    slots, inside, most = Slots(2), [], []

    def visit() -> None:
        for _ in range(200):
            try:
                with slots:
                    inside.append(1)
                    most.append(len(inside))
                    inside.pop()
                    raise ArithmeticError
            except ArithmeticError:
                pass

    threads = [threading.Thread(target=visit) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert max(most) <= 2
    assert slots._free == 2
    assert not slots._queue


def test_torch_keeps_to_one_core_in_every_thread_that_takes_a_slot():
    # each script run is a new thread; without it a second training took 1.9 cores, and no less time
    threads = python(
        "import os; os.environ['OMP_NUM_THREADS'] = '4'\n"
        "import threading\n"
        "from threadpoolctl import threadpool_info\n"
        "from core import machine, networks\n"
        "def tell():\n"
        "    with machine.SLOTS: pass\n"
        "    pools = [pool for pool in threadpool_info() if pool['user_api'] == 'openmp']\n"
        "    print(max(pool['num_threads'] for pool in pools))\n"
        "for _ in range(2):\n"
        "    thread = threading.Thread(target=tell); thread.start(); thread.join()"
    )
    assert threads == ["1", "1"]


def test_a_full_collection_is_cheap_once_every_library_is_loaded():
    # 180 ms without `settle`; UMAP, which compiles for 20 s, is in `bench.collector`
    (taken,) = python(
        "import gc, time, warnings\n"
        "warnings.simplefilter('ignore')\n"
        "import numpy as np\n"
        "from core.embed import embed\n"
        "from core.warm import WARM\n"
        "from ui.player import prepare\n"
        "from streamlit.testing.v1 import AppTest\n"
        "prepare('the kernel', '', WARM['1-D GAN kernel']).join()\n"
        "codes = np.random.default_rng(0).normal(size=(60, 4))\n"
        "embed(codes, 't-SNE')\n"
        "at = AppTest.from_file('pages/vae.py', default_timeout=60)\n"
        "at.query_params['vae.view'] = 'Train'\n"
        "at.run().button(key='vae.step').click().run()\n"
        "assert at.session_state['vae.player'].run.step.number == 1\n"
        "begun = time.process_time(); gc.collect()\n"
        "print(time.process_time() - begun)"
    )
    assert float(taken) < 0.06
