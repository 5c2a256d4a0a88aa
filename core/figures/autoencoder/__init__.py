"""Pictures of the lesson on autoencoders: the bench, and the two latent planes."""

from core.figures.autoencoder.bench import bench
from core.figures.autoencoder.plane import plane

__all__ = ["bench", "plane"]
