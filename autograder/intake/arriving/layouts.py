"""The table of layouts: how each platform names what it exports, and whose an entry is by that.

A platform writes the first name below the folder that holds the students, or at least the
beginning of it. So that name alone says whose an entry is: what comes after it, the student may
have named, after somebody else.
"""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass

from autograder.intake.arriving.names import Wanted, plain_stem

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
TEXT, LINK, ONLINE, NOTE = "a text entry", "a link", "an online text", "a text of the attempt"


@dataclass(frozen=True, slots=True)
class Claim:
    """What the name of an entry says of it.

    Attributes:
        student: whose it is.
        below: the way to the file in the student's own folder; empty for the folder itself.
        order: of two attempts the later one has the larger one.
        attempt: its number from 1; 0 where the name does not tell it.
        time: when it was handed in; empty where the name does not tell it.
        late: whether the platform marked it so.
        instead: what was handed in where no file was.
    """

    student: str
    below: tuple[str, ...] = ()
    order: str = ""
    attempt: int = 0
    time: str = ""
    late: bool = False
    instead: str = ""


Claiming = Callable[[tuple[str, ...], bool, Wanted], Claim | None]


def nothing_shared(students: Collection[str], _: Wanted, __: str) -> dict[str, str]:
    """The names as they are."""
    return {student: student for student in students}


@dataclass(frozen=True, slots=True)
class Layout:
    """How one platform names things.

    Attributes:
        name: of the platform.
        example: a name as it writes it.
        claim: from parts, is_folder and what is wanted to whose it is; None if it is no such name.
        known_as: from all students that it found, what is wanted, and the name of the folder above
            them, to their ids.
    """

    name: str
    example: str
    claim: Claiming
    known_as: Callable[[Collection[str], Wanted, str], dict[str, str]] = nothing_shared


# Moodle ------------------------------------------------------------------------------------

MOODLE = re.compile(r"(?P<student>.+?)_assignsubmission_(?P<plugin>[a-z]+)(?:_(?P<file>.*))?")


def _moodle(parts: tuple[str, ...], is_folder: bool, wanted: Wanted) -> Claim | None:
    match = MOODLE.fullmatch(parts[0])
    if match is None:
        return None
    if match["plugin"] != "file":
        return Claim(match["student"], instead=ONLINE)
    return Claim(match["student"], parts[1:] or ((match["file"],) if match["file"] else ()))


# Blackboard --------------------------------------------------------------------------------

BLACKBOARD = re.compile(
    r"(?P<student>.+?)_attempt_(?P<time>\d{4}(?:-\d\d){5})(?:_(?P<file>.+)|\.txt)"
)


def _blackboard(parts: tuple[str, ...], is_folder: bool, wanted: Wanted) -> Claim | None:
    match = BLACKBOARD.fullmatch(parts[0])
    if match is None:
        return None
    year, month, day, *clock = match["time"].split("-")
    time = f"{year}-{month}-{day} {':'.join(clock)}"
    below = (match["file"], *parts[1:]) if match["file"] else ()
    return Claim(match["student"], below, time, time=time, instead="" if below else NOTE)


def _without_assignment(students: Collection[str], _: Wanted, __: str) -> dict[str, str]:
    """Names less what all share: the assignment's name, which may have underscores too."""
    first, last = min(students), max(students)
    if first == last:
        return {first: first.rpartition("_")[2] or first}
    same = next((k for k, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), None)
    shared = first[: len(first) if same is None else same].rpartition("_")
    cut = len(shared[0]) + len(shared[1])
    return {student: student[cut:] or student for student in students}


# Brightspace -------------------------------------------------------------------------------

BRIGHTSPACE = re.compile(
    r"(?P<number>\d+)(?:-\d+)? - (?P<name>.+?) - "
    r"(?P<date>[^-]{3,30}? \d{4})\.? (?P<clock>\d{1,2}:?\d\d ?[AP]M)(?: - (?P<file>.+))?"
)


def _brightspace(parts: tuple[str, ...], is_folder: bool, wanted: Wanted) -> Claim | None:
    match = BRIGHTSPACE.fullmatch(parts[0])
    if match is None:
        return None
    time = _time(match["date"], match["clock"])
    below = parts[1:] or ((match["file"],) if match["file"] else ())
    return Claim(f"{match['name']}_{match['number']}", below, time, time=time)


def _time(date: str, clock: str) -> str:
    """'Oct 3, 2023' and '105 PM' as 2023-10-03 13:05, so that times stand in order."""
    words = re.findall(r"\w+", date)
    month = next((MONTHS.index(w[:3].lower()) + 1 for w in words if w[:3].lower() in MONTHS), 0)
    day = next((int(word) for word in words[:-1] if word.isdecimal()), 0)
    digits = re.sub(r"\D", "", clock)
    hour = int(digits[:-2]) % 12 + 12 * clock.endswith("PM")
    return f"{words[-1]}-{month:02d}-{day:02d} {hour:02d}:{digits[-2:]}"


# Gradescope --------------------------------------------------------------------------------

GRADESCOPE = re.compile(r"submission_\d+")


def _gradescope(parts: tuple[str, ...], is_folder: bool, wanted: Wanted) -> Claim | None:
    if not GRADESCOPE.fullmatch(parts[0]) or not (is_folder or parts[1:]):
        return None
    return Claim(parts[0], parts[1:])


# Canvas ------------------------------------------------------------------------------------

CANVAS = re.compile(
    r"(?:(?P<name>.+?)_)??(?P<late>LATE_)?(?P<id>anon_[0-9A-Za-z]+|\d+)_"
    r"(?:(?P<upload>\d+)_(?P<file>.+)|(?P<instead>text|link)\.html)"
)
AGAIN = re.compile(r"-(\d{1,6})$")
FIRST = "000000"  # the order of what has no number


def _canvas(parts: tuple[str, ...], is_folder: bool, wanted: Wanted) -> Claim | None:
    match = CANVAS.fullmatch(parts[0])
    if match is None or is_folder or parts[1:] or not (match["name"] or "anon" in match["id"]):
        return None
    name, number, file = match["name"], match["id"], match["file"] or ""
    # subtle: group_3_777_67894_engine.py is of `group_3`, and ann_12_34_03_value.py of `ann`;
    # a name may end in one number, never two, and the file that was asked for decides
    own = plain_stem(file) in wanted.stems
    more = re.fullmatch(r"(\d+)_(.+)", file) if name and not match["late"] and not own else None
    if more and plain_stem(more[2]) in wanted.stems:
        name, number, file, own = f"{name}_{number}", match["upload"], more[2], True
    student = f"{name}_{number}" if name else number
    late = bool(match["late"])
    if match["instead"]:
        instead = TEXT if match["instead"] == "text" else LINK
        return Claim(student, order=FIRST, late=late, instead=instead)
    again = AGAIN.search(file.rpartition(".")[0]) if own else None
    count = int(again[1]) if again else 0  # Canvas numbers the further files of one name
    return Claim(student, (file,), f"{count:0{len(FIRST)}d}", count + 1 if count else 0, late=late)


# Folders of students -----------------------------------------------------------------------


def _folder(parts: tuple[str, ...], is_folder: bool, wanted: Wanted) -> Claim | None:
    if not (is_folder or parts[1:]) or wanted.is_known(parts[0]):
        return None
    return Claim(parts[0], parts[1:])


def _without_slug(students: Collection[str], wanted: Wanted, above: str) -> dict[str, str]:
    """GitHub Classroom's folders, <assignment>-<username>, by their usernames."""
    slugs = [above.removesuffix("-submissions")] if above.endswith("-submissions") else []
    slugs.append(wanted.exercise.replace("_", "-"))
    for slug in slugs:
        if all(len(name) > len(slug) + 1 and name.startswith(f"{slug}-") for name in students):
            return {name: name[len(slug) + 1 :] for name in students}
    return {name: name for name in students}


FOLDERS = Layout(
    "a folder for each student", "DIR/<student>/<exercise>/<file>", _folder, _without_slug
)  # nbgrader, GitHub Classroom, and people
PLATFORMS = (
    Layout("Moodle", "Ann Lee_123_assignsubmission_file_/engine.py", _moodle),
    Layout(
        "Blackboard",
        "Engine_annlee_attempt_2023-10-03-10-05-12_engine.py",
        _blackboard,
        _without_assignment,
    ),
    Layout("Brightspace", "12345-67890 - Ann Lee - Oct 3, 2023 1005 AM/engine.py", _brightspace),
    Layout("Gradescope", "submission_123456/engine.py", _gradescope),
    Layout("Canvas", "leeann_123_456_engine.py", _canvas),
)


def platform_of(
    parts: tuple[str, ...], is_folder: bool, wanted: Wanted
) -> tuple[Layout, Claim] | None:
    """The platform whose name an entry has, and what the name says."""
    for layout in PLATFORMS:
        if (claim := layout.claim(parts, is_folder, wanted)) is not None:
            return layout, claim
    return None
