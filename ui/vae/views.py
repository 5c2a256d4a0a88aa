"""The smaller views: samples and reconstructions, codes, networks."""

from __future__ import annotations

import numpy as np
import streamlit as st

from core.data.images import Images
from core.figures.images import figure, strip
from core.figures.networks import graph
from core.figures.walk import grid
from core.layers import table
from core.vae import latent, sample
from core.vae.config import PIXELS, networks
from ui import embedding
from ui.page import Look, stage
from ui.vae import models
from ui.vae.models import LESSON, Model

BAR = {"displayModeBar": False}
SHOWN, DRAWN = 10, 40


def _test(pictures: Images) -> Images:
    """The test part; all of what was cut out of the test part of a large set."""
    return pictures.part("test") if pictures.name == "digits" else pictures


def samples(model: Model, look: Look) -> None:
    """Test digits with their reconstructions; pictures from codes of the prior."""
    test = _test(model.pictures)
    left, right, top = stage(look)
    with top:
        seed = int(
            st.number_input("Draw number", 0, 9999, 0, key=f"{LESSON}.draw", bind="query-params",
                            persist_state="session", help="Another number, other pictures.")
        )  # fmt: skip
    rng = np.random.default_rng(seed)
    real = test.x[np.sort(rng.choice(len(test.x), SHOWN, replace=False))]
    mu, _ = latent.encode(model.config, model.weights, real)
    rebuilt = latent.decode(model.config, model.weights, mu)
    drawn = sample(model.config, model.weights, DRAWN, rng)
    width = 360 if look.narrow else 650
    with left:
        spec = strip([("real", real, "real"), ("rebuilt", rebuilt, "generated")], look.theme,
                     width=width)  # fmt: skip
        st.plotly_chart(figure(spec), theme=None, config=BAR, key=f"{LESSON}.rebuilt")
        st.plotly_chart(grid(drawn, SHOWN, look.theme, height=int(width * 0.4)), theme=None,
                        config=BAR, key=f"{LESSON}.samples")  # fmt: skip
    with right:
        b = latent.bound(model.config, model.weights, test.x, np.random.default_rng(0))
        st.markdown("**Above:** test pictures, and what comes back through mu. **Below:** pictures "
                    "from codes drawn from N(0, 1).")  # fmt: skip
        a, c = st.columns(2)
        a.metric("Reconstruction", f"{b.reconstruction:.1f} nats", "test pictures",
                 delta_color="off", delta_arrow="off",
                 help="Cross-entropy over all pixels, one sample of z, unit noise.")  # fmt: skip
        c.metric("KL", f"{b.kl:.1f} nats", f"{b.total:.1f} together", delta_color="off",
                 delta_arrow="off", help="Summed over the numbers of the code.")  # fmt: skip
        if model.measured:
            m = model.measured
            st.caption(
                f"On the 10,000 MNIST test pictures: {m['reconstruction']:.1f} + {m['kl']:.1f} = "
                f"{m['bound']:.1f} nats."
            )


def codes(model: Model, look: Look) -> None:
    """All codes in the plane by PCA, t-SNE or UMAP."""
    mu = models.codes(model)[0]

    def rebuilt(index: int) -> list[tuple[str, np.ndarray, str]]:
        picture = latent.decode(model.config, model.weights, mu[index : index + 1])[0]
        return [("rebuilt", picture, "generated")]

    embedding.panel(LESSON, mu, model.pictures, look, of="codes", beside=rebuilt)


def drawing(model: Model, look: Look) -> None:
    """The networks as a graph and as tables, with shapes and parameter counts."""
    config = model.config
    nets = networks(config)
    trunk = table(nets["trunk"], (PIXELS,))
    heads = {name: table(nets[name], trunk[-1].shape) for name in ("mu", "log_var")}
    rows = {"trunk": trunk, **heads, "decoder": table(nets["decoder"], (config.latent,))}
    t = look.theme
    dot = graph(
        rows,
        [("x", "trunk", ""), ("trunk", "mu", ""), ("trunk", "log_var", ""),
         ("mu", "z", "μ"), ("log_var", "z", "log σ²"), ("ε ~ N(0, 1)", "z", ""),
         ("z", "decoder", ""), ("decoder", "x̂", "")],
        {"trunk": t.judge, "mu": t.judge, "log_var": t.judge, "decoder": t.generated}, t,
    )  # fmt: skip
    st.graphviz_chart(dot, width="stretch")
    counts = latent.parameters(config)
    encoder = counts["trunk"] + counts["mu"]
    st.markdown(
        f"**Encoder** {encoder + counts['log_var']:,} parameters, of which the way from picture "
        f"to μ has {encoder:,} and log σ² another {counts['log_var']:,}. **Decoder** "
        f"{counts['decoder']:,}. **Together** {sum(counts.values()):,}."
    )
    columns = st.columns(1 if look.narrow else 2)
    for place, names in zip(columns * 2, (("trunk", "mu", "log_var"), ("decoder",)), strict=False):
        with place:
            lines = ["| layer | output | parameters |", "| --- | --- | ---: |"]
            for name in names:
                lines += [
                    f"| {name}: {r.name} | {' × '.join(map(str, r.shape))} | {r.parameters:,} |"
                    for r in rows[name]
                ]
            st.markdown("\n".join(lines))
