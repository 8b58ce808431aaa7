"""Whose a folder of a Gradescope export is: submission_metadata.yml, read a line at a time.

The file holds what students printed, too, so nothing of it is trusted, and of YAML only those
lines are understood in which Gradescope names the submitters.
"""

import json
import re
from dataclasses import dataclass

from autograder import limits

FOLDER = re.compile(r"(submission_\w+):\s*")
SUBMITTERS = re.compile(r"  :submitters:\s*")
FIELD = re.compile(r"  (?:- |  ):(name|sid|email):\s*(.*?)\s*")
OTHER = re.compile(r"  :\w+:.*")
MADE = re.compile(r"  :created_at:\s*(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d).*")


@dataclass(frozen=True, slots=True)
class Handed:
    """Whose a folder is.

    Attributes:
        students: the submitters' ids, several for a group: name and number, or name and address.
        time: when it was handed in; empty if the file does not tell.
    """

    students: tuple[str, ...]
    time: str = ""


NOBODY = Handed(())


def read_metadata(data: bytes) -> dict[str, Handed]:
    """Folder to submitters.

    Args:
        data: submission_metadata.yml, as far as it is read.
    """
    found: dict[str, tuple[list[dict[str, str]], str]] = {}
    folder, within = "", False
    for line in data.decode("utf-8", "replace").splitlines():
        if match := FOLDER.fullmatch(line):
            folder, within = match[1], False
            found[folder] = ([], "")
        elif not folder:
            continue
        elif match := MADE.fullmatch(line):
            found[folder], within = (found[folder][0], f"{match[1]} {match[2]}"), False
        elif SUBMITTERS.fullmatch(line):
            within = True
        elif within and (match := FIELD.fullmatch(line)):
            people = found[folder][0]
            if line.startswith("  - ") or not people:
                people.append({})
            people[-1][match[1]] = _scalar(match[2])
        elif OTHER.fullmatch(line):
            within = False
    handed = {}
    for folder, (people, time) in found.items():
        ids = [_id(person, folder) for person in people[: limits.GROUP_STUDENTS]]
        handed[folder] = Handed(tuple(filter(None, ids)), time)
    return handed


def _id(person: dict[str, str], folder: str) -> str:
    # two people may have one name
    number = person.get("sid") or person.get("email") or folder.removeprefix("submission_")
    id = "_".join(filter(None, (person.get("name", ""), number)))
    return re.sub(r"[/\\]", "_", id).strip(". ")  # people choose their names, and ids name files


def _scalar(text: str) -> str:
    """A quoted or a plain value of YAML."""
    if text.startswith("'"):
        return text[1:-1].replace("''", "'")
    if text.startswith('"'):
        try:
            return str(json.loads(text.replace("\\x", "\\u00")))
        except ValueError:
            return text.strip('"')
    return "" if text in ("null", "~") else text
