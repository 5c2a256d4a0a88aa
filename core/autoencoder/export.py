"""The experiment as a PyTorch script."""

from core.autoencoder.config import Config


def script(config: Config) -> str:
    return ""
