"""Networks as a graph for Graphviz: a box for each layer, with its output shape and parameters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from core.figures.theme import Theme
from core.layers import Row


def graph(
    chains: Mapping[str, Sequence[Row]], edges: Iterable[tuple[str, str, str]],
    colours: Mapping[str, str], theme: Theme,
) -> str:  # fmt: skip
    """The graph in DOT, from left to right.

    chains : name of a network -> its layers, drawn as one box. edges : from, to, and what flows;
    ends that are no network are drawn as plain words. colours : of the frame of each network.
    """
    lines = [
        "digraph {", "rankdir=LR; bgcolor=transparent; nodesep=0.35; ranksep=0.35;",
        f'node [shape=plain fontname="IBM Plex Sans" fontsize=13 fontcolor="{theme.ink}"];',
        f'edge [fontname="IBM Plex Sans" fontsize=12 fontcolor="{theme.ink}" '
        f'color="{theme.theory}" arrowsize=0.7];',
    ]  # fmt: skip
    for name, rows in chains.items():
        total = sum(row.parameters for row in rows)
        cells = "".join(
            f"<TR><TD ALIGN='LEFT'>{row.name}</TD><TD ALIGN='RIGHT'>{_shape(row.shape)}</TD>"
            f"<TD ALIGN='RIGHT'>{format(row.parameters, ',') if row.parameters else ' '}</TD></TR>"
            for row in rows
        )
        lines.append(
            f'"{name}" [label=<<TABLE BORDER="2" CELLBORDER="0" CELLSPACING="4" '
            f'COLOR="{colours[name]}"><TR><TD ALIGN="LEFT"><B>{name}</B></TD><TD></TD>'
            f'<TD ALIGN="RIGHT"><B>{total:,}</B></TD></TR>'
            f"{cells}</TABLE>>];"
        )
    for start, end, what in edges:
        lines.append(f'"{start}" -> "{end}" [label="{what}"];')
    return "\n".join([*lines, "}"])


def _shape(shape: tuple[int, ...]) -> str:
    return " × ".join(map(str, shape))
