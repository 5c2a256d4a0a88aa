"""Every text that a visitor can send is read, or refused in a sentence, in time that is bounded."""

import json

import numpy as np
import pytest

from bench.parsers import BUDGET, PARSERS, slowest
from ui.live import read_painted, read_strokes
from ui.live.map import read_code
from ui.live.play import read_stop

SLACK = 100  # over the bench's budget: this is no stopwatch, but 13 s were seen for 280 characters


@pytest.mark.parametrize("name", PARSERS)
def test_a_hostile_text_costs_nobody_more_than_a_moment(name):
    spent, text = slowest(PARSERS[name])
    assert spent < SLACK * BUDGET, text


DEEP = json.loads("[" * 500 + "]" * 500)
VALUES = [None, True, "a" * 10_000, 10**400, -(10**400), np.nan, np.inf, {}, [], [[]], DEEP]


@pytest.mark.parametrize("value", VALUES, ids=lambda value: repr(value)[:20])
def test_what_no_component_would_send_is_nothing_or_within_its_range(value):
    for sent in (value, [value], [[value]], [[value, value]], [[[value, value]]]):
        assert read_strokes(sent) in (None, [])
        assert read_painted(sent) in (None, [])
        assert read_painted([{"points": sent, "ink": value}]) is None
        assert read_stop(sent) is None
        assert read_code(sent, 1, (-3, 3), 0.1) in (None, [-3.0], [3.0])
