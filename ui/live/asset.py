"""The components' files."""

import re
from pathlib import Path

_ASSETS = Path(__file__).resolve().parents[2] / "assets"


def asset(*names: str) -> str:
    """The text of these files, one after the other.

    Streamlit takes a component's JavaScript as one string, so modules that several components share
    are joined here: what they export for each other, and for the tests, is then simply defined.
    """
    texts = [(_ASSETS / name).read_text(encoding="utf-8") for name in names]
    return "\n".join(re.sub(r"^export (?!default)", "", text, flags=re.MULTILINE) for text in texts)
