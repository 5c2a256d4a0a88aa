"""What core may import, looked at in a fresh process."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def python(source: str) -> str:
    """What a fresh interpreter prints."""
    command = [sys.executable, "-c", source]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout


def test_no_module_of_core_imports_streamlit():
    out = python(
        "import core, importlib, pkgutil, sys\n"
        "names = [m.name for m in pkgutil.walk_packages(core.__path__, 'core.')]\n"
        "for name in names: importlib.import_module(name)\n"
        "print(len(names), 'streamlit' in sys.modules, 'ui' in sys.modules)"
    )
    count, *found = out.split()
    assert int(count) >= 15
    assert found == ["False", "False"]


def test_the_1d_gan_imports_torch_only_for_the_reference_engine():
    out = python(
        "import sys\n"
        "import core.data.toy, core.metrics\n"
        "from core.gan_1d import Config, begin, resume\n"
        "names = 'numba', 'torch', 'sklearn', 'umap'\n"
        "def heavy(): print([m for m in names if m in sys.modules])\n"
        "heavy()\n"
        "next(resume(Config(), begin(Config()))); heavy()\n"
        "adam = Config(optimizer='adam', d_steps=1)\n"
        "next(resume(adam, begin(adam))); heavy()"
    )
    assert out.splitlines() == ["[]", "['numba']", "['numba', 'torch']"]


def test_figures_and_reports_wait_for_nothing_heavy():
    out = python(
        "import sys\n"
        "from core.figures.gan_1d import Moment, Style, figure\n"
        "from core.figures.theme import LIGHT\n"
        "from core.gan_1d import Config, begin, curves, report, scenes\n"
        "config = Config(); step = begin(config); now = curves.curves(config, step.view)\n"
        "figure(config, [Moment(0, now)], {}, Style(LIGHT))\n"
        "report.formula(config, step, now, LIGHT.words)\n"
        "curves.distances(config, step.view)\n"
        "heavy = 'numba', 'torch', 'sklearn', 'umap', 'streamlit'\n"
        "print([m for m in heavy if m in sys.modules])"
    )
    assert out.strip() == "[]"
