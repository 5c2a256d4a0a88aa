"""Installs the CPU build of torch, before requirements.txt, on Linux: `python install_torch.py`.

There, pip's default build brings several GB of CUDA libraries, which nothing here uses; elsewhere
the default is a CPU build, and nothing is done. The environment variable TORCH_INDEX names another
index, or a folder of wheels; an empty one asks for the default build.

Only torch comes from that place, and for torch only that place is asked (`--no-index`): what torch
needs is on the usual index, and a name cannot be taken from the wrong one of the two. A CPU build
is called 2.13.0+cpu, which `torch==2.13.0` accepts; so pip leaves it alone afterwards.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

CPU_BUILDS = "https://download.pytorch.org/whl/cpu"
PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input"]
PLAIN_WAY = "taking pip's default build, which on Linux brings several GB"


def main() -> int:
    """Exit status: 0 also where requirements.txt is left to bring pip's default build."""
    if sys.platform != "linux":
        return 0
    torch = pinned()
    # Already there, or in a folder that pip is configured to look into: nobody is asked.
    if install(torch, "--retries=0", "--timeout=5", stderr=subprocess.DEVNULL):
        return 0
    index = os.environ.get("TORCH_INDEX", CPU_BUILDS)
    shown = re.sub(r"//[^/@]*@", "//", index)  # without the password that an address may hold
    if not index:
        print(f"TORCH_INDEX is empty: {PLAIN_WAY}.", flush=True)
        return 0
    print(f"Fetching the CPU build of PyTorch from {shown} ...", flush=True)
    links = f"--find-links={place(index)}"
    # Asked first, within a limit: the download itself may take as long as it needs.
    if not offers(links, torch, float(os.environ.get("TORCH_INDEX_SECONDS", "12"))):
        print(f"{shown} could not be reached or has no {torch} for this Python; {PLAIN_WAY}.")
        return 0
    if not install(torch, links):
        # Not the plain way: several GB over a connection that has just broken off.
        again = "`make run` tries again, `make run TORCH_INDEX=` takes pip's default build"
        print(f"The CPU build of PyTorch could not be installed: {again}.", file=sys.stderr)
        return 1
    return 0


def pinned() -> str:
    """`torch==2.13.0`, as requirements.txt says it."""
    text = Path(__file__).with_name("requirements.txt").read_text(encoding="utf-8")
    found = re.search(r"^torch==[\w.]+", text, re.MULTILINE)
    if not found:
        raise ValueError("requirements.txt has no line torch==VERSION")
    return found[0]


def place(index: str) -> str:
    """Where the links to wheels of torch are: a folder of wheels, or torch's page in an index."""
    if "://" in index and not index.startswith("file:"):
        return f"{index.rstrip('/')}/torch/"
    path = url2pathname(urlsplit(index).path) if index.startswith("file:") else index
    folder = Path(path).expanduser().absolute()
    return str(folder / "torch" if (folder / "torch").is_dir() else folder)


def offers(links: str, torch: str, seconds: float) -> bool:
    """Whether the place answers within so many seconds that it has this version for this Python.

    pip has a limit for each packet only; looking up a name or an answer by drops escapes that.
    """
    asked = [*PIP, "index", "versions", "--no-index", links, "--retries=0", "torch"]
    # A person's own PIP_QUIET would hide the answer.
    loud = {**os.environ, "PIP_QUIET": "0"}
    try:
        answer = subprocess.run(asked, capture_output=True, text=True, timeout=seconds, env=loud)
    except subprocess.TimeoutExpired:
        return False
    _, _, listed = answer.stdout.partition("Available versions: ")
    versions = [version.partition("+")[0] for version in re.split(r"[,\s]+", listed)]
    return torch.removeprefix("torch==") in versions


def install(torch: str, *options: str, stderr: int | None = None) -> bool:
    """Whether pip has installed torch, or found it installed, without asking its usual index."""
    asked = [*PIP, "install", "--quiet", "--no-index", "--no-deps", *options, torch]
    return subprocess.run(asked, stderr=stderr).returncode == 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
