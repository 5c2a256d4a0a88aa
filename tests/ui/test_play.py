"""The play button: what the browser may say."""

import pytest

from ui.live.play import read_stop


@pytest.mark.parametrize(("sent", "value"), [(0, 0), (25, 25), (25.0, 25)])
def test_a_whole_number_is_taken(sent, value):
    assert read_stop(sent) == value


@pytest.mark.parametrize("sent", [None, "3", True, -1, float("nan"), float("inf"), 1e9, [3], {}])
def test_anything_else_is_not(sent):
    assert read_stop(sent) is None
