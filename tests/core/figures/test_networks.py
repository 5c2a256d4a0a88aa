"""Networks as a graph: boxes, shapes, parameter counts, and nothing that Graphviz stumbles over."""

import re

from core.figures.networks import graph
from core.figures.theme import LIGHT
from core.layers import Conv, Dense, Reshape, table

CHAINS = {
    "first": table((Reshape((1, 28, 28)), Conv(1, 16)), (784,)),
    "second": table((Dense(16, 3, "sigmoid"),), (16,)),
}
DOT = graph(CHAINS, [("x", "first", ""), ("first", "second", "h")],
            {"first": "#009E73", "second": "#D55E00"}, LIGHT)  # fmt: skip


def test_every_layer_has_its_shape_and_its_parameters():
    for words in ("Conv, relu", "16 × 28 × 28", ">160<", "Dense, sigmoid", ">51<", "1 × 28 × 28"):
        assert words in DOT


def test_networks_have_frames_of_their_colours_and_edges_between_them():
    assert re.search(r'"first" \[label=<.*COLOR="#009E73"', DOT)
    assert '"first" -> "second" [label="h"];' in DOT
    assert '"x" -> "first"' in DOT


def test_brackets_and_tags_are_balanced():
    assert DOT.count("{") == DOT.count("}") == 1
    for tag in ("TABLE", "TR", "TD", "B"):
        assert len(re.findall(rf"<{tag}[ >]", DOT)) == len(re.findall(rf"</{tag}>", DOT))
