"""Copy as PyTorch: the present settings as one short script that runs by itself."""

from __future__ import annotations

from core import export
from core.vae.config import Config, networks


def script(config: Config) -> str:
    """A runnable script, numpy, torch and scikit-learn only, of these settings and this seed.

    It draws the same random numbers in the same order as the app, and prints the losses of each
    epoch: means over its updates, then of the validation part.
    """
    c = config
    nets = networks(c)
    kind = f"784-{c.hidden}-({c.latent}, {c.latent}) and {c.latent}-{c.hidden}-784"
    kind = kind if c.network == "dense" else f"convolutional, codes of {c.latent} numbers"
    sources = "".join(
        export.sequential(name, nets[name], "  # returns logits" if name == "decoder" else "")
        for name in nets
    )
    settings = [f"beta, noise = {c.beta!r}, {c.noise!r}"]
    settings += [f"warm_up = {c.warm_up}  # epochs"] if c.warm_up else []
    title = f"A variational autoencoder, {kind}"
    return export.script(
        c, title, settings, sources, _losses(c), ("loss", "reconstruction", "kl"), tuple(nets)
    )


def _losses(c: Config) -> str:
    beta = "min(1.0, epoch / warm_up) * beta" if c.warm_up else "beta"
    loss = f"reconstruction + {beta} * kl"
    if c.reduction == "mean":  # both terms averaged, over pixels and over dimensions
        loss = f"reconstruction / 784 + {beta} * kl / {c.latent}"
    seen = "x"
    sampling = []
    if c.sampled:
        seen = "seen"
        sampling = [
            "    seen = x",
            "    if torch.is_grad_enabled():  # each pixel black or white",
            "        seen = (torch.from_numpy(rng.random(x.shape, dtype=np.float32)) < x).float()",
        ]
    return "\n".join([
        "def losses(x, rng, epoch):  # in nats a picture; epoch: so many are done",
        *sampling,
        f"    hidden = trunk({seen})",
        "    m, v = mu(hidden), log_var(hidden)",
        "    epsilon = torch.from_numpy(rng.standard_normal(m.shape, dtype=np.float32))",
        "    z = m + (v / 2).exp() * (noise * epsilon)",
        '    reconstruction = cross_entropy(decoder(z), x, reduction="sum") / len(x)',
        "    kl = 0.5 * (v.exp() + m.square() - 1 - v).sum() / len(x)",
        f"    return {loss}, reconstruction, kl",
    ]) + "\n"  # fmt: skip
