"""Links with odd mixtures: every view that shows one lives, and names what is wrong."""

import pytest
from streamlit.testing.v1 import AppTest

from tests import links

VIEWS = [("gan_1d", ""), ("diffusion", "Forward"), ("diffusion", "Train"), ("diffusion", "Reverse")]
READ = (
    "1e-300 N(50, 0.02) + 1 N(-50, 0.02)",
    " + ".join(f"{k % 3} N({9 * k - 50}, 0.02)" for k in range(12)),
)
GAP = " " * 160
REFUSED = {
    "1e308 N(0, 1) + 1e308 N(1, 1)": "weights must lie between 0 and 1,000,000; one is 1e+308",
    "5e-324 N(0, 1)": "weight must be 0.000001 or more; the largest is 5e-324",
    f"1 N({GAP},{GAP}1{GAP}": "Cannot read the mixture part '1 N( , 1'",
}


def opened(lesson: str, view: str, mixture: str) -> AppTest:
    query = {"target": "mixture", "mixture": mixture, **({"view": view} if view else {})}
    at = links.opened(lesson, {f"{lesson}.{name}": text for name, text in query.items()})
    assert not at.exception
    assert at.get("plotly_chart")
    return at


def said(at: AppTest) -> str:
    found = " ".join(element.value for kind in (at.error, at.warning) for element in kind)
    return found.replace("\\", "")


@pytest.mark.parametrize("mixture", READ)
@pytest.mark.parametrize(("lesson", "view"), VIEWS)
def test_what_the_parser_accepts_is_shown(lesson: str, view: str, mixture: str) -> None:
    at = opened(lesson, view, mixture)
    assert said(at) == ""
    assert not any("nan" in metric.value.lower() for metric in at.metric)


@pytest.mark.parametrize("mixture", REFUSED)
@pytest.mark.parametrize(("lesson", "view"), VIEWS)
def test_what_it_refuses_is_named_and_the_page_lives(lesson: str, view: str, mixture: str) -> None:
    assert REFUSED[mixture] in said(opened(lesson, view, mixture))
