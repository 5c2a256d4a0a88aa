"""The named set-ups: the lecture's four experiments first, as the lecture has them."""

import dataclasses
import itertools

import pytest

from core.config import changes
from core.gan_1d import Config, begin
from core.gan_1d.scenes import SCENES

LECTURE = {
    "Shifted Gaussian": ("shifted", "softplus", "tanh"),
    "Long tail": ("long tail", "relu", "relu"),
    "Two modes": ("two modes", "relu", "relu"),
    "Far modes": ("far modes", "relu", "relu"),
}


def test_the_lectures_four_come_first():
    assert list(SCENES)[:4] == list(LECTURE)


@pytest.mark.parametrize("name", LECTURE)
def test_the_lectures_settings(name):
    c = SCENES[name].config
    assert (c.target, c.g_activation, c.d_activation) == LECTURE[name]
    assert (c.g_width, c.d_width, c.batch, c.epochs, c.d_steps) == (10, 20, 100, 3000, 20)
    assert (c.lr_d, c.lr_g, c.loss, c.optimizer) == (0.01, 0.01, "non-saturating", "sgd")
    assert c.fused


@pytest.mark.parametrize("name", SCENES)
def test_every_scene_is_possible_and_begins(name):
    config = SCENES[name].config
    assert dataclasses.replace(config) == config  # its values pass the checks once more
    assert begin(config).number == 0


def test_no_two_scenes_are_alike():
    assert all(changes(a.config, b.config) for a, b in itertools.combinations(SCENES.values(), 2))


@pytest.mark.parametrize("name", SCENES)
def test_every_scene_says_what_to_notice_in_at_most_two_or_three_sentences(name):
    notice = SCENES[name].notice
    assert notice.endswith(".")
    assert len(notice) <= 160


def test_the_first_scene_is_what_a_visitor_without_a_link_gets():
    assert next(iter(SCENES.values())).config == Config()
