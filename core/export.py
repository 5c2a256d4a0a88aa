"""Copy as PyTorch: what the scripts of all families that learn from pictures share."""

from __future__ import annotations

import io
from collections.abc import Sequence

import numpy as np

from core.data import images
from core.layers import Conv, Dense, Layer, Layers, Pool, Up
from core.recipe import Recipe

DIGITS = """\
file = Path(__file__).with_name("digits.npz")
if file.exists():
    train, validation = (np.load(file)[part] / np.float32(255) for part in ("train", "validation"))
else:  # 8x8 pixels made 24x24, with a margin of 2; split as in the app
    x = torch.from_numpy(load_digits().images[:, None].astype(np.float32)) / 16
    x = nn.functional.interpolate(x, (24, 24), mode="bicubic").clamp(0, 1)
    x = nn.functional.pad(x, (2, 2, 2, 2)).numpy()
    order = np.random.default_rng(0).permutation(len(x))
    train, validation = (x[np.sort(part)] for part in (order[:-358], order[-358:-179]))
"""
LARGE = """\
file = Path(__file__).with_name("{name}.npz")
if file.exists():
    x = np.load(file)["x_train"]
else:  # a download, once
    x = fetch_openml("{openml}", version=1, as_frame=False).data[:60_000].astype(np.uint8)
x = x.reshape(-1, 784) / np.float32(255)
held = np.random.default_rng(0).permutation(60_000)[:5_000]  # split as in the app
train, validation = np.delete(x, held, axis=0), x[np.sort(held)]
"""
# name: what is said about it, what is imported for it, the lines that load it
PICTURES = {
    "digits": (
        "scikit-learn's digits",
        "# With the app's digits.npz beside it, it prints the app's losses. Without, it enlarges\n"
        "# the digits in a simpler way than the app does, and its losses are others.\n",
        "from sklearn.datasets import load_digits\n",
        DIGITS,
    ),
    "mnist": (
        "MNIST",
        "# It reads mnist.npz beside it, or downloads; it prints the app's losses.\n",
        "from sklearn.datasets import fetch_openml\n",
        LARGE.format(name="mnist", openml="mnist_784"),
    ),
    "fashion_mnist": (
        "Fashion-MNIST",
        "# It reads fashion_mnist.npz beside it, or downloads; it prints the app's losses.\n",
        "from sklearn.datasets import fetch_openml\n",
        LARGE.format(name="fashion_mnist", openml="Fashion-MNIST"),
    ),
}
FIRST = """\
first = np.random.default_rng(seed)
for p in model.parameters():  # Glorot uniform weights, zero biases
    limit = (6 / (p.shape[2:].numel() * sum(p.shape[:2]))) ** 0.5 if p.dim() > 1 else 0.0
    p.data = torch.from_numpy(first.uniform(-limit, limit, p.shape).astype(np.float32))
"""
OPTIMIZERS = {
    "adam": "torch.optim.Adam(model.parameters(), lr)",
    "rmsprop": "torch.optim.RMSprop(model.parameters(), lr, alpha=0.9, eps=1e-7)  # as in Keras",
}
PACE = """\
def pace(done):  # one-cycle: up for three tenths of the training, then down to nothing
    if done < 0.3:
        return 0.04 + 0.48 * (1 - np.cos(np.pi * done / 0.3))
    return (1 + np.cos(np.pi * (done - 0.3) / 0.7)) / 2


"""


def pictures() -> bytes:
    """The file digits.npz that a script reads: the app's own pictures, train and validation, and
    the labels of those to train on."""
    digits, file = images.load("digits"), io.BytesIO()
    train, validation = digits.part("train"), digits.part("validation").x
    np.savez_compressed(file, train=train.x, validation=validation, train_labels=train.labels)
    return file.getvalue()


def script(
    config: Recipe, title: str, settings: Sequence[str], networks: str, losses: str,
    names: Sequence[str], modules: Sequence[str],
) -> str:  # fmt: skip
    """A whole script. settings : lines that name what `losses` needs. networks, losses : source.

    losses(x, rng, epoch) returns a tuple, named by `names`; the first is minimized. modules : the
    names of the networks, in the order in which their first weights are drawn.
    """
    words, note, imports, load = PICTURES[config.data]
    one_cycle = config.schedule == "one-cycle"
    parts = [
        f"# {title}, on {words}.\n{note}# Its argument, if any, is the number of epochs.\n",
        "import sys\nfrom pathlib import Path\n\nimport numpy as np\nimport torch\n",
        imports,
        "from torch import nn\n",
        "from torch.nn.functional import binary_cross_entropy_with_logits as cross_entropy\n\n",
        f"seed, batch, lr = {config.seed}, {config.batch}, {config.lr!r}\n",
        *(f"{line}\n" for line in settings),
        f"epochs = int(sys.argv[1]) if len(sys.argv) > 1 else {config.epochs}\n",
        "rng = np.random.default_rng(seed)\n",
        "torch.set_num_threads(1)  # so small a network gains little from more\n\n",
        load,
        "train, validation = (torch.from_numpy(x.reshape(-1, 784)) for x in (train, validation))\n",
        f"\n{networks}model = nn.ModuleList([{', '.join(modules)}])\n",
        FIRST,
        f"optimizer = {OPTIMIZERS[config.optimizer]}\n\n\n",
        PACE if one_cycle else "",
        losses,
        "\n\n",
        _loop(config, names),
    ]
    return "".join(parts)


def sequential(name: str, layers: Layers, note: str = "") -> str:
    """`name = nn.Sequential(...)`, one line for each layer with weights. The last sigmoid is left
    out: the loss takes logits."""
    lines: list[str] = []
    for layer in layers:
        if not lines or layer.shapes:
            lines.append(_module(layer))
        else:
            lines[-1] += f", {_module(layer)}"
    if len(lines) > 1:
        inside = "".join(f"    {line},\n" for line in lines)
        return f"{name} = nn.Sequential({note}\n{inside})\n"
    alone = ", nn." not in lines[0]
    return f"{name} = {lines[0] if alone else f'nn.Sequential({lines[0]})'}{note}\n"


def _module(layer: Layer) -> str:
    relu = ", nn.ReLU()" if getattr(layer, "activation", "") == "relu" else ""
    if isinstance(layer, Dense):
        return f"nn.Linear({layer.inputs}, {layer.outputs}){relu}"
    if isinstance(layer, Conv):
        padding = f", padding={layer.padding}" if layer.padding else ""
        return f"nn.Conv2d({layer.inputs}, {layer.outputs}, 3{padding}){relu}"
    if isinstance(layer, Pool):
        return "nn.MaxPool2d(2, ceil_mode=True)"
    if isinstance(layer, Up):
        return "nn.Upsample(scale_factor=2)"
    return f"nn.Unflatten(1, {layer.shape})" if len(layer.shape) > 1 else "nn.Flatten()"


def _loop(config: Recipe, names: Sequence[str]) -> str:
    """The training itself."""
    patient = config.patience > 0
    heads = " ".join(["epoch", *names, *(f"val_{name}" for name in names)])
    lines = [
        f'print("{heads}")',
        "per_epoch = -(-len(train) // batch)",
        *(['best, waited = float("inf"), 0'] if patient else []),
        "for epoch in range(epochs):",
        "    order, seen = rng.permutation(len(train)), []",
        "    for k in range(per_epoch):",
        "        x, done = train[order[k * batch :][:batch]], epoch + k / per_epoch",
        *(
            ['        optimizer.param_groups[0]["lr"] = lr * pace(done / epochs)']
            if config.schedule == "one-cycle"
            else []
        ),
        "        numbers = losses(x, rng, done)",
        "        optimizer.zero_grad()",
        "        numbers[0].backward()",
        "        optimizer.step()",
        "        seen.append([value.item() for value in numbers])",
        "    with torch.no_grad():  # the same noise each time",
        "        checked = losses(validation[:1000], np.random.default_rng(0), epoch + 1)",
        "    values = [*np.mean(seen, axis=0), *(value.item() for value in checked)]",
        '    print(epoch + 1, *(f"{value:.4f}" for value in values))',
    ]
    if patient:
        lines += [
            f"    fell = checked[0] < best - {config.min_delta!r}",
            "    best, waited = (checked[0].item(), 0) if fell else (best, waited + 1)",
            f"    if waited == {config.patience}:",
            "        break  # early stopping",
        ]
    return "\n".join(lines) + "\n"
