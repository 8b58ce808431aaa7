"""A course of two tiny exercises, for tests of authoring and extraction."""

from pathlib import Path

from autograder.authoring.lessons.exercises import AuthoredExercise, load_exercise

ENGINE = '''\
"""A tiny engine."""

import math

from reference.other import helper


def as_value(number):
    """Wrap a number."""
    return number if isinstance(number, Value) else Value(number)


LIMIT = 10


class Value:
    """One number."""

    _rule = None  # a leaf passes nothing on

    def __init__(self, data, _children=()):
        """Make a node."""
        self.data = data
        self.grad = 0.0
        self._prev = tuple(_children)

    # Operations
    #
    # secret: about rules

    def __add__(self, other):
        """self + other."""
        out = Value(self.data + other.data, (self, other))

        def rule(upstream):
            self.grad += upstream
            other.grad += upstream

        out._rule = rule
        return out

    # multiply: the answer is the other's data
    def __mul__(
        self,
        other,  # a comment in the signature
    ):  # the answer
        # a leading comment with the answer
        out = Value(self.data * other.data, (self, other))

        def rule(upstream):
            """The rule."""  # answer here
            self.grad += upstream * other.data
            other.grad += upstream * self.data
            # trailing comment with the answer

        out._rule = rule
        return out

    def text(self):
        """Show it.

        In two paragraphs.
        """
        return """first
    second"""

    @property
    def doubled(self):
        """Twice."""
        return self.data * 2

    # The last comment


def area(width, height=(lambda: 2)(), *rest: "dict[str, int]") -> dict[str, int]:
    return {"area": width * height}
'''

VALUE_YML = """\
title: A value
goal: Write a value.
minutes: 20
difficulty: 2
form: notebook
file: 03_value.ipynb
modules: [engine]
leave_out: [engine.Value.__add__.rule]
tasks:
  - id: add
    title: Add two values
    regions: [engine.Value.__add__]
    hints: {nudge: Look., concept: Think., twin: Compare.}
  - id: mul rule
    title: The rule of a product
    regions: [engine.Value.__mul__.rule]
  - id: rectangles
    title: Areas
    regions: [engine.area]
"""

VALUE_MD = """\
# A value

Some *prose* with $x^2$.

```python provided="setup"
import math

from autograder import check, method_of
```

```python provided="engine.as_value"
```

```python provided="engine.Value"
```

## Add

```python solve="engine.Value.__add__"
```

```python check="add"
```

```python
def slope(f, x):
    return (f(x + 1e-6) - f(x)) / 1e-6

a = Value(2.0)
```

```python solve="engine.Value.__mul__.rule"
```

```python check="mul rule"
```

```python solve="engine.area"
```

```python check="rectangles"
```

<!-- #region answer="why the seed is 1" points=2 -->
Why is the seed 1?
<!-- #endregion -->

Done.
"""

WHOLE_YML = """\
title: A whole engine
goal: Write it.
minutes: 60
difficulty: 4
prerequisites: [03_value]
form: module
file: engine.py
modules: [engine]
tasks:
  - id: operators
    title: All of them
    regions: [engine]
  - id: graphs
    title: Any graph
"""

WHOLE_MD = '''\
# A whole engine

```python solve="engine"
"""Yours."""
```

What must hold.
'''


def write_course(root: Path) -> Path:
    """Write the course's files and return its folder."""
    files = {
        "reference/engine.py": ENGINE,
        "reference/__init__.py": "",
        "exercises/03_value/exercise.yml": VALUE_YML,
        "exercises/03_value/lesson.md": VALUE_MD,
        "exercises/06_engine/exercise.yml": WHOLE_YML,
        "exercises/06_engine/lesson.md": WHOLE_MD,
    }
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def load(root: Path, exercise: str = "03_value") -> AuthoredExercise:
    """Load one of its exercises."""
    return load_exercise(root / "exercises" / exercise, root / "reference")
