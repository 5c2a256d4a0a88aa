"""Pictures: the app's own sets, drawings and uploads, all in the shape of MNIST but the faces."""

from core.data.images.base import PARTS, BadInput, Images, Unavailable
from core.data.images.sets import NAMES, load
from core.data.images.shape import centred, rasterize
from core.data.images.unpack import TOO_LARGE, TOTAL_BYTES
from core.data.images.uploads import picture, upload

__all__ = [
    "NAMES",
    "PARTS",
    "TOO_LARGE",
    "TOTAL_BYTES",
    "BadInput",
    "Images",
    "Unavailable",
    "centred",
    "load",
    "picture",
    "rasterize",
    "upload",
]
