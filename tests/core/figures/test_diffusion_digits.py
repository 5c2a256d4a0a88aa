"""The figures of the lesson, tested on their data."""

import io
from base64 import b64decode

import numpy as np
from numpy.testing import assert_allclose, assert_array_equal
from PIL import Image

from core.diffusion.process import from_x_0
from core.diffusion.schedule import schedule
from core.diffusion_digits.path import Settings, jumps, noise, record
from core.figures.diffusion_digits import course, file, film, opacity, stations
from core.figures.images import png
from core.figures.theme import DARK, LIGHT

S = schedule("cosine", 100)
X_0 = np.linspace(-1, 1, 784, dtype=np.float32).reshape(28, 28)
EPS = np.random.default_rng(0).standard_normal((28, 28), dtype=np.float32)


def numbers(values):
    """What `typed` has written as bytes."""
    return np.frombuffer(b64decode(values["bdata"]), "f4")


def test_opacity_is_the_share_of_ink():
    assert_allclose(opacity(np.array([-3, -1, 0, 1, 2.0])), [0, 0, 0.5, 1, 1])


def test_stations_hold_both_ends():
    assert stations(25, 10)[0] == 0
    assert stations(25, 10)[-1] == 25
    assert len(stations(25, 10)) == 10
    assert stations(3, 10) == [0, 1, 2, 3]


def test_the_course_shows_the_schedule_and_where_we_are():
    fig = course(S, X_0, EPS, 40, LIGHT)
    digit, rest, log_snr = (numbers(trace.y) for trace in fig.data)
    assert_allclose(digit**2 + rest**2, 1, atol=1e-6)
    assert_allclose(digit, np.sqrt(S.alpha_bar), atol=1e-6)
    assert_allclose(log_snr, S.log_snr, rtol=1e-5)
    assert fig.layout.shapes[0].x0 == fig.layout.shapes[0].x1 == 40
    assert len(fig.layout.images) == 9
    assert fig.data[0].line.color == LIGHT.real
    assert fig.data[1].line.color == LIGHT.latent


def test_the_film_plays_the_whole_path():
    now = Settings(steps=7)
    path = record(jumps(lambda x, t: from_x_0(x, 0 * x, t, S), noise(now, 1), S, now))
    fig = film(path, DARK)
    assert [frame.name for frame in fig.frames] == [str(k) for k in range(8)]
    assert len(fig.layout.images) == 3
    first, last = fig.frames[0].layout.images, fig.frames[-1].layout.images
    assert first[0].source == fig.layout.images[0].source
    assert last[0].source == png(opacity(path.x[-1]), DARK.latent, 8)


def test_the_file_is_a_sheet_four_times_as_large():
    data = file(np.stack([X_0, -X_0]), 2, LIGHT.generated)
    image = Image.open(io.BytesIO(data)).convert("RGBA")
    assert image.size == (4 * 58, 4 * 28)
    alpha = np.asarray(image)[::4, ::4, 3]
    assert_array_equal(alpha[:, :28], np.rint(255 * opacity(X_0)))
