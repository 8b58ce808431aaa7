"""What lessons import for the eye and for cells: nothing of it fails or costs in grading."""

import pytest

from autograder.worker.imports import standins
from autograder.worker.imports.importable import QUIET
from autograder.worker.imports.standins import Inert, InertModule, method_of


def test_a_method_is_added_to_its_class_under_its_own_name():
    class Value:
        pass

    @method_of(Value)
    def double(self, x):
        return 2 * x

    assert Value().double(3) == 6
    assert double(None, 3) == 6
    assert Value.double.__qualname__ == "Value.double"


def test_a_later_method_takes_an_earlier_ones_place():
    class Value:
        def f(self):
            return 1

    @method_of(Value)
    def f(self):
        return 2

    assert Value().f() == 2


def test_an_inert_thing_takes_whatever_is_done_to_it():
    plot = Inert("x", y=1)
    with plot.figure(3).axes[0]["k"] as axes:
        assert axes.set(title="t").legend is not None
    plot.rcParams["figure.figsize"] = (6, 3)
    first, second = plot.subplots()
    assert isinstance(first, Inert) and isinstance(second, Inert)
    assert len([*plot]) == 2


@pytest.mark.parametrize("thing", [Inert(), InertModule("matplotlib")])
def test_an_inert_thing_has_no_special_methods_but_its_own(thing):
    for name in ("__array__", "__len__", "__float__", "__fspath__"):
        assert not hasattr(thing, name)


def test_modules_for_the_eye_are_there_with_the_tool_among_them():
    modules = standins.modules()
    assert set(modules) == set(QUIET)
    assert modules["autograder"].method_of is method_of
    assert isinstance(modules["autograder"].check("mul rule"), Inert)
    assert isinstance(modules["matplotlib.pyplot"].plot([1, 2]), Inert)


def test_a_progress_bar_passes_its_items_through():
    assert [*standins.modules()["tqdm"].tqdm([1, 2], desc="x")] == [1, 2]


def test_each_submission_gets_modules_of_its_own():
    one, two = standins.modules(), standins.modules()
    assert one.pop("os.path") is two.pop("os.path")  # the real one, as `math` is
    assert all(one[name] is not two[name] for name in one)


def test_of_the_operating_system_there_is_what_is_plain_text():
    reduced = standins.modules()["os"]
    assert reduced.path.join("a", "b") == "a/b"
    assert reduced.linesep == "\n"
    assert reduced.environ == {} and reduced.getenv("HOME") is None
    with pytest.raises(ImportError, match="os is not available while this exercise is graded"):
        reduced.listdir("/")
