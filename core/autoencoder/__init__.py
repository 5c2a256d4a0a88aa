"""Autoencoders: plain, convolutional, denoising and masked, on pictures of 28x28."""

from core.autoencoder.bench import decode, encode
from core.autoencoder.config import Config
from core.autoencoder.train import begin, build, resume, sample, total, train

__all__ = ["Config", "begin", "build", "decode", "encode", "resume", "sample", "total", "train"]
