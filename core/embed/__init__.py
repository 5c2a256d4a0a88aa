"""Codes laid out in the plane, by PCA, t-SNE or UMAP; and how well clusters agree with classes."""

from core.embed.agreement import Purity, clusters, purity
from core.embed.layout import Layout, embed, start
from core.embed.methods import METHODS, Array, Method, Points, Progress, principal

__all__ = [
    "METHODS", "Array", "Layout", "Method", "Points", "Progress", "Purity", "clusters", "embed",
    "principal", "purity", "start",
]  # fmt: skip
