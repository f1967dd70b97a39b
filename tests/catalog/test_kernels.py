"""Kernels typed in by hand: their text, the library, and what a layer makes of them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from playground.catalog import kernels
from playground.catalog.kernels import KernelError, changed_kernels, library, parse, render, typed
from playground.document.shapes import ShapeError
from tests.networks import LAYERS, assert_sentence, values

ARROW = ((0.0, 1.0, 0.0), (0.0, 0.0, 2.0), (0.0, 1.0, 0.0))
SOBEL = ((-1.0, 0.0, 1.0), (-2.0, 0.0, 2.0), (-1.0, 0.0, 1.0))
TEXT = "0 1 0; 0 0 2; 0 1 0 | | -1 0 1; -2 0 2; -1 0 1"
CASES = {
    case["id"]: case
    for case in json.loads((Path(__file__).parents[1] / "data" / "worked_examples.json").read_text("utf-8"))["cases"]
}


def conv(text: str, filters: int = 4, kernel: int = 3):
    return values("conv2d", filters=filters, kernel=kernel, kernels=text)


def built(text: str, seed: int = 0, channels: int = 3, filters: int = 4, kernel: int = 3):
    torch.manual_seed(seed)
    return LAYERS["conv2d"].build(torch, ((channels, 5, 5),), conv(text, filters, kernel))


def test_a_text_is_read_and_written_in_its_normal_form():
    assert parse(TEXT) == ((ARROW,), (), (SOBEL,))
    assert render(parse(TEXT)) == TEXT
    assert render(parse("  1|| .50 | |")) == "1 | | 0.5"
    assert parse("") == parse("   ") == () and render(((), ())) == ""
    assert render([(), [((1e-7,),)], [((-123456.0,),)]]) == "| 1e-07 | -123456"
    assert kernels.KERNELS.check(" 0  1 ;2 3.0 |  ") == "0 1; 2 3"


@pytest.mark.parametrize("bad", ["1 2; 3", "1 2", "x", "1 nan; 2 3", "inf", "1e9", "1;;", "__import__('os')"])
def test_a_text_that_is_none_is_told_in_a_sentence_with_a_cure(bad):
    with pytest.raises(KernelError) as caught:
        parse(bad)
    assert_sentence(caught.value)
    assert kernels.KERNELS.check(bad) == bad
    with pytest.raises(ShapeError) as refused:
        LAYERS["conv2d"].shape(((1, 9, 9),), conv(bad))
    assert refused.value.cure.text == "Learn all filters" and dict(refused.value.cure.params) == {"kernels": ""}
    assert typed(conv(bad)) == ((),) * 4


def test_kernels_of_another_size_than_the_window_are_a_problem_with_a_cure():
    with pytest.raises(ShapeError, match=r"typed kernels are 3 × 3, the window is 5 × 5\.") as refused:
        LAYERS["conv2d"].shape(((1, 9, 9),), conv(TEXT, kernel=5))
    # The click takes the new size back, so the sentence says how to keep it.
    assert str(refused.value).endswith(" Use kernel 3, or learn the typed filters in the inspector.")
    assert dict(refused.value.cure.params) == {"kernel": 3}
    with pytest.raises(ShapeError, match="different sizes") as refused:
        LAYERS["conv2d"].shape(((1, 9, 9),), conv("1 | 1 2; 3 4"))
    assert refused.value.cure.text == "Learn all filters"
    assert LAYERS["conv2d"].shape(((1, 9, 9),), conv(TEXT)) == (4, 7, 7)


def test_typed_filters_overwrite_the_random_draw_and_leave_every_other_bit():
    plain, made = built("", seed=5), built(TEXT, seed=5)
    after = torch.rand(1)
    torch.manual_seed(5)
    torch.nn.Conv2d(3, 4, 3)
    assert torch.equal(torch.rand(1), after)
    for channel in range(3):
        assert made.weight[0, channel].tolist() == [list(row) for row in ARROW]
        assert made.weight[2, channel].tolist() == [list(row) for row in SOBEL]
    assert torch.equal(made.weight[[1, 3]], plain.weight[[1, 3]])
    assert torch.equal(made.bias, plain.bias)


def test_kernels_of_filters_that_are_not_there_wait():
    made = built(TEXT, filters=2)
    assert made.weight[0, 0].tolist() == [list(row) for row in ARROW]
    assert typed(conv(TEXT, filters=2)) == ((ARROW,), ())


@pytest.mark.row("D18")
def test_the_worked_examples_of_the_course_come_out():
    """Its vertical line over three channels in full, and of its arrow the channel that has the library's kernel."""
    vertical, arrow = CASES["conv_rgb_vertical"], CASES["conv_rgb_arrow"]
    assert [list(row) for row in ARROW] == arrow["inputs"]["k"][0]
    made = built(render([[library(3)["Vertical line"]], [library(3)["Arrow"]]]), filters=2)
    with torch.no_grad():
        made.bias.zero_()
        picture = torch.tensor([vertical["inputs"]["x"]], dtype=torch.float32)
        assert made(picture)[0, 0].tolist() == vertical["expected"]["y"]
        picture[:, 1:] = 0
        assert made(picture)[0, 1].tolist() == arrow["expected"]["intermediate"][0]


def test_the_library_holds_the_kernels_that_everybody_knows():
    three = library(3)
    assert three["Sobel x"] == SOBEL
    assert three["Sobel y"] == ((-1, -2, -1), (0, 0, 0), (1, 2, 1))
    assert three["Prewitt x"] == ((-1, 0, 1),) * 3
    assert three["Laplace"] == ((0, 1, 0), (1, -4, 1), (0, 1, 0))
    assert three["Edges"] == ((-1, -1, -1), (-1, 8, -1), (-1, -1, -1))
    assert three["Sharpen"] == ((0, -1, 0), (-1, 5, -1), (0, -1, 0))
    assert three["Gaussian blur"] == ((0.0625, 0.125, 0.0625), (0.125, 0.25, 0.125), (0.0625, 0.125, 0.0625))
    assert three["Arrow"] == ARROW
    assert library(5)["Sobel x"][2] == (-6, -12, 0, 12, 6)


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 7, 31])
def test_every_kernel_of_the_library_is_of_its_size_and_does_what_it_says(size):
    ramp = np.tile(np.arange(size, dtype=float), (size, 1))
    for name, kernel in library(size).items():
        array = np.array(kernel)
        assert array.shape == (size, size), name
        assert parse(render([[kernel]])) == ((kernel,),), name
        if "blur" in name:
            assert array.sum() == pytest.approx(1, abs=1e-3) and np.allclose(array, array.T)
        if name in ("Sobel x", "Prewitt x"):
            assert (array * ramp).sum() > 0 and array.sum() == 0 and (array * ramp.T).sum() == 0
        if name in ("Laplace", "Edges"):
            assert array.sum() == 0


def test_an_edit_is_known_by_the_kernels_that_it_changed():
    new = [(0, 0, None, ARROW), (0, 1, None, ARROW), (2, 0, None, SOBEL), (2, 1, None, SOBEL)]
    assert changed_kernels(conv(""), conv(TEXT), 2) == tuple(new)
    other = TEXT.replace("2; 0 1 0", "3; 0 1 0")
    assert changed_kernels(conv(TEXT), conv(other), 1) == ((0, 0, ARROW, (*ARROW[:1], (0, 0, 3), *ARROW[2:])),)
    assert changed_kernels(conv(TEXT), conv("| | -1 0 1; -2 0 2; -1 0 1"), 1) == ((0, 0, ARROW, None),)
    assert changed_kernels(conv(TEXT), conv(TEXT), 2) == ()
    assert changed_kernels(values("dense"), values("dense"), 2) == ()


# -- one kernel for each input map --------------------------------------------------------------------------------

MAPS = "1 2; 3 4 / / 0 1; 1 0"


def test_a_filter_may_have_a_kernel_for_each_input_map():
    assert parse(f"9 | {MAPS} |") == ((((9.0,),),), (((1, 2), (3, 4)), None, ((0, 1), (1, 0))), ())
    assert kernels.KERNELS.check(f"||{MAPS.replace(' /', '/')}") == f"| | {MAPS}"
    assert kernels.KERNELS.check("1/ | /2 ") == "1 / | / 2"
    # Equal squares are one for all maps, and none at all is a filter that is learnt.
    assert kernels.KERNELS.check("/ / | 7 / 7.0 / 7") == "| 7"


def test_kernels_of_single_maps_leave_every_other_bit():
    plain, made = built("", 5, kernel=2), built(f"| {MAPS}", 5, kernel=2)
    assert made.weight[1, 0].tolist() == [[1, 2], [3, 4]] and made.weight[1, 2].tolist() == [[0, 1], [1, 0]]
    assert torch.equal(made.weight[1, 1], plain.weight[1, 1])
    assert torch.equal(made.weight[[0, 2, 3]], plain.weight[[0, 2, 3]]) and torch.equal(made.bias, plain.bias)


@pytest.mark.row("D18")
def test_the_worked_example_with_a_kernel_for_each_colour_comes_out():
    case = CASES["conv_rgb_arrow"]
    squares = [tuple(tuple(map(float, row)) for row in square) for square in case["inputs"]["k"]]
    made = built(render([squares]), filters=1)
    with torch.no_grad():
        made.bias.zero_()
        assert made(torch.tensor([case["inputs"]["x"]], dtype=torch.float32))[0, 0].tolist() == case["expected"]["y"]


@pytest.mark.parametrize(("maps", "cure", "fitted"), [
    (2, "Keep the first 2 maps", "5 6; 7 8 | 1 2; 3 4 /"),
    (1, "Keep the first map", "5 6; 7 8 | 1 2; 3 4"),
    (4, "Learn the other maps", "5 6; 7 8 | 1 2; 3 4 / / 0 1; 1 0 /"),
])  # fmt: skip
def test_another_number_of_input_maps_is_a_problem_whose_cure_keeps_what_fits(maps, cure, fitted):
    wrong = conv(f"5 6; 7 8 | {MAPS}", kernel=2)
    assert LAYERS["conv2d"].shape(((3, 5, 5),), wrong) == (4, 4, 4)
    with pytest.raises(ShapeError, match="Filter 2 has kernels for 3 input maps, and there") as refused:
        LAYERS["conv2d"].shape(((maps, 5, 5),), wrong)
    assert_sentence(refused.value)
    assert refused.value.cure.text == cure and dict(refused.value.cure.params) == {"kernels": fitted}
    cured = conv(fitted, kernel=2)
    assert kernels.KERNELS.check(fitted) == fitted and LAYERS["conv2d"].shape(((maps, 5, 5),), cured) == (4, 4, 4)


def test_an_edit_of_one_map_is_known_by_its_map():
    five, seven, eight = ((5,),), ((7,),), ((8,),)
    assert changed_kernels(conv("7"), conv("7 / / 8"), 3) == ((0, 1, seven, None), (0, 2, seven, eight))
    assert changed_kernels(conv("7 / / 8"), conv("8"), 3) == ((0, 0, seven, eight), (0, 1, None, eight))
    assert changed_kernels(conv(""), conv("/ 5 /"), 3) == ((0, 1, None, five),)
