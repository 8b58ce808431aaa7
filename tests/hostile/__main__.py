"""Grade the whole hostile corpus beside honest submissions, and print what each family got.

    python -m tests.hostile

At every level that this machine can do, as root and as an ordinary user; started by an ordinary
user, it leaves out root. The exit status is 1 if any of them got something, or hurt anybody.
"""

import functools
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/tools"))

from sandbox_tools import myself  # noqa: E402

from autograder.authoring.proof.compiling import compile_exercise  # noqa: E402
from autograder.course.course_file import find_course  # noqa: E402
from autograder.sandbox import levels  # noqa: E402

from . import graded  # noqa: E402
from .corpus import FAMILIES  # noqa: E402
from .graded import CORPUS, Findings  # noqa: E402

NAME_WIDTH, WIDTH = 16, 16


def table(found: dict[str, Findings]) -> str:
    """What each family got in each run, and how many honest neighbours were hurt.

    Args:
        found: heading of a column to what its run showed.
    """
    rows = [("family", "entries", *found)]
    for family in FAMILIES:
        members = {entry.name for entry in CORPUS if entry.family == family}
        got = (len(members & one.wrong.keys()) for one in found.values())
        rows.append((family, str(len(members)), *(str(count or "nothing") for count in got)))
    hurt = (len(one.honest) for one in found.values())
    neighbours = max((one.neighbours for one in found.values()), default=0)
    rows.append(("honest beside", str(neighbours), *(str(n or "unchanged") for n in hurt)))
    left = (len(one.other) for one in found.values())
    rows.append(("left behind", "", *(str(count or "nothing") for count in left)))
    return "\n".join(
        f"{row[0]:<{NAME_WIDTH}}{row[1]:>7}  " + "".join(f"{cell:>{WIDTH}}" for cell in row[2:])
        for row in rows
    )


def main() -> int:
    """Grade at each level and as each identity, print, and say what went wrong."""
    compiled = functools.cache(functools.partial(compile_exercise, find_course(ROOT)))
    found: dict[str, Findings] = {}
    identities = ("root", "user") if myself() == "root" else ("user",)
    with graded.placed(compiled, graded.load_notebooks(find_course(ROOT), compiled)) as root:
        forward = graded.most_forward(compiled)
        for level in range(levels.probe().level, 1, -1):
            for identity in identities:
                heading = f"level {level}, {identity}"
                print(f"{heading}: {len(CORPUS)} hostile, as many honest", file=sys.stderr)
                found[heading] = graded.run_once(root, forward, level, identity)
    if not found:
        print("this machine gives level 1 alone, which prevents nothing", file=sys.stderr)
        return 1
    print(table(found))
    faults = 0
    for heading, one in found.items():
        for name, why in (
            *one.wrong.items(),
            *((n, f"hurt by {by}") for n, by in one.honest.items()),
        ):
            print(f"{heading}: {name}: {why}")
        for why in one.other:
            print(f"{heading}: {why}")
        faults += len(one.wrong) + len(one.honest) + len(one.other)
    return int(faults > 0)


if __name__ == "__main__":
    sys.exit(main())
