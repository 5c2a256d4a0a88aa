"""The shipped models in use."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from core import weights
from core.diffusion_digits import sample
from core.diffusion_digits.trained import NAMES, trained
from core.networks import arrays


@pytest.mark.parametrize("name", NAMES)
def test_a_model_is_built_once_and_is_only_to_be_looked_into(name):
    t = trained(name)
    assert trained(name) is t
    assert not t.model.training
    assert not any(p.requires_grad for p in t.model.parameters())
    for a, b in zip(arrays(t.model), t.checkpoint.parts["unet"], strict=True):
        assert_array_equal(a, b)
    path = weights.FOLDER / f"{name}.safetensors"
    assert path.stat().st_size < 4e6


@pytest.mark.parametrize("name", NAMES)
def test_its_pictures_are_of_its_kind(name):
    t = trained(name)
    labels = [3, 8] if t.config.classes else None
    drawn = sample(t.config, t.model, 2, np.random.default_rng(0), labels, steps=5)
    assert drawn.shape == (2, t.config.side, t.config.side)
    assert drawn.std() > 30


def test_a_missing_file_is_one_sentence(monkeypatch, tmp_path):
    monkeypatch.setattr(weights, "FOLDER", tmp_path)
    trained.cache_clear()
    weights.shipped.cache_clear()
    try:
        with pytest.raises(weights.BadWeights, match="There is no weights file diffusion_faces"):
            trained("diffusion_faces")
    finally:
        trained.cache_clear()
        weights.shipped.cache_clear()
