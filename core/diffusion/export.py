"""Copy as PyTorch: the present settings as one short script that runs by itself."""

from __future__ import annotations

from textwrap import fill

import numpy as np

from core.diffusion.config import LEVELS, WAVES, Config, networks
from core.export import FIRST, PACE, sequential

BETAS = {
    "linear": "1 - (1 - np.linspace(1e-4, 0.02, T)) ** (1000 / T)",
    "by hand": "np.linspace({c.beta_1!r}, {c.beta_T!r}, T)",
    "cosine": "1 - bar[1:] / bar[:-1]",
    "constant": "1 - bar[1:] / bar[:-1]",
}
BARS = {
    "cosine": "f = np.cos((np.arange(T + 1) / T + 0.008) / 1.008 * np.pi / 2) ** 2\n"
    "bar = np.exp(-10.0) + (1 - np.exp(-10.0)) * f / f[0]\n",
    "constant": "bar = np.exp(-10.0 * np.arange(T + 1) / T)\n",
}
WANTED = {
    "eps": "eps",
    "x_0": "x_0",
    "v": "a.sqrt() * eps - (1 - a).sqrt() * x_0",
}
# what turns the squared error of a prediction into that of x_0
FACTORS = {"eps": " / snr[1:]", "x_0": "", "v": " * (1 - alpha_bar[1:])"}
SAMPLES = """\


def predict(x, t):  # x_0 and eps in x_t
    a, out = bar[t], net(see(x, torch.full((len(x),), t)))
{predict}


with torch.no_grad():  # DDIM in 50 jumps, with the averaged weights
    for p, mean in zip(net.parameters(), average):
        p.copy_(mean)
    x = torch.from_numpy(rng.standard_normal((2000, d), dtype=np.float32))
    at = np.unique(np.rint(np.linspace(0, T, min(50, T) + 1)).astype(int))[::-1]
    for t, r in zip(at[:-1].tolist(), at[1:].tolist()):
        x_0, eps = predict(x, t)
        x = bar[r].sqrt() * x_0 + (1 - bar[r]).sqrt() * eps
np.savetxt("points.csv", x.numpy(), delimiter=",")
"""
PREDICT = {
    "eps": "    return (x - (1 - a).sqrt() * out) / a.sqrt(), out",
    "x_0": "    return out, (x - a.sqrt() * out) / (1 - a).sqrt()",
    "v": "    return a.sqrt() * x - (1 - a).sqrt() * out, (1 - a).sqrt() * x + a.sqrt() * out",
}


def script(config: Config) -> str:
    """A runnable script, numpy and torch only, of these settings and this seed.

    It draws the same random numbers in the same order as the app, prints the loss of each update
    up to 100, then of every hundredth, and at the end writes 2,000 generated points.
    """
    c = config
    beta = BETAS[c.noise].format(c=c)
    return "".join([
        f"# Diffusion on '{c.target}': learn to take noise away, then begin with noise alone.\n"
        "# Its argument, if any, is the number of updates.\n",
        "import sys\n\nimport numpy as np\nimport torch\nfrom torch import nn\n\n",
        f"seed, batch, lr, d, T = {c.seed}, {c.batch}, {c.lr!r}, {c.d}, {c.T}\n",
        f"updates = int(sys.argv[1]) if len(sys.argv) > 1 else {c.updates}\n",
        "rng = np.random.default_rng(seed)\n",
        "torch.set_num_threads(1)  # so small a network gains nothing from more\n\n",
        _target(c),
        "\n# the noise schedule, by t = 0 ... T\n",
        BARS.get(c.noise, ""),
        f"beta = np.concatenate([[0.0], {beta}])\n",
        "alpha_bar = np.maximum(np.cumprod(1 - beta), 1e-30)\n",
        "log_snr = np.log(alpha_bar[1:] / (1 - alpha_bar[1:]))\n",
        "log_snr = np.concatenate([log_snr[:1], log_snr])\n",
        _weights(c),
        "bar = torch.from_numpy(alpha_bar.astype(np.float32))\n",
        f"angle = log_snr[:, None] * np.exp(np.linspace(-2.5, 0.5, {LEVELS // 2}))\n",
        "levels = np.concatenate([np.sin(angle), np.cos(angle)], axis=1).astype(np.float32)\n",
        f"levels, waves = torch.from_numpy(levels), torch.tensor({list(WAVES)})\n\n",
        sequential("net", networks(c)["denoiser"]),
        "model = net\n",
        FIRST,
        "average = [p.detach().clone() for p in net.parameters()]\n",
        "optimizer = torch.optim.Adam(net.parameters(), lr)\n\n\n",
        PACE,
        "def see(x, t):  # what the network sees of x_t and t\n"
        "    angle = (x[:, :, None] * waves).flatten(1)\n"
        "    return torch.cat([x, angle.sin(), angle.cos(), levels[t]], dim=1)\n\n\n",
        'print("update loss")\n',
        _loop(c),
        SAMPLES.format(predict=PREDICT[c.prediction]),
    ])  # fmt: skip


def _target(c: Config) -> str:
    """The mixture as arrays."""
    data = c.data
    lines = ["# the target: sum_k weight_k N(mean_k, std_k^2), mean 0 and variance 1"]
    for name, values in (("weight", data.weight), ("mean", data.mean), ("std", data.std)):
        if np.ptp(values) == 0:
            lines.append(f"{name} = np.full({len(values)}, {float(values.flat[0])!r})")
        else:
            numbers = fill(", ".join(f"{v:.7g}" for v in values.ravel()), 96)
            shape = f".reshape(-1, {data.d})" if name == "mean" else ""
            lines.append(f"{name} = np.array([\n{numbers}\n]){shape}")
    if np.ptp(data.mean) == 0:
        lines[2] += f".reshape(-1, {data.d})"
    return "\n".join([*lines, ""])


def _weights(c: Config) -> str:
    if c.loss == "simple":
        return ""
    return (
        "snr = np.exp(log_snr)\n"
        "weight_t = np.concatenate([[0, 1 / (2 * beta[1])], (snr[1:-1] - snr[2:]) / 2])\n"
        f"weight_t[1:] = weight_t[1:]{FACTORS[c.prediction]}\n"
        "weight_t = torch.from_numpy(weight_t.astype(np.float32))\n"
    )


def _loop(c: Config) -> str:
    loss = "each.mean() / d" if c.loss == "simple" else "T * (weight_t[t] * each).mean()"
    return f"""\
for update in range(1, updates + 1):
    optimizer.param_groups[0]["lr"] = lr * pace((update - 1) / updates)
    # times evenly spread but for one common shift, points of the target, noise
    t = ((rng.random() + np.arange(batch) / batch) % 1 * T).astype(np.int64) + 1
    k = np.searchsorted(np.cumsum(weight)[:-1], rng.random(batch))
    noise = rng.standard_normal((batch, d), dtype=np.float32)
    x_0 = torch.from_numpy((mean[k] + std[k, None] * noise).astype(np.float32))
    eps = torch.from_numpy(rng.standard_normal((batch, d), dtype=np.float32))
    t = torch.from_numpy(t)
    a = bar[t][:, None]
    x_t = a.sqrt() * x_0 + (1 - a).sqrt() * eps
    each = (net(see(x_t, t)) - ({WANTED[c.prediction]})).square().sum(dim=1)
    loss = {loss}
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    with torch.no_grad():  # the running mean of the weights
        kept = min({c.average!r}, (1 + update) / (10 + update))
        for a, p in zip(average, net.parameters()):
            a.lerp_(p, 1 - kept)
    if update <= 100 or update % 100 == 0:
        print(update, f"{{loss.item():.6f}}")
"""
