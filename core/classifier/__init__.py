"""A small convolutional network that reads digits: the judge of pictures that others have made."""

from core.classifier.config import Config
from core.classifier.read import Reading, read, reading, reference

__all__ = ["Config", "Reading", "read", "reading", "reference"]
