"""What leaves the app: links that hold every setting, tables, pictures that need nothing else."""

import csv
import dataclasses
import io
import re
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urlsplit

import numpy as np
import plotly.graph_objects as go
import pytest

from core.config import from_strings
from core.gan_1d import Config
from core.gan_1d.scenes import SCENES
from ui import share


class Page:
    """The address of a page, as Streamlit knows it."""

    def __init__(self, url):
        self.url = url


@pytest.fixture(autouse=True)
def at(monkeypatch):
    def go_to(url):
        monkeypatch.setattr(share.st, "context", Page(url))

    go_to("http://localhost:8501/gan_1d")
    return go_to


CONFIGS = {
    **{name: scene.config for name, scene in SCENES.items()},
    "all text": Config("mixture", "0.3 N(-1e+1, 0.5) + 0.7 N(+2, 1)", "z*2 + 1"),
    "formula": Config("formula", formula="where(z < 0, -2, 2) + 0.1*z"),
    "small numbers": Config(lr_d=1e-7, lr_g=1 / 3, r1=0.1 + 0.2),
    "packs": Config(pac=4, batch=96, instance_noise=0.5, seed=999_999),
}


def test_a_link_may_hold_settings_of_the_page_itself():
    link = share.permalink("gan_1d", Config(seed=3), {"view": "The hole", "digit": 0, "x": None})
    assert dict(parse_qsl(urlsplit(link).query)) == {
        "gan_1d.seed": "3", "gan_1d.view": "The hole", "gan_1d.digit": "0",
    }  # fmt: skip


@pytest.mark.parametrize("name", CONFIGS)
def test_a_link_brings_back_every_setting(name):
    config = CONFIGS[name]
    query = parse_qsl(urlsplit(share.permalink("gan_1d", config)).query)
    assert all(key.startswith("gan_1d.") for key, _ in query)
    values = {key.removeprefix("gan_1d."): value for key, value in query}
    assert from_strings(Config, values) == (config, {})


def test_a_link_holds_only_what_differs():
    link = share.permalink("gan_1d", dataclasses.replace(Config(), lr_g=0.02))
    assert link == "http://localhost:8501/gan_1d?gan_1d.lr_g=0.02"


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("http://host/gan_1d", "http://host/gan_1d"),
        ("http://host/gan_1d/", "http://host/gan_1d"),
        ("http://host", "http://host/gan_1d"),
        ("http://host/app/", "http://host/app/gan_1d"),
        (None, "/gan_1d"),
    ],
)
def test_a_link_leads_to_the_lesson_wherever_the_app_lives(at, url, link):
    at(url)
    assert share.permalink("gan_1d", Config()) == link


def test_a_table_can_be_read_back():
    columns = {"x, in m": [1, 2.5], 'a "name"': ["b", "c\nd"], "z": np.array([0.1, 1e-300])}
    rows = list(csv.reader(io.StringIO(share.table(columns))))
    assert rows[0] == list(columns)
    assert rows[1:] == [["1", "b", "0.1"], ["2.5", "c\nd", "1e-300"]]


def test_a_table_of_unequal_columns_is_refused():
    with pytest.raises(ValueError, match="shorter"):
        share.table({"x": [1, 2], "y": [1]})


def test_a_table_without_rows_has_its_heading():
    assert share.table({"epoch": []}) == "epoch\n"


class Loaded(HTMLParser):
    """What a browser would fetch for a page, and the JavaScript that stands in it."""

    def __init__(self, html):
        super().__init__()
        self.fetched, self.script = [], ""
        self._in_script = False
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self._in_script = tag == "script"
        self.fetched += [(tag, value) for name, value in attrs if name in ("src", "href", "srcset")]

    def handle_endtag(self, tag):
        self._in_script = False

    def handle_data(self, data):
        if self._in_script:
            self.script += data


def test_an_animation_is_one_file_that_loads_nothing():
    figure = go.Figure({"y": [1, 2]})
    figure.frames = [go.Frame(data=[{"y": [k, 2]}], name=str(k)) for k in range(3)]
    html = share.animation(figure)
    page = Loaded(html)
    assert page.fetched == []
    assert not re.search(r"<script[^>]+\bsrc\s*=", html.split("<body>")[0])
    assert len(page.script) > 1_000_000  # plotly itself
    assert "addFrames" in html
    assert "Plotly.animate(" not in html.rsplit("Plotly.newPlot", 1)[1]  # waits for a click
