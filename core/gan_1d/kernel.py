"""The fast engine: one whole epoch fused into a compiled loop, gradients derived by hand.

`model.py` is the same mathematics in PyTorch; both follow one trajectory.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from core.gan_1d.config import Config
from core.gan_1d.layers import (
    HALF,
    KINDS,
    ONE,
    ZERO,
    backward,
    compiled,
    descend,
    forward,
    rows,
    softplus,
    tanh,
)
from core.gan_1d.networks import LOSS_NAMES, Batch, Losses, View


@compiled
def epoch(
    g: Any, d: Any, gh: int, dh: int, g_kind: int, d_kind: int, real: Any, z: Any, fresh: Any,
    steps: int, lr_d: Any, lr_g: Any, saturating: bool, train_g: bool, recorded: Any,
) -> None:  # fmt: skip
    """`steps` SGD steps of D on real and G(z), then one of G on G(fresh). real, z, fresh : (n,).

    recorded : (4,), receives d_loss, d_acc, g_loss, g_acc, each measured in the forward pass of
    that network's last step.
    """
    n = real.size
    g1, g2, ge1, ge2 = rows(gh, n), rows(gh, n), rows(gh, n), rows(gh, n)
    a1, a2, e1, e2 = rows(dh, 2 * n), rows(dh, 2 * n), rows(dh, 2 * n), rows(dh, 2 * n)
    x, out = np.empty(2 * n, np.float32), np.empty(2 * n, np.float32)

    forward(g, g_kind, z, g1, g2, x[n:])
    for k in range(n):  # not a slice assignment: compiling its error message takes a second
        x[k] = real[k]
    for step in range(steps):
        forward(d, d_kind, x, a1, a2, out)
        if step == steps - 1:
            loss, right = 0.0, 0
            for k in range(2 * n):
                # binary cross-entropy: softplus(-logit) for a real, softplus(logit) for a fake
                away = -out[k] if k < n else out[k]
                loss += softplus(away)
                right += away < ZERO
            recorded[0], recorded[1] = loss / (2 * n), right / (2 * n)
        for k in range(2 * n):
            label = ONE if k < n else ZERO
            out[k] = (HALF + HALF * tanh(HALF * out[k]) - label) / np.float32(2 * n)
        backward(d, d_kind, a1, a2, out, e1, e2)
        descend(d, lr_d, x, a1, a2, out, e1, e2)

    a1, a2, e1, e2 = rows(dh, n), rows(dh, n), rows(dh, n), rows(dh, n)
    x, out = x[:n], out[:n]
    forward(g, g_kind, fresh, g1, g2, x)
    forward(d, d_kind, x, a1, a2, out)
    loss, fooled = 0.0, 0
    for k in range(n):
        fooled += out[k] > ZERO
        p = HALF + HALF * tanh(HALF * out[k])
        if saturating:  # log(1 - D), whose slope in the logit is -D
            loss -= softplus(out[k])
            out[k] = -p / np.float32(n)
        else:  # -log D
            loss += softplus(-out[k])
            out[k] = (p - ONE) / np.float32(n)
    recorded[2], recorded[3] = loss / n, fooled / n
    if train_g:
        backward(d, d_kind, a1, a2, out, e1, e2)
        # the error of a sample: the slope of the loss in x, through D's first layer
        for k in range(n):
            out[k] = ZERO
        for j in range(dh):
            w = d[j]
            for k in range(n):
                out[k] += w * e1[j, k]
        backward(g, g_kind, g1, g2, out, ge1, ge2)
        descend(g, lr_g, fresh, g1, g2, out, ge1, ge2)


class Fused:
    """Both networks and their training, as two flat vectors and the compiled loop.

    view : the weights to start from; they are copied.
    """

    def __init__(self, config: Config, view: View) -> None:
        self.config = config
        self._g, self._d = view.g.copy(), view.d.copy()

    def epoch(self, batch: Batch, part: str = "both") -> Losses:
        """One epoch in place. part : "both", "discriminator" or "generator"."""
        c, recorded = self.config, np.zeros(4)
        # for G alone D still has to be measured: one step at learning rate 0 changes nothing
        alone = part == "generator"
        epoch(
            self._g, self._d, c.g_width, c.d_width, KINDS[c.g_activation], KINDS[c.d_activation],
            batch.real, batch.z, batch.fresh, 1 if alone else c.d_steps,
            np.float32(0.0 if alone else c.lr_d), np.float32(c.lr_g), c.loss == "minimax",
            part != "discriminator", recorded,
        )  # fmt: skip
        return dict(zip(LOSS_NAMES, recorded.tolist(), strict=True))

    def view(self) -> View:
        """Copies of the weights."""
        return View(self._g.copy(), self._d.copy())

    def moments(self) -> None:
        """Plain SGD remembers nothing."""
