"""What `autograder new` writes: a small exercise that passes validation, to be written over."""

import re
from pathlib import Path

from autograder.course.course_file import Course
from autograder.errors import UsageError
from autograder.outputs import write_file

NAME = re.compile(r"[0-9][0-9]_[a-z][a-z0-9_]*")

MODULE = '''"""What the exercise's students write."""


def double(x):
    """Twice x, for any float x."""
    return 2 * x
'''
EXERCISE = """title: {title}
goal: One sentence that says what the student can do afterwards.
minutes: 30
difficulty: 1
prerequisites: []
form: notebook
file: {id}.ipynb
modules: [{module}]
imports: []
leave_out: []
tasks:
  - id: double
    title: Double a number
    regions: [{module}.double]
    hints:
      nudge: What is added to x?
      concept: To double is to add a number to itself.
      twin: Three times 5 is 5 + 5 + 5.
"""
LESSON = """# {title}

Say what it is and why it matters; then one worked example with numbers.

```python provided="setup"
from autograder import check
```

Ask for a prediction before the task: what is twice 3.5?

```python solve="{module}.double"
```

```python check="double"
```

You can now double a number.
"""
PUBLIC = '''"""The public checks: students have their numbers."""

from autograder.authoring.checks.vocabulary import check


@check(task="double", points=1)
def doubles_a_number(student):
    """A number is doubled."""
    student.returns("double", 3.5)
'''
HIDDEN = '''"""The hidden checks: other numbers than the public ones."""

from autograder.authoring.checks.vocabulary import check


@check(task="double", points=1)
def doubles_any_number(student):
    """Negative numbers and fractions are doubled too."""
    student.returns("double", -1.25)
    student.returns("double", 1e6)
'''
MISCONCEPTIONS = """- id: squares-instead
  region: {module}.double
  replace: {{"2 * x": "x * x"}}
  what: Your function multiplies x by itself.
  why: Doubling adds a number to itself; multiplying it by itself is something else.
  try: Work out twice 5 by hand, and then what your function gives for 5.
"""


def start_exercise(course: Course, exercise_id: str) -> list[Path]:
    """Write the two folders of a new exercise, and its reference module.

    Args:
        course: where it is to stand.
        exercise_id: two digits, an underscore, a name: "11_classification".
    Returns: the files written.
    Raises: UsageError if the name does not fit or is taken, or a file cannot be written.
    """
    if not NAME.fullmatch(exercise_id):
        raise UsageError(
            f"{exercise_id!r} is no name for an exercise; two digits, an underscore and lower "
            "case letters are: autograder new 11_classification"
        )
    module = exercise_id[3:]
    words = {"id": exercise_id, "module": module, "title": module.replace("_", " ").capitalize()}
    public, hidden = course.exercises / exercise_id, course.hidden / exercise_id
    files = {
        course.reference / f"{module}.py": MODULE,
        public / "exercise.yml": EXERCISE.format(**words),
        public / "lesson.md": LESSON.format(**words),
        public / "checks.py": PUBLIC,
        hidden / "checks.py": HIDDEN,
        hidden / "misconceptions.yml": MISCONCEPTIONS.format(**words),
    }
    for path in (public, hidden, course.reference / f"{module}.py"):
        if path.exists():
            raise UsageError(f"{path} exists already; choose another name: autograder new NN_name")
    remedy = f"remove what is written of it, and run: autograder new {exercise_id}"
    for path, text in files.items():
        write_file(path, text, remedy)
    return list(files)
