"""A decoder of random weights with its sliders and a map, and what Python knows of them.

`?network=`: the textbook's dense decoder of ten numbers; the lecture's convolutional one; `plane`,
a dense one of two numbers, whose map is the plane itself; `bare`, that one without sliders.
"""

from pathlib import Path

import numpy as np
import streamlit as st

from core.figures.images import digit
from core.figures.theme import DARK, LIGHT
from core.layers import Array, Conv, Dense, Layers, Reshape, Up, first, forward
from core.portable import portable, rounded
from ui.live import Plane, latent_map, live_decoder

CSS = Path(__file__).parents[2] / "assets" / "app.css"
DENSE = (Dense(10, 512), Dense(512, 784, "sigmoid"))
PLANE = (Dense(2, 32), Dense(32, 784, "sigmoid"))
CONVOLUTIONAL = (
    Dense(10, 128), Reshape((8, 4, 4)), Conv(8, 8), Up(), Conv(8, 8), Up(),
    Conv(8, 16, padding=0), Up(), Conv(16, 1, "sigmoid"), Reshape((784,)),
)  # fmt: skip
NETWORKS: dict[str, Layers] = {
    "dense": DENSE, "convolutional": CONVOLUTIONAL, "plane": PLANE, "bare": PLANE,
}  # fmt: skip
HUES = "#0072B2 #D55E00 #009E73 #CC79A7 #E69F00 #56B4E9 #8A6D00 #7A5FD3 #6A7085 #B3261E".split()


def weights_of(layers: Layers) -> list[Array]:
    """Larger than a training begins with: a picture shall have both paper and ink in it."""
    rng = np.random.default_rng(0)
    weights = first(layers, rng)
    return rounded([3 * w + (w.ndim == 1) * rng.normal(0, 1, w.shape) for w in weights])


def main() -> None:
    theme = DARK if st.context.theme.type == "dark" else LIGHT
    st.set_page_config(layout="wide")
    st.html(f"<style>{CSS.read_text(encoding='utf-8')}</style>")
    st.session_state["runs"] = st.session_state.get("runs", 0) + 1
    name = st.radio("Network", list(NETWORKS), key="network", horizontal=True, bind="query-params")
    refuse = st.checkbox("Refuse", key="refuse")
    if st.checkbox("Hide", key="hide"):
        return
    layers = NETWORKS[name]
    rng = np.random.default_rng(0)
    weights = weights_of(layers)
    d = layers[0].inputs
    keys = [f"vae.z{k}" for k in range(d)]
    left, middle, right = st.columns([1, 1, 1.2])
    with left:
        if name == "bare":
            for key in keys:
                st.session_state.setdefault(f"own.{key}", 0.0)
            z = [st.session_state[f"own.{key}"] for key in keys]
        else:
            z = [st.slider(key[4:], -3.0, 3.0, 0.0, 0.05, key=key) for key in keys]
    image = forward(layers, weights, np.array([z])).reshape(28, 28)
    with middle:
        live_decoder(
            "vae.digit", portable(layers, weights), keys, digit(image, "generated", theme, 280),
            colour=theme.generated, paper=theme.paper,
        )  # fmt: skip

    def take(code: dict[str, float]) -> None:
        st.session_state["picks"] = st.session_state.get("picks", 0) + 1
        prefix = "own." if name == "bare" else ""
        if not refuse:
            st.session_state.update({prefix + key: value for key, value in code.items()})

    with right:
        labels = np.arange(1800) % 10
        homes = rng.uniform(-2, 2, (10, 2))
        points = homes[labels] + 0.35 * rng.standard_normal((1800, 2))
        directions = np.linalg.qr(rng.standard_normal((d, 2)))[0].T if d > 2 else np.eye(2)
        latent_map(
            "vae.map", points, labels, dict(zip(keys, z, strict=True)), label="Latent space",
            classes={str(k): HUES[k] for k in range(10)}, limits=(-3.0, 3.0), step=0.05,
            plane=Plane(directions, np.zeros(d)), axes=("z0", "z1") if d == 2 else ("", ""),
            on_pick=take,
        )  # fmt: skip
    st.text("z " + " ".join(f"{v:.2f}" for v in z))
    st.text(f"picks {st.session_state.get('picks', 0)}")
    st.text(f"finished {st.session_state['runs']}")


if __name__ == "__main__":
    main()
