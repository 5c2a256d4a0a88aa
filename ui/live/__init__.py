"""Components that live in the browser: what must follow a finger cannot wait for the server.

Their JavaScript and CSS are in ``assets/``. Each is one function that takes a key and returns a
value; without a browser (``AppTest``) it draws nothing and returns "nothing has happened".
"""

from ui.live.clicks import hasty_clicks
from ui.live.decoder import live_decoder
from ui.live.digits import digit_pad, read_strokes
from ui.live.drawing import draw_pad, is_drawing
from ui.live.figure import LiveFigure
from ui.live.film import Mix, Reel, live_film
from ui.live.keys import arrow_keys, held_keys
from ui.live.map import Plane, latent_map
from ui.live.paint import paint_pad, read_painted
from ui.live.particles import live_particles
from ui.live.play import play_button
from ui.live.viewport import narrow_screen

__all__ = [
    "LiveFigure", "Mix", "Plane", "Reel", "arrow_keys", "digit_pad", "draw_pad", "hasty_clicks",
    "held_keys", "is_drawing", "latent_map", "live_decoder", "live_film", "live_particles",
    "narrow_screen", "paint_pad", "play_button", "read_painted", "read_strokes",
]  # fmt: skip
