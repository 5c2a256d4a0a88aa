"""Exported scripts, run as somebody would run them, and the losses that they should print."""

import subprocess
import sys

import numpy as np

from core.export import pictures
from core.run import Run

# Runs scripts one after the other in one interpreter: most of the time is the import of torch.
DRIVER = """
import runpy, sys
for path in sys.argv[1:]:
    sys.argv = [path]
    runpy.run_path(path, run_name="__main__")
    print("end")
"""


def run(scripts, folder):
    """What each script prints, name -> lines; the app's own digits lie beside them."""
    (folder / "digits.npz").write_bytes(pictures())
    for name, text in scripts.items():
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    command = [sys.executable, "-W", "error", "-c", DRIVER, *(f"{name}.py" for name in scripts)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert (done.stderr, done.returncode) == ("", 0)
    parts = done.stdout.split("end\n")[:-1]
    return {name: part.splitlines() for name, part in zip(scripts, parts, strict=True)}


def numbers(lines):
    """The names in the first line, and the numbers below them: (epochs, names)."""
    return lines[0].split(), np.array([line.split() for line in lines[1:]], float)


def trained(family, config, names):
    """What the app records, by epoch: means over updates of `names`, then the validation's."""
    training = Run(family, config)
    training.play()
    training.advance()
    per_epoch = family.total(config) // config.epochs
    rows = [np.reshape(training.losses[name], (-1, per_epoch)).mean(axis=1) for name in names]
    rows += [training.losses[f"val_{name}"][per_epoch - 1 :: per_epoch] for name in names]
    return np.transpose(rows)
