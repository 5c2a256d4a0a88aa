"""Copy as PyTorch: the present settings as one short script that runs by itself."""

from __future__ import annotations

import ast

from core.data.formula import FUNCTIONS, parse_formula
from core.data.written import parse_drawing, parse_mixture
from core.gan_1d.config import Config

ACTIVATIONS = {"tanh": "nn.Tanh", "relu": "nn.ReLU", "softplus": "nn.Softplus"}

SIGMOID = """\
def s(a, x):  # 1 / (1 + exp(-a x)), in a form that never overflows
    return 0.5 + 0.5 * np.tanh(0.5 * a * x)


"""
MAPS = {
    "shifted": "def f(z):\n    return 0.5 * z + 1.0\n",
    "long tail": "def f(z):\n    return np.abs(z) ** 1.2\n",
    "two modes": SIGMOID
    + "def f(z):\n    return (0.5 * z - 2.0) * s(10, -z) + (z + 2.0) * s(10, z)\n",
    "far modes": SIGMOID + "def f(z):\n    return z * s(30, -z) + (z + 15.0) * s(30, z)\n",
}
TABLE = """\


def f(z):  # the inverse of the table at Phi(z): x has the law F
    return np.interp(Phi(z), F_table, x_table)
"""
PHI = """\
def Phi(z):  # the cumulative distribution function of N(0, 1)
    return torch.special.ndtr(torch.from_numpy(z.astype(np.float64))).numpy()


"""
MIXTURE = """\
# the mixture as a table of its cumulative distribution function
mixture = np.array({rows})  # rows of weight, mean, standard deviation
weight, mean, std = mixture.T[:, :, None]
x_table = np.unique(mean + std * np.linspace(-6.5, 6.5, 801))
F_table = (weight * Phi((x_table - mean) / std)).sum(axis=0)
"""
DRAWING = """\
# the drawing: heights over x from -4 to 4, joined by straight lines; then its running area
drawing = "{text}"
heights = [(string.digits + string.ascii_letters).index(c) for c in drawing]
x_table = np.linspace(-4.0, 4.0, 20 * len(heights) + 1)
middles = np.linspace(-4.0, 4.0, 2 * len(heights) + 1)[1::2]
p = np.interp(x_table, middles, heights)
F_table = np.concatenate([[0.0], np.cumsum(p[:-1] + p[1:])])
F_table /= F_table[-1]
"""
NETWORK = """\
def network(inputs, width, activation):
    net = nn.Sequential(
        nn.Linear(inputs, width), activation(),
        nn.Linear(width, width), activation(),
        nn.Linear(width, 1),
    )
    for p in net.parameters():  # Glorot uniform weights, zero biases
        limit = (6.0 / sum(p.shape)) ** 0.5 if p.dim() == 2 else 0.0
        p.data = torch.from_numpy(rng.uniform(-limit, limit, p.shape).astype(np.float32))
    return net
"""
SLOPE = """\
def slope(out, x):  # d out / d x of each sample, itself differentiable
    return torch.autograd.grad(out.sum(), x, create_graph=True)[0]


"""


def script(config: Config) -> str:
    """A runnable PyTorch script, numpy and torch only, of these settings and this seed.

    It draws the same random numbers in the same order as the engines, prints
    `epoch d_loss d_acc g_loss g_acc`, and holds only the lines that these settings need.
    """
    c = config
    wasserstein = c.loss == "wgan-gp"
    seen = c.pac > 1 or c.instance_noise > 0
    used = {"pac": c.pac > 1, "instance_noise": c.instance_noise, "r1": c.r1, "gp": wasserstein}
    cures = {name: getattr(c, name) for name, use in used.items() if use}
    parts = [
        f"# A GAN on the line: G turns z ~ N(0, 1) into the target '{c.target}'.\n"
        "# Its argument, if any, is the number of epochs; up to 100, each is printed.\n",
        *(["import string\n"] if c.target == "drawing" else []),
        "import sys\n\nimport numpy as np\nimport torch\nfrom torch import nn\n",
        *([] if wasserstein else ["from torch.nn.functional import softplus\n"]),
        "\n",
        f"seed, batch, d_steps = {c.seed}, {c.batch}, {c.d_steps}\n",
        f"lr_d, lr_g = {c.lr_d!r}, {c.lr_g!r}\n",
        *(f"{name} = {value!r}\n" for name, value in cures.items()),
        f"epochs = int(sys.argv[1]) if len(sys.argv) > 1 else {c.epochs}\n",
        "rng = np.random.default_rng(seed)  # every random number comes from here\n",
        "torch.set_num_threads(1)  # so small a network gains nothing from more\n\n\n",
        _target(c),
        "\n\n",
        NETWORK,
        "\n\n",
        _seen(c) if seen else "",
        SLOPE if wasserstein or c.r1 else "",
        f"G = network(1, {c.g_width}, {ACTIVATIONS[c.g_activation]})\n",
        f"D = network({c.pac}, {c.d_width}, {ACTIVATIONS[c.d_activation]})  # returns the logit\n"
        if not wasserstein
        else f"D = network({c.pac}, {c.d_width}, {ACTIVATIONS[c.d_activation]})  # a critic\n",
        _optimizer(c, "d"),
        _optimizer(c, "g"),
        'd_acc = g_acc = float("nan")  # a critic scores, it does not classify\n'
        if wasserstein
        else "",
        '\nprint("epoch d_loss d_acc g_loss g_acc")\n',
        _loop(c, seen),
    ]
    return "".join(parts)


def _target(c: Config) -> str:
    """The true map f as source."""
    if c.target in MAPS:
        return MAPS[c.target]
    if c.target == "formula":
        source = numpy_source(c.formula)
        quiet = 'np.seterr(all="ignore")  # where works out both of its branches\n\n\n'
        return (
            quiet if "np.where" in source else ""
        ) + f"def f(z):\n    z = z.astype(np.float64)\n    return {source}\n"
    if c.target == "mixture":
        rows = ", ".join(str(row) for row in parse_mixture(c.mixture).tolist())
        return PHI + MIXTURE.format(rows=f"[{rows}]") + TABLE
    parse_drawing(c.drawing)  # only 48 letters and digits pass
    return PHI + DRAWING.format(text=c.drawing) + TABLE


class _Numpy(ast.NodeTransformer):
    """Names of functions get their `np.`; a comparison used as a number becomes one."""

    def visit_Name(self, node: ast.Name) -> ast.AST:
        known = node.id in FUNCTIONS or node.id == "pi"
        return ast.Attribute(ast.Name("np"), node.id) if known else node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        match node:  # but the condition of a where stays one
            case ast.Call(ast.Attribute(attr="where"), [ast.BinOp(ast.Compare() as asks), *rest]):
                node.args = [asks, *rest]
        return node

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        self.generic_visit(node)
        return ast.BinOp(node, ast.Mult(), ast.Constant(1.0))


def numpy_source(formula: str) -> str:
    """A formula in z as a numpy expression.

    Only what `parse_formula` lets through: numbers, z, pi, known functions, operators. Raises
    ValueError as it does.
    """
    return ast.unparse(ast.fix_missing_locations(_Numpy().visit(parse_formula(formula))))


def _seen(c: Config) -> str:
    """What D gets to see."""
    lines = ["def seen(x):  # what D gets to see\n"]
    if c.instance_noise:
        lines += [
            "    noise = rng.standard_normal((len(x), 1), dtype=np.float32)\n",
            "    x = x + instance_noise * torch.from_numpy(noise)\n",
        ]
    lines.append("    return x.reshape(-1, pac)  # in packs\n" if c.pac > 1 else "    return x\n")
    return "".join([*lines, "\n\n"])


def _optimizer(c: Config, who: str) -> str:
    kind = {"sgd": "SGD", "adam": "Adam"}[c.optimizer]
    more = ", betas=(0.5, 0.9)" if c.optimizer == "adam" else ""
    return f"opt_{who} = torch.optim.{kind}({who.upper()}.parameters(), lr=lr_{who}{more})\n"


def _loop(c: Config, seen: bool) -> str:
    """The training itself."""
    wasserstein = c.loss == "wgan-gp"
    real, fake = ("x_real", "x_fake") if seen else ("real", "fake")
    g_loss = {
        "non-saturating": "softplus(-on_fake).mean()  # -log D(G(z))",
        "minimax": "-softplus(on_fake).mean()  # log(1 - D(G(z)))",
        "wgan-gp": "-on_fake.mean()",
    }[c.loss]
    lines = [
        "for epoch in range(1, epochs + 1):",
        "    z_real, z, fresh = (rng.standard_normal(batch, dtype=np.float32) for _ in range(3))",
        "    real = torch.from_numpy(f(z_real).astype(np.float32))[:, None]",
        "    z, fresh = torch.from_numpy(z)[:, None], torch.from_numpy(fresh)[:, None]",
        "",
        f"    # D: {c.d_steps} step{'s' * (c.d_steps > 1)} on one batch of real and fake samples",
        "    with torch.no_grad():",
        "        fake = G(z)",
        "    for _ in range(d_steps):",
    ]
    if seen:
        lines.append("        x_real, x_fake = seen(real), seen(fake)")
    if c.r1:
        lines.append(f"        {real}.requires_grad_()")
    lines.append(f"        on_real, on_fake = D({real}), D({fake})")
    if wasserstein:
        lines += [
            f"        t = torch.from_numpy(rng.random((len({real}), 1), dtype=np.float32))",
            f"        between = (t * {real}.detach() + (1 - t) * {fake}).requires_grad_()",
            "        norm = slope(D(between), between).norm(dim=1)",
            "        d_loss = on_fake.mean() - on_real.mean() + gp * (norm - 1).square().mean()",
        ]
    else:
        lines += [
            "        # binary cross-entropy: -log D(x) for the real, -log(1 - D(x)) for the fake",
            "        d_loss = (softplus(-on_real).mean() + softplus(on_fake).mean()) / 2",
            "        d_acc = ((on_real > 0).float().mean() + (on_fake < 0).float().mean()) / 2",
        ]
    if c.r1:
        lines.append(
            f"        d_loss = d_loss + r1 / 2 * slope(on_real, {real}).square().sum(dim=1).mean()"
        )
    lines += [
        "        opt_d.zero_grad()",
        "        d_loss.backward()",
        "        opt_d.step()",
        "",
        "    # G: one step that makes D take fresh fakes for real",
        f"    on_fake = D({'seen(G(fresh))' if seen else 'G(fresh)'})",
        f"    g_loss = {g_loss}",
        *([] if wasserstein else ["    g_acc = (on_fake > 0).float().mean()"]),
        "    opt_g.zero_grad()",
        "    g_loss.backward()",
        "    opt_g.step()",
        "",
        "    if epochs <= 100 or epoch % 100 == 0:",
        '        print(f"{epoch} {d_loss:.6f} {d_acc:.4f} {g_loss:.6f} {g_acc:.4f}")',
    ]
    return "\n".join(lines) + "\n"
