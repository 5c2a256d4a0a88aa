"""The lecture's 1-D GAN: x = G(z), z ~ N(0, 1), against a known density."""

from core.gan_1d.config import Config
from core.gan_1d.train import begin, build, resume, sample, total, train

__all__ = ["Config", "begin", "build", "resume", "sample", "total", "train"]
