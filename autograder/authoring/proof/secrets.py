"""The guard of secrets: nothing of a solution stands where students look."""

from collections.abc import Iterator
from pathlib import Path

from autograder.authoring.lessons.building import PUBLIC_HALF
from autograder.authoring.lessons.exercises import AuthoredExercise
from autograder.course.course_file import Course
from autograder.model import CompiledExercise, Role, Visibility

# A shorter line ("return out") stands in any code and gives nothing away.
SHORTEST_SECRET_LINE = 20
# A float of fewer digits ("0.5") occurs by chance; 2.718281828459045 does not.
SHORTEST_SECRET_NUMBER = 9
# Comments and docstrings are not code; signatures are what an exercise asks for.
NO_SECRET = ("#", '"', "def ", "class ", "@")
TOOL = Path(__file__).resolve().parents[2]


def leaks(
    course: Course, authored: AuthoredExercise, compiled: CompiledExercise
) -> Iterator[tuple[str, str]]:
    """Find solution lines, hidden checks and hidden numbers in public places.

    Args:
        course: where the exercise stands.
        authored: with its solutions.
        compiled: with its hidden numbers.
    Returns: (file, what is wrong) for each leak.
    """
    lines = solution_lines(authored)
    titles = {c.title for c in compiled.checks if c.visibility is Visibility.HIDDEN}
    titles -= {c.title for c in compiled.checks if c.visibility is Visibility.PUBLIC}
    numbers = hidden_numbers(compiled)
    folder = course.exercises / authored.exercise.id
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or "__pycache__" in path.parts or ".ipynb_checkpoints" in path.parts:
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        name = str(path.relative_to(course.root))
        for line in sorted(lines):
            if line in text or line.replace('"', '\\"') in text:
                yield name, f"holds a line of the solution: {line!r}; take it out"
        for title in sorted(titles):
            if title in text:
                yield name, f"holds the title of a hidden check: {title!r}; reword one of them"
        if path.name == PUBLIC_HALF:
            for number in sorted(numbers):
                if number in text:
                    yield name, f"holds a hidden expected number: {number}; move the case"
    for path in sorted(TOOL.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        for line in sorted(lines):
            if line in text:
                yield f"autograder/{path.relative_to(TOOL)}", f"holds a solution line: {line!r}"


def solution_lines(authored: AuthoredExercise) -> set[str]:
    """The lines of an exercise's solutions that its student does not get."""
    shown = "\n".join(c.source for c in authored.exercise.cells if c.role is not Role.PROSE)
    lines = set()
    for cell in authored.exercise.cells:
        for line in (cell.solution or "").splitlines():
            code = line.partition("  #")[0].strip()
            secret = len(code) >= SHORTEST_SECRET_LINE and not code.startswith(NO_SECRET)
            if secret and code not in shown:
                lines.add(code)
    return lines


def hidden_numbers(compiled: CompiledExercise) -> set[str]:
    """Expected numbers of hidden cases, as written in JSON, that no public case has."""
    seen: dict[Visibility, set[str]] = {Visibility.PUBLIC: set(), Visibility.HIDDEN: set()}
    for check in compiled.checks:
        for case, answer in zip(check.cases, compiled.expected[check.id], strict=True):
            for number in answer.numbers:
                seen[check.visibility].add(repr(number))
            if check.visibility is Visibility.PUBLIC:  # an input is no secret
                seen[Visibility.PUBLIC].update(
                    map(repr, case.request.get("tape", {}).get("leaves", ()))
                )
    return {
        number
        for number in seen[Visibility.HIDDEN] - seen[Visibility.PUBLIC]
        if len(number) >= SHORTEST_SECRET_NUMBER
    }
