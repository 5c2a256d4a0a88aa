"""The plain way at the limits as they are shipped: where no address that is asked ever answers."""

import socket
import sys
import time

import pytest

from tests.test_install_torch import assert_plain_way, environment, project

__all__ = ["environment", "project"]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere pip's default build is a CPU build")
def test_one_sentence_within_twenty_seconds(project):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        begun = time.monotonic()
        done = project.script(TORCH_INDEX=address, PIP_FIND_LINKS=address, TORCH_INDEX_SECONDS=None)
        assert time.monotonic() - begun < 20
    assert_plain_way(done)
