"""Tables of layers as torch modules: what the families that train by autograd share."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from core.layers import Array, Conv, Dense, Layer, Layers, Pool, Up
from core.machine import settle

# Sessions share the machine: a slice of training takes one of its slots, and so one core. This
# holds for the whole process.
torch.set_num_threads(1)
settle()

ACTIVATIONS: dict[str, type[nn.Module]] = {
    "linear": nn.Identity,
    "relu": nn.ReLU,
    "sigmoid": nn.Sigmoid,
}


class Net(nn.Sequential):
    """A table of layers in torch. logits : the last activation is left out, for a loss on logits.

    weights : as in `core.layers`; they are copied.
    """

    def __init__(self, layers: Layers, weights: Sequence[Array], *, logits: bool = False) -> None:
        modules = [module for layer in layers for module in _modules(layer)]
        if logits:
            last = max(k for k, module in enumerate(modules) if isinstance(module, nn.Sigmoid))
            modules[last] = nn.Identity()
        super().__init__(*modules)
        for parameter, value in zip(self.parameters(), weights, strict=True):
            parameter.data = torch.from_numpy(value.copy())
        # convolutions of so few channels are twice as fast with the channels last (34 ms, not 69)
        self.to(memory_format=torch.channels_last)  # type: ignore[call-overload]


def _modules(layer: Layer) -> list[nn.Module]:
    # skip_init: torch's own first values would be drawn from the generator that all visitors share
    if isinstance(layer, Dense):
        dense = nn.utils.skip_init(nn.Linear, layer.inputs, layer.outputs)
        return [dense, ACTIVATIONS[layer.activation]()]
    if isinstance(layer, Conv):
        conv = nn.utils.skip_init(nn.Conv2d, layer.inputs, layer.outputs, 3, padding=layer.padding)
        return [conv, ACTIVATIONS[layer.activation]()]
    if isinstance(layer, Pool):
        return [nn.MaxPool2d(2, ceil_mode=True)]
    if isinstance(layer, Up):
        return [nn.Upsample(scale_factor=2)]
    return [nn.Unflatten(1, layer.shape) if len(layer.shape) > 1 else nn.Flatten()]


def arrays(net: nn.Module) -> list[Array]:
    """Copies of the weights, as `core.layers` has them."""
    return [p.detach().cpu().numpy().copy() for p in net.parameters()]


def frequencies(x: Tensor, features: int) -> Tensor:
    """Numbers as sines and cosines of many frequencies, from which a network can tell near ones
    apart (Vaswani et al. 2017, section 3.5). x : (n,), such as log-SNRs. Returns (n, features)."""
    rate = torch.exp(torch.linspace(-3.0, 1.5, features // 2, device=x.device))
    angle = x[:, None] * rate
    return torch.cat([angle.sin(), angle.cos()], dim=1)
