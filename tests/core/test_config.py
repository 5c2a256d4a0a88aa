"""Settings: what is refused, in which words, and what may change during a training."""

import dataclasses
from dataclasses import dataclass

import pytest

from core.config import acts_at_once, allowed, changes, check, from_strings, knob, read, shown
from core.gan_1d import Config as Gan


@dataclass(frozen=True)
class Config:
    lr: float = knob(0.1, "Rate", min=0.0, max=2.0, live=True)
    width: int = knob(4, "Width", min=1, max=8)
    loss: str = knob("mean", "Loss", choices=("mean", "sum"), live=True)
    flip: bool = knob(False, "Flip")
    text: str = knob("z", "Text")

    def __post_init__(self) -> None:
        check(self)


FIELDS = {f.name: f for f in dataclasses.fields(Config)}


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("lr", -0.1, "allowed are 0 to 2"),
        ("lr", 2.5, "allowed are 0 to 2"),
        ("lr", float("nan"), "allowed are 0 to 2"),
        ("lr", float("inf"), "allowed are 0 to 2"),
        ("lr", None, "allowed are 0 to 2"),
        ("width", 0, "allowed are whole numbers 1 to 8"),
        ("width", 9, "allowed are whole numbers 1 to 8"),
        ("width", 2.5, "allowed are whole numbers 1 to 8"),
        ("loss", "max", "allowed are mean, sum"),
        ("flip", "perhaps", "allowed are true and false"),
    ],
)
def test_an_impossible_value_names_the_field_the_value_and_what_is_allowed(name, value, allowed):
    with pytest.raises(ValueError, match=name) as caught:
        dataclasses.replace(Config(), **{name: value})
    assert str(caught.value) == f"{name} = {value!r}: {allowed}."


@pytest.mark.parametrize(("name", "value"), [("lr", 1), ("width", 2.0), ("text", 3), ("flip", 1)])
def test_a_value_of_another_type_is_refused(name, value):
    with pytest.raises(ValueError, match="must be of type"):
        Config(**{name: value})


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("lr", "1e-2", 0.01),
        ("width", "8", 8),
        ("width", "8.0", 8),
        ("width", "\N{FULLWIDTH DIGIT EIGHT}", 8),
        ("loss", "sum", "sum"),
        ("flip", "True", True),
        ("flip", "false", False),
        ("text", "", ""),
    ],
)
def test_text_is_read_as_the_type_of_the_default(name, text, value):
    got = read(FIELDS[name], text)
    assert got == value
    assert type(got) is type(value)


@pytest.mark.parametrize(
    "text", ["", "x", "1e999", "nan", "-inf", "0x8", "8.5", "1_000", " ", "9" * 400]
)
def test_text_that_is_no_allowed_whole_number_is_refused(text):
    with pytest.raises(
        ValueError, match=r"width = .*: allowed are whole numbers 1 to 8\."
    ) as caught:
        read(FIELDS["width"], text)
    assert len(str(caught.value)) < 100


def test_every_field_says_what_it_allows():
    assert all(allowed(field) for field in dataclasses.fields(Gan))


def test_a_long_value_is_cut_in_messages():
    assert len(shown("x" * 1000)) == 40


@pytest.mark.parametrize("config", [Config(), Config(0.5, 8, "sum", True, "a b")])
def test_text_round_trip(config):
    values = {name: str(value) for name, value in dataclasses.asdict(config).items()}
    assert from_strings(Config, values) == (config, {})


def test_a_bad_value_in_a_link_keeps_its_default_and_is_told():
    config, complaints = from_strings(Config, {"lr": "9", "width": "2", "nose": "1", "flip": "?"})
    assert config == Config(width=2)
    assert complaints == {
        "lr": "lr = '9': allowed are 0 to 2.",
        "nose": "nose: there is no such setting.",
        "flip": "flip = '?': allowed are true and false.",
    }


@pytest.mark.parametrize(
    ("values", "kept"),
    [
        ({"pac": "4", "batch": "6"}, {"pac": 4}),
        ({"target": "formula", "formula": "1/0"}, {"target": "formula"}),
        ({"formula": "1/0", "target": "formula", "seed": "3"}, {"target": "formula", "seed": 3}),
    ],
)
def test_values_that_do_not_go_together_in_a_link_are_told_too(values, kept):
    config, complaints = from_strings(Gan, values)
    assert changes(Gan(), config) == kept
    assert len(complaints) == 1


def test_changes_are_the_fields_that_differ():
    assert changes(Config(), Config(lr=1.0, loss="sum")) == {"lr": 1.0, "loss": "sum"}


def test_only_live_fields_act_at_once():
    for field in dataclasses.fields(Config):
        other = {"lr": 1.0, "width": 2, "loss": "sum", "flip": True, "text": "a"}[field.name]
        new = dataclasses.replace(Config(), **{field.name: other})
        assert acts_at_once(Config(), new) is field.metadata["live"]


@pytest.mark.parametrize("field", ["target", "g_width", "d_activation", "pac", "batch", "seed"])
def test_what_a_gan_is_made_of_does_not_change_while_it_trains(field):
    assert not {f.name: f for f in dataclasses.fields(Gan)}[field].metadata["live"]
