"""Diffusion on pictures: digits of a label that one asks for, and faces."""

from core.diffusion_digits.config import Config
from core.diffusion_digits.train import begin, build, resume, sample, total, train

__all__ = ["Config", "begin", "build", "resume", "sample", "total", "train"]
