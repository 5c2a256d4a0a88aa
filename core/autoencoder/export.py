"""Copy as PyTorch: the present settings as one short script that runs by itself."""

from __future__ import annotations

from core import export
from core.autoencoder.config import PATCHES, Config, networks

MASK = """\
def mask(n, share, patch, rng):  # 1 where hidden: whole patches, as many in each picture
    side = 28 // patch
    order = rng.random((n, side * side)).argsort(axis=1).argsort(axis=1)
    hidden = (order < round(share * side * side)).reshape(n, side, side).astype(np.float32)
    return torch.from_numpy(hidden.repeat(patch, axis=1).repeat(patch, axis=2).reshape(n, 784))


"""


def script(config: Config) -> str:
    """A runnable script, numpy, torch and scikit-learn only, of these settings and this seed.

    It draws the same random numbers in the same order as the app, and prints the losses of each
    epoch: the mean over its updates, then of the validation part.
    """
    c = config
    nets = networks(c)
    sources = "".join(
        export.sequential(name, nets[name], "  # returns logits" if name == "decoder" else "")
        for name in nets
    )
    settings = [f"bottleneck = {c.bottleneck}"] if c.every else []
    settings += [f"noise = {c.noise!r}"] if c.kind == "denoising" else []
    settings += [f"masked, patch = {c.masked!r}, {c.patch}"] if c.kind == "masked" else []
    kind = "An autoencoder" if c.kind == "plain" else f"A {c.kind} autoencoder"
    title = f"{kind}, codes of {c.bottleneck} numbers"
    losses = (MASK if c.kind == "masked" else "") + _losses(c)
    return export.script(c, title, settings, sources, losses, ("loss",), tuple(nets))


def _losses(c: Config) -> str:
    what = "hidden pixels only" if c.kind == "masked" else "all pixels"
    lines = [f"def losses(x, rng, epoch):  # in nats a picture, {what}"]
    noise, masked, patch = "noise", "masked", "patch"
    if c.every:
        patches = [p for p in PATCHES if p <= c.patch]
        lines += [
            "    low, high, kept = rng.random(3) ** [1, 0.5, 0.5]  # other settings for each batch",
            f"    smaller = int(rng.choice({patches}))",
        ]
        noise, masked, patch = "low * noise", "high * masked", "smaller"
    seen = "x"
    if c.kind == "denoising":
        lines += [
            "    normal = torch.from_numpy(rng.standard_normal(x.shape, dtype=np.float32))",
            f"    noisy = (x + {noise} * normal).clamp(0, 1)",
        ]
        seen = "noisy"
    if c.kind == "masked":
        lines.append(f"    hidden = mask(len(x), {masked}, {patch}, rng)")
        seen = "torch.cat([x * (1 - hidden), hidden], dim=1)"
    lines.append(f"    code = encoder({seen})")
    if c.every:
        lines.append("    code = code * (torch.arange(bottleneck) < round(bottleneck**kept))")
    weight = ", hidden" if c.kind == "masked" else ""
    entropy = f'cross_entropy(decoder(code), x{weight}, reduction="sum")'
    lines.append(f"    return ({entropy} / len(x),)")
    return "\n".join(lines) + "\n"
