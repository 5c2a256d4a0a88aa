"""Copy as PyTorch: the present settings as one script that runs by itself."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from core.diffusion_digits.config import Config

DIGITS = """\
file = Path(__file__).with_name("digits.npz")
if file.exists():
    x, labels = np.load(file)["train"], np.load(file)["train_labels"]
else:  # 8x8 pixels made 24x24, with a margin of 2; split as in the app
    digits = load_digits()
    x = torch.from_numpy(digits.images[:, None].astype(np.float32)) / 16
    x = interpolate(x, (24, 24), mode="bicubic").clamp(0, 1)
    x = (255 * nn.functional.pad(x, (2, 2, 2, 2))).round()[:, 0].numpy().astype(np.uint8)
    part = np.sort(np.random.default_rng(0).permutation(len(x))[:-358])
    x, labels = x[part], digits.target[part].astype(np.int64)
"""
LARGE = """\
file = Path(__file__).with_name("{name}.npz")
if file.exists():
    x, labels = np.load(file)["x_train"], np.load(file)["y_train"]
else:  # a download, once
    x, labels = fetch_openml("{openml}", version=1, as_frame=False, return_X_y=True)
    x, labels = x[:60_000].reshape(-1, 28, 28).astype(np.uint8), labels[:60_000]
held = np.random.default_rng(0).permutation(60_000)[:5_000]  # split as in the app
x, labels = np.delete(x, held, axis=0), np.delete(labels, held).astype(np.int64)
"""
FACES = """\
file = Path(__file__).with_name("olivetti.npz")
x = np.load(file)["x"] if file.exists() else fetch_olivetti_faces().images * 255
x = x.reshape(-1, 32, 2, 32, 2).mean(axis=(2, 4)).round().astype(np.uint8)
x = x[np.sort(np.random.default_rng(0).permutation(400)[:-80])]  # split as in the app
labels = np.zeros(len(x), np.int64)
"""
# name: what is said about it, what is imported for it, the lines that load it
PICTURES = {
    "digits": (
        "scikit-learn's digits",
        "# With the app's digits.npz beside it, it prints the app's losses. Without, it enlarges\n"
        "# the digits in a simpler way than the app does, and its losses are others.\n",
        "load_digits", DIGITS,
    ),
    "mnist": (
        "MNIST", "# It reads mnist.npz beside it, or downloads; it prints the app's losses.\n",
        "fetch_openml", LARGE.format(name="mnist", openml="mnist_784"),
    ),
    "fashion_mnist": (
        "Fashion-MNIST",
        "# It reads fashion_mnist.npz beside it, or downloads; it prints the app's losses.\n",
        "fetch_openml", LARGE.format(name="fashion_mnist", openml="Fashion-MNIST"),
    ),
    "olivetti": (
        "the Olivetti faces",
        "# It reads olivetti.npz beside it, or downloads; it prints the app's losses.\n",
        "fetch_olivetti_faces", FACES,
    ),
}  # fmt: skip
SCHEDULES = {
    "cosine": """\
f = np.cos((np.arange(T + 1) / T + 0.008) / 1.008 * np.pi / 2) ** 2
alpha_bar = np.exp(-10) + (1 - np.exp(-10)) * f / f[0]
""",
    "linear": """\
beta = 1 - (1 - np.linspace(1e-4, 0.02, T)) ** (1000 / T)
alpha_bar = np.cumprod(1 - np.append(0, beta))
""",
    "constant": "alpha_bar = np.exp(-10 * np.arange(T + 1) / T)\n",
    "by hand": """\
beta = np.linspace({beta_1!r}, {beta_T!r}, T)
alpha_bar = np.maximum(np.cumprod(1 - np.append(0, beta)), 1e-30)
""",
}
TARGETS = {"eps": "eps", "x_0": "x_0", "v": "a.sqrt() * eps - (1 - a).sqrt() * x_0"}
# from what the network says to x_0, with r, s = sqrt(alpha_bar), sqrt(1 - alpha_bar)
BACK = {"eps": "(x_t - s * said) / r", "x_0": "said", "v": "r * x_t - s * said"}
FIRST = """\
first = np.random.default_rng(seed)
for name, p in model.named_parameters():  # He uniform; last layers and biases 0
    if name.endswith(("conv_2.weight", "attention.out.weight", "out.weight")) or p.dim() == 1:
        value = np.full(p.shape, float("norm" in name and name.endswith("weight")))
    elif name == "label.weight":
        value = first.normal(0, 1, p.shape)
    else:
        value = first.uniform(-1, 1, p.shape) * (3 / p.shape[1:].numel()) ** 0.5
    p.data = torch.from_numpy(value.astype(np.float32))
"""
LABELLED = """\
    hidden = torch.from_numpy(rng.random(batch) < unlabelled)
    label = labels[at].masked_fill(hidden, classes)
"""
MIRRORED = """\
    label = torch.zeros(batch, dtype=torch.int64)
    mirrored = torch.from_numpy(rng.random(batch) < 0.5)
    x_0 = torch.where(mirrored[:, None, None, None], x_0.flip(3), x_0)
"""
LOOP = """\
def pace(done):  # one-cycle: up for three tenths of the training, then down to nothing
    if done < 0.3:
        return 0.04 + 0.48 * (1 - np.cos(np.pi * done / 0.3))
    return (1 + np.cos(np.pi * (done - 0.3) / 0.7)) / 2


print("update loss")
seen = []
for update in range(updates):
    optimizer.param_groups[0]["lr"] = lr * pace(update / updates)
    at = torch.from_numpy(rng.integers(len(x), size=batch))
    u = (rng.random() + np.arange(batch) / batch) % 1  # evenly spread times
    t = torch.from_numpy((u * T).astype(np.int64) + 1)
    x_0 = x[at].float() / 127.5 - 1
{label}\
    eps = torch.from_numpy(rng.standard_normal(tuple(x_0.shape), dtype=np.float32))
    a = alpha_bar[t].float()[:, None, None, None]
    x_t = a.sqrt() * x_0 + (1 - a).sqrt() * eps
    wanted = {target}
    loss = (model(x_t, log_snr[t].float(), label) - wanted).square().mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    keep = min(kept, (2 + update) / (11 + update))
    with torch.no_grad():
        for mean, p in zip(average.parameters(), model.parameters()):
            mean.lerp_(p, 1 - keep)
    seen.append(loss.item())
    if (update + 1) % 50 == 0 or update + 1 == updates:
        print(update + 1, f"{{np.mean(seen):.4f}}")
        seen = []

with torch.inference_mode():  # DDIM (Song, Meng and Ermon 2021), of the running mean
    label = torch.arange(10) * (classes > 0)
    at = [round(T * k / 50) for k in range(50, -1, -1)]
    x_t = torch.randn(10, 1, *x.shape[2:], generator=torch.Generator().manual_seed(seed))
    for t, after in zip(at, at[1:]):
        said = average(x_t, log_snr[t].float().expand(10), label)
        r, s = alpha_bar[t].sqrt().float(), (1 - alpha_bar[t]).sqrt().float()
        x_0 = ({back}).clamp(-1, 1)
        eps = (x_t - r * x_0) / s
        x_t = alpha_bar[after].sqrt().float() * x_0 + (1 - alpha_bar[after]).sqrt().float() * eps
pictures = ((x_t[:, 0] + 1) * 127.5).clamp(0, 255).byte().numpy()
Image.fromarray(np.hstack(pictures)).save(Path(__file__).with_suffix(".png"))
"""


@cache
def _network() -> str:
    """The app's own U-Net, as it stands in its file: it is not imported, it would need torch."""
    folder = Path(__file__).parent
    unet = (folder / "unet.py").read_text(encoding="utf-8")
    inside = unet[unet.index("EMBEDDED = ") : unet.index("# zero at first")].rstrip()
    shared = (folder.parent / "networks.py").read_text(encoding="utf-8")
    return f"{inside}\n\n\n{shared[shared.index('def frequencies') :].rstrip()}\n"


def script(config: Config) -> str:
    """A runnable script, numpy, torch, scikit-learn and Pillow only, of these settings and seed.

    It draws the same random numbers in the same order as the app, prints means of the loss over 50
    updates, and draws ten pictures into a file beside it.
    """
    c = config
    words, note, source, load = PICTURES[c.data]
    label = LABELLED if c.classes else MIRRORED
    return "".join([
        f"# Diffusion on {words}: a U-Net of {c.width} channels, asked for {c.prediction}.\n",
        f"{note}# Its argument, if any, is the number of updates.\n",
        "import copy\nimport sys\nfrom pathlib import Path\n\nimport numpy as np\nimport torch\n",
        f"from PIL import Image\nfrom sklearn.datasets import {source}\n",
        "from torch import Tensor, nn\n",
        "from torch.nn.functional import interpolate, pixel_shuffle, pixel_unshuffle, silu\n\n",
        f"seed, batch, lr, kept, T = {c.seed}, {c.batch}, {c.lr!r}, {c.average!r}, {c.T}\n",
        f"classes = {c.classes}\n", f"unlabelled = {c.unlabelled!r}\n" if c.classes else "",
        f"updates = int(sys.argv[1]) if len(sys.argv) > 1 else {c.updates}\n",
        "rng = np.random.default_rng(seed)\n",
        "torch.set_num_threads(1)  # so small a network gains little from more\n\n",
        load, "x, labels = torch.from_numpy(x)[:, None], torch.from_numpy(labels)\n\n",
        SCHEDULES[c.noise].format(beta_1=c.beta_1, beta_T=c.beta_T),
        "alpha_bar = torch.from_numpy(alpha_bar)\n",
        "log_snr = (alpha_bar / (1 - alpha_bar)).log()\n\n",
        _network(), f"\n\nmodel = UNet({c.width}, classes)\n", FIRST,
        "average = copy.deepcopy(model)\n",
        "optimizer = torch.optim.Adam(model.parameters(), lr)\n\n\n",
        LOOP.format(label=label, target=TARGETS[c.prediction], back=BACK[c.prediction]),
    ])  # fmt: skip
