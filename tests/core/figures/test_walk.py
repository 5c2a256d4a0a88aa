"""Walks through a latent space: sheets and films, tested on their pixels."""

import numpy as np
from numpy.testing import assert_array_equal

from core.figures.images import sheet
from core.figures.theme import DARK, LIGHT
from core.figures.walk import film, grid, there_and_back
from tests.pictures import decoded, rgba

IMAGES = np.random.default_rng(0).integers(0, 256, (6, 28, 28), np.uint8)


def test_a_grid_holds_every_picture_row_by_row():
    whole = sheet(IMAGES, 3)
    shown = decoded(grid(IMAGES, 3, LIGHT).layout.images[0].source)
    zoom = shown.shape[0] // whole.shape[0]
    assert_array_equal(shown[::zoom, ::zoom], whole)


def test_colours_follow_meaning_and_theme():
    pixels = rgba(grid(IMAGES, 3, DARK, meaning="real").layout.images[0].source)
    drawn = pixels[pixels[..., 3] > 0]
    assert_array_equal(np.unique(drawn[:, :3], axis=0), [[0x4A, 0xA8, 0xDE]])


def test_a_film_has_a_frame_for_each_picture_and_begins_with_the_first():
    fig = film(IMAGES, LIGHT)
    assert [frame.name for frame in fig.frames] == ["1", "2", "3", "4", "5", "6"]
    for frame, image in zip(fig.frames, IMAGES, strict=True):
        assert_array_equal(decoded(frame.data[0].source), image)
    assert fig.data[0].source == fig.frames[0].data[0].source
    assert fig.layout.sliders[0].active == 0
    assert fig.layout.sliders[0].steps[2].label == "3"


def test_there_and_back_goes_round_without_a_jump():
    round_trip = there_and_back(IMAGES)
    assert_array_equal(round_trip, IMAGES[[0, 1, 2, 3, 4, 5, 4, 3, 2, 1]])
