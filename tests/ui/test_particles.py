"""Live particles: what of them needs no browser."""

from __future__ import annotations

import dataclasses
import json
from base64 import b64decode

import numpy as np
import pytest
from numpy.testing import assert_allclose
from streamlit.testing.v1 import AppTest

from core.figures.diffusion.cloud import Cloud
from core.figures.theme import LIGHT
from ui.live import live_particles

CLOUD = Cloud(
    (3, 1, 0), np.array([[[0.5, -2.0]], [[1.0, 0.0]], [[2.0, 1.0]]], np.float32),
    np.zeros((3, 4, 4), np.uint8), 2.3, ("#000001", "#000002", "#000003"),
    ("#000004", "#000005", "#000006"), 1,
)  # fmt: skip


def script() -> None:
    import streamlit as st

    from core.figures.theme import LIGHT
    from tests.ui.test_particles import CLOUD
    from ui.live import live_particles

    st.slider("t", 0, 3, key="tiny.t")
    live_particles("tiny.live", "tiny.t", CLOUD, LIGHT, trail="#123456", marks=[1, 3], waits=[2])


def test_places_go_to_the_browser_as_whole_numbers_of_a_scale(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sent: list[dict[str, object]] = []
    monkeypatch.setattr("ui.live.particles._live_particles", lambda key, data: sent.append(data))
    live_particles("p", "t", CLOUD, LIGHT, trail="#123456", marks=[1, 3], waits=[2])
    (data,) = sent
    json.dumps(data)
    x = np.frombuffer(b64decode(str(data["x"])), "<i2").reshape(3, 1, 2)
    assert_allclose(x * float(str(data["scale"])), CLOUD.x, atol=1e-4)
    assert (data["n"], data["d"], data["side"]) == (1, 2, 4)
    assert data["marks"] == ["", "3"]
    assert "t" not in data  # what does not change is not sent again


def test_a_cloud_that_does_not_fit_is_refused() -> None:
    for bad in (
        dataclasses.replace(CLOUD, times=(3, 1)), dataclasses.replace(CLOUD, colours=()),
        dataclasses.replace(CLOUD, times=(3,), x=CLOUD.x[:1], colours=("#000001",)),
    ):  # fmt: skip
        with pytest.raises(ValueError, match="particles"):
            live_particles("p", "t", bad, LIGHT, trail="#123456")


def test_without_a_browser_there_is_nothing_to_see() -> None:
    at = AppTest.from_function(script).run()
    assert not at.exception
