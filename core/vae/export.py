"""The experiment as a PyTorch script."""

from core.vae.config import Config


def script(config: Config) -> str:
    return ""
