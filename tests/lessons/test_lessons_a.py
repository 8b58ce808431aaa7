"""Lessons 01, 02 and 07: their cells run, and every number in them is true."""

import json
import math
import re
import runpy
from collections.abc import Callable

import pytest

from autograder.authoring.lessons.exercises import load_exercise
from autograder.course.course_file import Course
from autograder.model import CompiledExercise, Role, Visibility
from autograder.worker import driver
from autograder.worker.imports.importable import STANDARD
from reference import derivative as d
from reference import gradcheck as g
from reference import manual as m
from reference.engine import Value

Compile = Callable[[str], CompiledExercise]
LESSONS = ("01_derivative", "02_manual_backprop", "07_gradcheck")
FIRST, SECOND, SEVENTH = LESSONS


@pytest.fixture
def lesson(real_course: Course) -> Callable[[str], str]:
    """A lesson's text with its hints, spaces made single."""

    def read(exercise: str) -> str:
        folder = real_course.exercises / exercise
        text = (folder / "lesson.md").read_text() + (folder / "exercise.yml").read_text()
        return " ".join(text.split())

    return read


def run_cells(course: Course, exercise: str, *, solved: bool) -> list[tuple[Role, str]]:
    """Run every code cell in order; the role and the failure, if any, of each."""
    cells = load_exercise(course.exercises / exercise, course.reference).exercise.cells
    code = [c for c in cells if c.role in (Role.EXAMPLE, Role.PROVIDED, Role.SOLVE)]
    sources = [c.solution if solved and c.solution else c.source for c in code]
    namespace = driver.make_namespace(STANDARD)
    blocks = [(f"cell {k}", source) for k, source in enumerate(sources)]
    played = driver.execute(blocks, namespace)
    return [(c.role, p.detail) for c, p in zip(code, played, strict=True)]


@pytest.mark.parametrize("exercise", LESSONS)
def test_every_cell_of_a_solved_lesson_runs(exercise: str, real_course: Course) -> None:
    assert {detail for _, detail in run_cells(real_course, exercise, solved=True)} == {""}


def test_a_lesson_not_begun_fails_only_in_examples_and_only_as_unwritten(
    real_course: Course,
) -> None:
    for name in LESSONS:
        exercise = load_exercise(real_course.exercises / name, real_course.reference).exercise
        cells = run_cells(real_course, name, solved=False)
        failed = [(role, text) for role, text in cells if text]
        assert {role for role, _ in failed} == {Role.EXAMPLE}
        assert {text for _, text in failed} <= {task.id for task in exercise.tasks}


def printed(course: Course, exercise: str, capsys: pytest.CaptureFixture[str]) -> str:
    run_cells(course, exercise, solved=True)
    return capsys.readouterr().out


def test_examples_of_01_print_what_the_lesson_says(
    real_course: Course, capsys: pytest.CaptureFixture[str]
) -> None:
    out = printed(real_course, FIRST, capsys)
    assert "0.001 6.000999" in out
    assert "rate 0.5 leads to x = -2.0 at height 25.0" in out
    steps = [float(x) for x in re.findall(r"central error (\S+)", out)]
    # the lesson asks for which steps the error is below 1e-7; none may be close to it
    assert [k for k, error in enumerate(steps, 1) if error < 1e-7] == [4, 5, 6, 7]
    assert not [error for error in steps if 0.9e-7 < error < 1.1e-7]
    assert 4 <= steps.index(min(steps)) + 1 <= 6  # the bottom is near 6e-6
    assert out.count("flat at 0.6666666666666666") == 1


def test_numbers_of_01_are_those_of_the_reference(lesson: Callable[[str], str]) -> None:
    text = lesson(FIRST)

    def square(x: float) -> float:
        return x**2

    def cube(x: float) -> float:
        return x**3

    def parabola(x: float) -> float:
        return 3 * x**2 - 4 * x + 5

    assert d.forward_difference(square, 3.0, 1.0) == 7.0
    assert square(3.1) == pytest.approx(9.61) and "f(3.1) = 9.61" in text
    assert d.forward_difference(square, 3.0, 0.1) == pytest.approx(6.1)
    assert f"f(2.1) = {cube(2.1):.3f} f(1.9) = {cube(1.9):.3f}" in text
    assert f"rise {cube(2.1) - cube(1.9):.3f}" in text
    for h in (0.1, 0.05):
        forward, central = (f(cube, 2.0, h) for f in (d.forward_difference, d.central_difference))
        row = f"{h} {forward:.6g} {forward - 12:.4g} {central:.6g} {central - 12:.4g}"
        assert row in text
    assert d.slope_of_parabola(3.0) == 14 and d.slope_of_square(-2.0) == -4
    assert parabola(2.0) == 9 and d.slope_of_parabola(2.0) == 8
    (down,), (up,) = d.step_downhill([2.0], [8.0], 0.1), d.step_uphill([2.0], [8.0], 0.1)
    assert f"{down:g} height {parabola(down):.2f}" in text and f"{up:g} height" in text
    assert parabola(2 - 0.5 * 8) == 25 and "a height of 25" in text
    assert 2.0 + 1e-16 == 2.0
    eps = math.ulp(1.0)
    assert f"{eps:.1e}" == "2.2e-16" and f"{eps ** (1 / 3):.0e}" == "6e-06"
    assert d.partials(lambda a, b, c: a * b + c, [2, 3, -1]) == pytest.approx([3, 2, 1])
    assert [round(x, 9) for x in (2.1 * 3 - 1, 2 * 3.1 - 1)] == [5.3, 5.2]


def test_hints_of_01_calculate_rightly(lesson: Callable[[str], str]) -> None:
    text = lesson(FIRST)

    def price(km: float, nights: float) -> float:
        return 0.5 * km + 80 * nights

    assert f"price(101, 2) = {price(101, 2)} price(99, 2) = {price(99, 2)}" in text
    assert f"price(100, 3) = {price(100, 3):g} price(100, 1) = {price(100, 1):g}" in text
    assert d.partials(price, [100, 2]) == pytest.approx([0.5, 80])
    assert [(31 - 26) / 2, round((28.4 - 23.2) / 2, 9)] == [2.5, 2.6]
    assert 10 * -2 + 20 == 0
    assert d.step_uphill([10, 20], [-4, 6], 0.5) == [8, 23]
    assert d.step_downhill([10, 20], [-4, 6], 0.5) == [12, 17]
    assert d.errors(lambda f, x, h: h, None, 0, 20.0, [19.5, 20.25, 21.0]) == [0.5, 0.25, 1.0]


def test_numbers_of_02_are_those_of_the_reference(
    lesson: Callable[[str], str], real_course: Course, capsys: pytest.CaptureFixture[str]
) -> None:
    text, out = lesson(SECOND), printed(real_course, SECOND, capsys)
    at = (2.0, 3.0, -1.0, 4.0)
    assert m.expression(*at) == (6, 5, 20)
    assert m.expression_gradients(*at) == (12, 8, 4, 5)
    for name, gradient in zip("abcf", (12.0, 8.0, 4.0, 5.0), strict=True):
        assert f"by nudging {name} {gradient}" in out
    t = math.tanh(0.5)
    assert f"t = {t:.4f}$ and the local derivative is ${m.local_tanh(0.5):.4f}" in text
    assert m.used_twice(3.0, 2.0) == 15 and m.used_twice_gradients(3.0, 2.0) == (8, 3)
    assert [round(x, 9) for x in (5.1 * 3, 5 * 3.1)] == [15.3, 15.5]
    assert f"o {m.neuron(2.0, -1.0, 0.5, 1.5, 1.0):.4f}" in text
    assert "[0.3932, 1.1797, 1.5729, -0.7864, 0.7864]" in out
    assert "w2 by nudging: -0.7864" in out
    moved = m.expression_step(*at, 0.01)
    assert moved == pytest.approx((2.12, 3.08, -0.96, 4.05))
    assert f"{3 + 0.01 * 2.12 * 4:.4f}, not 3.08" in text
    assert f"= {0.01 * (12**2 + 8**2 + 4**2 + 5**2):.2f}$" in text
    assert f"brings {m.expression(*moved)[-1] - 20:.3f}" in text


def test_hints_of_02_calculate_rightly() -> None:
    u, v, w = 7, 1, 3
    assert ((u - v) / w, (u - v) * w) == (2, 18)
    assert d.partials(lambda u, v, w: (u - v) * w, [7, 1, 3]) == pytest.approx([3, -3, 6])
    assert d.partials(lambda u: u * (u - 4), [7]) == pytest.approx([10])
    assert d.partials(lambda x, w, b: (x * w + b) ** 2, [2, 5, -7]) == pytest.approx([30, 12, 6])
    assert d.step_uphill([7, 3], [3, 7], 0.1) == pytest.approx([7.3, 3.7])
    assert f"{3 + 0.1 * 7.3:.2f}" == "3.73"
    assert d.partials(lambda a, b: 3 * a - b / 2, [1, 1]) == pytest.approx([3, -0.5])


def test_numbers_of_07_are_those_of_the_reference(
    lesson: Callable[[str], str], real_course: Course, capsys: pytest.CaptureFixture[str]
) -> None:
    text, out = lesson(SEVENTH), printed(real_course, SEVENTH, capsys)
    right = 1 - math.tanh(0.5) ** 2
    assert f"Ada {right:.4f} 3 2" in text and f"Ben {1 - 0.5**2:.2f} 3 2" in text
    assert g.relative_error(1 - 0.5**2, right) == pytest.approx(0.046, abs=5e-4)
    assert g.relative_error(2.718**2, math.e**2) == pytest.approx(2e-4, rel=0.05)
    assert g.relative_error(g.numeric_gradient(math.tanh, [0.5])[0], right) < 1e-10
    assert g.relative_error(0.0, 1e-11) == 1

    def slope(h: float) -> float:
        return ((3.1e8 + h) ** 2 - (3.1e8 - h) ** 2) / (2 * h)

    assert math.ulp(3.1e8**2) == 16
    for h, said in ((1e-5, "slope 620 800 000"), (1860, "slope 620 000 000")):
        assert round(slope(h)) == int(said.removeprefix("slope").replace(" ", ""))
        assert said in text
    assert slope(1e-5) / 6.2e8 - 1 == pytest.approx(1.3e-3, rel=0.01)

    def relu(x: float) -> float:
        return max(0.0, x)

    for x, row in (
        (0.0, "0 0 1 0.5"),
        (1e-7, "1e-7 0.0167 1 0.508"),
        (-1e-7, "-1e-7 0 0.983 0.492"),
    ):
        left, central, after = *g.side_slopes(relu, [x], 0), g.numeric_gradient(relu, [x])[0]
        assert [float(word) for word in row.split()[1:]] == pytest.approx(
            [left, central, after], abs=5e-4
        )
        assert row in text
    assert "Ben, tanh: False\nBen, a * b: True" in out
    verdicts = dict(re.findall(r"^(\w+) is (right|wrong)$", out, re.MULTILINE))
    assert verdicts == {
        "Ada": "right", "Ben": "wrong", "Cleo": "right",
        "Dev": "wrong", "Eve": "right", "Finn": "wrong",
    }  # fmt: skip


def test_hints_of_07_calculate_rightly() -> None:
    def corner(x: float) -> float:
        return max(2 * x, 5 * x)

    assert (corner(0) - corner(-0.1)) / 0.1 == 2 and (corner(0.1) - corner(0)) / 0.1 == 5
    assert (corner(0.1) - corner(-0.1)) / 0.2 == pytest.approx(3.5)
    assert [1e-3 * max(1, abs(x)) for x in (0.5, -40, 2000)] == [0.001, 0.04, 2]
    assert math.isclose(math.sin(0.01), 0.01, rel_tol=1e-4)  # "sin alone is blind near 0"


def test_every_expected_verdict_follows_from_the_planted_fault(
    compiled: Compile, real_course: Course
) -> None:
    hidden = runpy.run_path(str(real_course.hidden / SEVENTH / "checks.py"))
    engine, groups = hidden["engine"], hidden["GROUPS"]
    at_the_kink = [engine(f["id"]) for f in groups["kink"]]
    alike = [hidden["RIGHT"], *at_the_kink, *(engine(f["id"]) for f in groups["right"])]
    alike += [engine(f["id"]) for f in groups["fine"]]
    foreign = (" but not its slope", "has the slope of powers of two")
    others = [engine(f["id"]) for f in groups["other"] if not f["id"].endswith(foreign)]
    right = {"Ada", "Cleo", "Eve", *alike, *others}
    course = compiled(SEVENTH)
    seen = {(kind, verdict): 0 for kind in ("gradcheck", "probes") for verdict in (0.0, 1.0)}
    for check in course.checks:
        for case, answer in zip(check.cases, course.expected[check.id], strict=True):
            if case.kind in ("gradcheck", "probes") and not case.request.get("afterwards"):
                subject = next(iter(case.request["engine"].values()))
                due = float((subject in right) == (case.kind == "gradcheck"))
                assert answer.numbers == (due,), case.snippet
                seen[case.kind, due] += 1
    assert min(seen.values()) >= 8
    for check in course.checks:  # an answer that is always the same earns nothing
        kinds = {case.kind for case in check.cases}
        verdicts = {answer.numbers for answer in course.expected[check.id]}
        alone = check.requires or kinds.isdisjoint({"gradcheck", "probes"})
        assert alone or len(verdicts) == 2, check.id


def test_every_function_and_point_is_asked_of_right_and_of_wrong_engines(
    compiled: Compile,
) -> None:
    course = compiled(SEVENTH)
    verdicts: dict[str, set[float]] = {}
    for check in course.checks:
        for case, answer in zip(check.cases, course.expected[check.id], strict=True):
            request = case.request
            planted = case.kind == "gradcheck" and "source" in request["engine"]
            if planted and not request.get("afterwards"):
                look = json.dumps([request["tape"], request["at"]])
                verdicts.setdefault(look, set()).update(answer.numbers)
    assert len(verdicts) >= 20
    assert [look for look, said in verdicts.items() if said != {0.0, 1.0}] == []


def test_an_engine_that_agrees_with_another_is_not_therefore_right(
    compiled: Compile, real_course: Course
) -> None:
    hidden = runpy.run_path(str(real_course.hidden / SEVENTH / "checks.py"))
    others = {hidden["engine"](f["id"]) for f in hidden["GROUPS"]["other"]}
    for check in compiled(SEVENTH).checks:
        cases = [case for case in check.cases if "source" in case.request.get("engine", ())]
        if cases and cases[0].kind == "gradcheck" and len(cases) > 1:
            answers = compiled(SEVENTH).expected[check.id]
            verdicts = {
                answer.numbers
                for case, answer in zip(check.cases, answers, strict=True)
                if case.request["engine"].get("source") in others
            }
            assert verdicts == {(0.0,), (1.0,)}, check.id


def test_planted_engine_without_a_fault_agrees_with_the_reference(real_course: Course) -> None:
    right = runpy.run_path(str(real_course.hidden / SEVENTH / "planted" / "engine.py"))["Value"]
    for f, xs in g.probes():
        ours, planted = ([kind(x) for x in xs] for kind in (Value, right))
        for leaves in (ours, planted):
            f(*leaves).backward()
        assert [x.grad for x in planted] == pytest.approx([x.grad for x in ours], rel=1e-12)


@pytest.mark.parametrize(
    ("exercise", "public", "hidden"), [(FIRST, 5, 15), (SECOND, 5, 15), (SEVENTH, 4, 36)]
)
def test_points_are_round_and_at_most_a_quarter_is_public(
    exercise: str, public: float, hidden: float, compiled: Compile
) -> None:
    total = dict.fromkeys(Visibility, 0.0)
    for check in compiled(exercise).checks:
        total[check.visibility] += check.points
    assert total == {Visibility.PUBLIC: public, Visibility.HIDDEN: hidden}
