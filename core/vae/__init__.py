"""The variational autoencoder of the lecture: dense and convolutional, in up to ten dimensions."""

from core.vae.config import Config
from core.vae.latent import decode, encode
from core.vae.train import begin, build, resume, sample, total, train

__all__ = ["Config", "begin", "build", "decode", "encode", "resume", "sample", "total", "train"]
