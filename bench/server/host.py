"""A real Streamlit server in a process of its own, on a free port of this computer."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from core.memory import forget_peak, resident

ROOT = Path(__file__).resolve().parents[2]
APP = ROOT / "app.py"
LIMIT = 60.0  # seconds until a server must have said its address


@dataclass
class Host:
    """A server that listens. said : the lines it has written, to be read when something fails."""

    process: subprocess.Popen[str]
    port: int
    said: list[str]

    @property
    def address(self) -> str:
        """As a browser is told it."""
        return f"http://127.0.0.1:{self.port}"

    def memory(self, kind: str = "VmRSS") -> float:
        """Megabytes in memory; with "VmHWM" the most since `forget_peak`. Linux only."""
        return resident(kind, self.process.pid)

    def forget_peak(self) -> None:
        """Let the most memory begin anew. Linux only."""
        forget_peak(self.process.pid)

    def worked(self) -> float:
        """Seconds of processor time so far: steadier than any wait on a busy computer. Linux only.

        The system counts in hundredths of a second.
        """
        after = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(after[11]) + int(after[12])) / os.sysconf("SC_CLK_TCK")

    def rest(self) -> None:
        """Wait until it does nothing: what a first visit sets to work goes on behind the page."""
        before = -1.0
        while self.worked() - before > 0.02:
            before = self.worked()
            time.sleep(0.5)


@contextmanager
def serve(*options: str, app: Path = APP) -> Iterator[Host]:
    """Run an app until the block ends, this project's with its config as shipped.

    options : more of Streamlit's, such as "--runner.postScriptGC=true". Raises RuntimeError with
    what the server said if it does not start.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    fixed = ("--server.address=127.0.0.1", f"--server.port={port}", "--server.headless=true")
    process = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", str(app), *fixed, *options],
        cwd=ROOT, env={**os.environ, "PYTHONUNBUFFERED": "1"}, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    said: list[str] = []
    ready = threading.Event()

    def read() -> None:  # to the end, or a talkative app blocks on a full pipe
        assert process.stdout is not None
        with process.stdout as lines:
            for line in lines:
                said.append(line)
                if "URL:" in line:
                    ready.set()
        ready.set()

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    try:
        ready.wait(LIMIT)
        if not any("URL:" in line for line in said):
            raise RuntimeError(f"The server for {app.name} did not start:\n{''.join(said)}")
        yield Host(process, port, said)
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:  # a run that holds the interpreter hears no signal
            process.kill()
            process.wait()
        reader.join()
