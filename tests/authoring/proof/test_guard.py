"""The guard: nothing of a solution or of a hidden check stands where students look."""

import math
import re

import pytest
from conftest import SMALL
from core_tools import run_of
from course_tools import build

from autograder.authoring.lessons.building import PUBLIC_HALF
from autograder.authoring.lessons.exercises import authored_exercise
from autograder.authoring.proof import guard
from autograder.authoring.proof.compiling import compile_exercise
from autograder.authoring.proof.guard import (
    Leak,
    hidden_numbers,
    leaks,
    public_files,
    solution_lines,
)
from autograder.course.folders import list_exercises
from autograder.judging.judge import Judge
from autograder.model import Answer, Outcome, Visibility
from autograder.worker.status import Status

SECRET = "return 2 * x + 0 * (x - 17.25)"  # a line long enough to be one


@pytest.fixture
def course(small_course):
    """The small course with a solution of one longer line, and a hidden number of many digits."""
    for path, old, new in (
        (small_course.reference / "small.py", "return 2 * x", SECRET),
        (small_course.hidden / SMALL / "checks.py", "1e6", "0.1234567891"),
    ):
        path.write_text(path.read_text().replace(old, new))
    build(small_course, SMALL)
    return small_course


def exercise_of_course(course):
    return authored_exercise(course, SMALL), compile_exercise(course, SMALL)


def found(course):
    """What the guard finds in the files as they stand: (file, problem)."""
    files = public_files(course, SMALL)
    return [(leak.file, leak.problem) for leak in leaks(files, [exercise_of_course(course)])]


def found_in(course, **files):
    """The same in files that are about to leave; __ in a name stands for a slash."""
    given = {name.replace("__", "/"): text.encode() for name, text in files.items()}
    return [(leak.file, leak.problem) for leak in leaks(given, [exercise_of_course(course)])]


def place(course, name, text):
    (course.exercises / SMALL / name).write_text(text)
    return f"exercises/{SMALL}/{name}"


def test_a_built_exercise_leaks_nothing(course):
    assert found(course) == []


def test_solution_lines_are_those_that_no_cell_shows(course):
    assert solution_lines(authored_exercise(course, SMALL)) == {SECRET}


def test_a_line_of_the_solution_is_found_in_any_file_also_in_a_notebooks_json(course):
    name = place(course, "notes.txt", f"hint: {SECRET}\n")
    assert found(course) == [(name, f"holds a line of the solution: {SECRET!r}")]
    place(course, "notes.txt", "")
    path = course.reference / "small.py"
    path.write_text(path.read_text().replace(SECRET, 'return {"the answer": 2 * x}["the answer"]'))
    place(course, "x.ipynb", '"    return {\\"the answer\\": 2 * x}[\\"the answer\\"]\\n"')
    assert any(file.endswith("x.ipynb") for file, _ in found(course))


def test_the_title_of_a_hidden_check_is_found(course):
    title = "Negative numbers and fractions are doubled too."
    name = place(course, "notes.txt", title)
    assert found(course) == [(name, f"holds the title of a hidden check: {title!r}")]


def test_a_title_that_a_public_check_bears_too_is_no_secret(course):
    title = "Negative numbers and fractions are doubled too."
    path = course.exercises / SMALL / "checks.py"
    path.write_text(path.read_text().replace("A number is doubled.", title))
    assert found(course) == []


@pytest.mark.parametrize("file", [PUBLIC_HALF, f"{SMALL}.py", "lesson.md"])
def test_a_hidden_expected_number_is_found_in_whatever_an_exercise_shows(course, file):
    (number,) = hidden_numbers(compile_exercise(course, SMALL))
    assert number == repr(2 * 0.1234567891)
    files = public_files(course, SMALL)
    name = f"exercises/{SMALL}/{file}"
    files[name] += f"\n{number}".encode()
    exercises = [exercise_of_course(course)]
    problem = f"holds a hidden expected number: {number}"
    assert list(leaks(files, exercises)) == [Leak(name, problem, "move the case")]


def test_recorded_data_may_hold_the_numbers_that_a_hidden_check_asks_for(course):
    (number,) = hidden_numbers(compile_exercise(course, SMALL))
    place(course, "recorded.json", f"[{number}]")
    assert found(course) == []


def test_a_number_that_a_public_case_expects_too_is_no_secret(course):
    path = course.exercises / SMALL / "checks.py"
    path.write_text(path.read_text().replace("3.5", "0.1234567891"))
    assert hidden_numbers(compile_exercise(course, SMALL)) == set()


def test_caches_of_editors_are_passed_over(course):
    for folder in ("__pycache__", ".ipynb_checkpoints"):
        (course.exercises / SMALL / folder).mkdir()
        place(course, f"{folder}/x.txt", SECRET)
    assert found(course) == []


def test_a_line_of_the_solution_and_a_hidden_title_are_found_in_the_tool_itself(
    course, monkeypatch, tmp_path
):
    title = "Negative numbers and fractions are doubled too."
    (tmp_path / "tool").mkdir()
    (tmp_path / "tool" / "help.py").write_text(f"# {SECRET}\n# {title}\n")
    monkeypatch.setattr(guard, "TOOL", tmp_path / "tool")
    assert [file for file, _ in found(course)] == ["autograder/help.py"] * 2


def test_the_title_that_a_new_exercise_begins_with_may_stand_in_the_template_alone(course):
    title = "Negative numbers and fractions are doubled too."
    scaffold = {"tool__x.whl__autograder__authoring__scaffold.py": title}
    assert found_in(course, **scaffold) == []
    assert len(found_in(course, **{"tool__x.whl__autograder__cli.py": title})) == 1


def test_an_exercises_folder_is_searched_for_its_own_secrets_and_other_files_for_all(course):
    files = {"exercises__02_later__x.py": SECRET, "README.md": SECRET}
    assert [file for file, _ in found_in(course, **files)] == ["README.md"]


def test_the_real_course_leaks_nothing(real_course, compiled):
    for exercise in ("04_backward_rules", "06_engine"):
        assert exercise in list_exercises(real_course.root)
        both = authored_exercise(real_course, exercise), compiled(exercise)
        assert list(leaks(public_files(real_course, exercise), [both])) == []


# Messages ----------------------------------------------------------------------------------

NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e[+-]?\d+)?")


def numbers_in(text):
    return [float(word) for word in NUMBER.findall(text)]


def like(number, others):
    return any(math.isclose(number, other, rel_tol=1e-5) for other in others)


def answers_of(compiled, mutant):
    """A mutant's answers with as many numbers as are due: what is not judged is as expected."""
    padded = {}
    for check in compiled.checks:
        if check.id in mutant.answers:
            padded[check.id] = [
                Answer(a.status, (*a.numbers, *due.numbers[len(a.numbers) :]), a.detail)
                if a.status is Status.OK
                else a
                for a, due in zip(
                    mutant.answers[check.id], compiled.expected[check.id], strict=True
                )
            ]
    return padded


@pytest.mark.parametrize("exercise", ["04_backward_rules", "06_engine"])
def test_no_message_about_any_mutant_tells_a_hidden_expected_number(compiled, exercise):
    course = compiled(exercise)
    judge, told, judged = Judge(course), [], 0
    checks = {check.id: check for check in course.checks}
    for mutant in course.mutants:
        answers = answers_of(course, mutant)
        for result in judge.judge(run_of(course, answers), ()).checks:
            check = checks[result.id]
            if result.outcome is not Outcome.FAILED or check.visibility is Visibility.PUBLIC:
                continue
            at = [case.snippet for case in check.cases].index(result.minimal_case)
            case, expected = check.cases[at], course.expected[check.id][at].numbers
            entry = course.misconceptions.get(result.misconception or "")
            texts = (entry.what, entry.why, entry.attempt) if entry else ()
            words = result.message
            for known in (*texts, check.advice, *case.labels):
                words = words.replace(known, "")
            shown = [*answers[check.id][at].numbers[: case.judged]]
            shown += [*numbers_in(case.snippet), case.within_s, 512.0, 1000.0]
            judged += 1
            for number in numbers_in(words):
                if like(number, expected) and not like(number, shown):
                    told.append((mutant.name, check.id, number, result.message))
    assert judged > 100
    assert told == []
