"""The words and the layout of what `check --explain` prints: the smallest graph it found."""

from collections.abc import Sequence

from autograder.model import Answer, Case
from autograder.tolerance import close
from autograder.worker.status import Status

NOT_GRAPHS = (
    "nothing to shrink: no check of gradients failed. The cases above are as small as they get."
)
NOTHING_FOUND = (
    "none of the small graphs that were tried goes wrong; the case above is the one to think about."
)


def found_text(case: Case, answer: Answer, expected: Sequence[float]) -> str:
    """Put a minimal case into words: code to paste, then each number beside what is right.

    Args:
        case: the graph.
        answer: what the student's engine answered.
        expected: output and leaf gradients, as the reference has them.
    """
    lines = ["the smallest graph found on which your engine is wrong:"]
    lines += ["    " + line for line in case.snippet.splitlines()]
    if answer.status is not Status.OK:
        lines.append(f"your code did not get through it: {answer.detail or answer.status.in_words}")
        return "\n".join(lines)
    width = max(len(label) for label in case.labels[: case.judged])
    for label, got, due in zip(case.labels, answer.numbers, expected, strict=False):
        mark = "right" if close(got, due) else "WRONG"
        lines.append(f"    {label:<{width}}   expected {due:<10.6g} observed {got:<10.6g} {mark}")
    return "\n".join(lines)
