"""Diffusion on densities of one and two dimensions: schedules, processes, denoisers, samplers."""

from core.diffusion.config import Config
from core.diffusion.train import begin, build, resume, sample, total, train

__all__ = ["Config", "begin", "build", "resume", "sample", "total", "train"]
