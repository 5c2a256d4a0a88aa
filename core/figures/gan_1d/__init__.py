"""The picture of the 1-D GAN."""

from core.figures.gan_1d.figure import figure, spec
from core.figures.gan_1d.moment import Losses, Moment, Style, moments

__all__ = ["Losses", "Moment", "Style", "figure", "moments", "spec"]
