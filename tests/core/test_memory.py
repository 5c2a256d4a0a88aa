"""Memory is given back: of what is free, of a training that rests, of one that is gone."""

import subprocess
import sys

import pytest

from core import memory

pytestmark = pytest.mark.skipif(memory._trim() is None, reason="only glibc keeps what is free")

# much that is freed, and beside each piece a little that is not: glibc alone gives nothing back
HOLES = """
from core import memory
before = memory.resident()
many = [(bytearray(100_000), bytearray(100)) for _ in range(3000)]
little = [b for _, b in many]
full = memory.resident()
memory.give_back()  # also where less is taken than at the time before
del many
memory.give_back()
print(before, full, memory.resident())
"""


def test_what_is_free_is_given_back():
    out = subprocess.run([sys.executable, "-c", HOLES], capture_output=True, text=True, check=True)
    before, full, after = map(float, out.stdout.split())
    assert full > before + 250
    assert after < before + 20


@pytest.mark.parametrize("end", ["rest", "gone"])
def test_a_large_training_that_is_let_go_of_leaves_little(end):
    """Two parts of an update of the widest network, each visitor's in threads of their own."""
    code = f"""
import gc, threading
from core import diffusion_digits as family, memory
from core.run import Run

def in_a_thread(work):
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()

in_a_thread(lambda: Run(family, family.Config(width=8, batch=4)).nudge())
gc.collect()
memory.give_back()
before = memory.resident()
runs = [Run(family, family.Config(width=64, batch=512, seed=k)) for k in range(4)]
for run in runs:
    run.play()
    in_a_thread(lambda: [run.advance(seconds=0) for _ in range(2)])
during = memory.resident()
if {end!r} == "rest":
    for run in runs:
        run.rest()
else:
    del runs, run
    gc.collect()
print(before, during, memory.resident())
"""
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    before, during, after = map(float, out.stdout.split())
    assert during > before + 100
    assert after < before + 100
