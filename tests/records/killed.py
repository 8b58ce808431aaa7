"""A real grader that is ended by a signal at one moment of one phase; kills.py starts it.

    python tests/records/killed.py PHASE WHOSE MOMENT SIGNAL LOG grade ...

A moment is a call that the grader's main thread makes, of Python or of C, counted from the
beginning of its phase: so a phase is hit on purpose. WHOSE says in which code calls count: our
`own`, or `all`, with that of nbgrader and SQLAlchemy. LOG gets what was hit; with the phase `none`
it gets how many moments each phase has, and nothing is ended.
"""

import json
import os
import signal
import sys
from pathlib import Path

from autograder.cli import main
from autograder.commands import instructors

PHASES = ("reading", "running", "writing", "gradebook")
PACKAGE = Path(instructors.__file__).parents[1]
# Where calls are counted: in the grader itself and, for the gradebook, in what writes it too.
COUNTED = (str(PACKAGE), f"{os.sep}nbgrader{os.sep}", f"{os.sep}sqlalchemy{os.sep}")
# What begins a phase that lasts until the next one, and what is a phase while it lasts.
BEGINS = {
    ("instructors.py", "_grade_folder"): "reading",
    ("grade.py", "grade"): "running",
    ("gradebook.py", "write_gradebook"): "gradebook",
}
LASTS = {("writing.py", "_add"): "writing", ("writing.py", "_finish"): "writing"}


class Moments:
    """Counts calls, phase by phase, and ends the process at one of them."""

    def __init__(self, phase: str, whose: str, moment: int, number: int, log: Path) -> None:
        self.phase, self.whose, self.moment = phase, whose, moment
        self.number, self.log = number, log
        self.counts = {whose: dict.fromkeys(PHASES, 0) for whose in ("own", "all")}
        self.base = "reading"
        self.depth = 0
        self.pid = os.getpid()
        self.known: dict[object, tuple[bool, bool, str, bool]] = {}

    def __call__(self, frame, event, arg):
        """What `sys.setprofile` calls."""
        if os.getpid() != self.pid:  # a process that was forked to compile
            sys.setprofile(None)
            return
        code = frame.f_code
        if code not in self.known:
            name = (Path(code.co_filename).name, code.co_name)
            ours = code.co_filename.startswith(COUNTED[0])
            counted = ours or any(part in code.co_filename for part in COUNTED[1:])
            self.known[code] = (
                counted and code.co_name != "<module>",
                ours,
                BEGINS.get(name, "") if ours else "",
                ours and name in LASTS,
            )
        counted, ours, begins, lasts = self.known[code]
        if event == "call":
            self.base = begins or self.base
            self.depth += lasts
        elif event == "return":
            self.depth -= lasts
        if not counted or event not in ("call", "c_call"):
            return
        phase = "writing" if self.depth else self.base
        self.counts["all"][phase] += 1
        self.counts["own"][phase] += ours
        if phase == self.phase and self.counts[self.whose][phase] > self.moment:
            sys.setprofile(None)
            where = f"{Path(code.co_filename).name}, {code.co_name}"
            self.log.write_text(json.dumps({"phase": phase, "where": where}))
            os.kill(os.getpid(), self.number)


def begin(moments: Moments) -> None:
    """Have the grader watched as soon as it has claimed its results."""
    inner = instructors._grade_folder

    def watched(*given):
        sys.setprofile(moments)
        try:
            return inner(*given)
        finally:
            sys.setprofile(None)
            if moments.phase == "none":
                moments.log.write_text(json.dumps(moments.counts))

    instructors._grade_folder = watched


if __name__ == "__main__":
    # a shell has its background jobs ignore SIGINT, and so would what tests start
    signal.signal(signal.SIGINT, signal.default_int_handler)
    phase, whose, moment, number, log, *words = sys.argv[1:]
    begin(Moments(phase, whose, int(moment), int(number), Path(log)))
    main(words)
