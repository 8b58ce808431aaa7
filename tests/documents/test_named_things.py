"""What documents name is there: verbs, options, paths, modules, links, marks of tests."""

import re
import runpy
import subprocess
import sys
from importlib.util import find_spec

import click
import pytest
from document_tools import DOCUMENTS, ROOT, commands, console_lines, name_of, read, spans

from autograder import cli

by_name = pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
LINK = re.compile(r"(?<!`)\[[^\]\n]+\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
# What looks like a path: names with a slash between them, or a name with an ending of ours.
PATH = re.compile(r"[\w.*-]+(?:/[\w.*-]*)+|[\w-]+\.(?:py|md|yml|txt|toml|cff)")
# Folders in which a document may stand for those it names.
ROOTS = ("", "autograder", "tests", "tests/hostile", "docs", "exercises/03_value", "reference")
ROOTS += ("reference/hidden/04_backward_rules",)
# Names of what is made while one works, and of what is somebody else's.
NOT_OURS = re.compile(
    r"term/|micrograde-demo|results\.jsonl|course/|nbgrader_config\.py|DIR/|\.cache|/tmp/"
    r"|/dev/|/proc|FAMILY/|what_it_does\.py|how_it_is_built\.py|what_is_wrong\.py|engine\.py|timestamp\.txt|submission_metadata\.yml|test_submission\.py|sqlite:///"
)
PYTHON = re.compile(r"^(?:python|python3) (-m )?(\S+)")


def without_comment(command):
    return command.partition("  #")[0]


def autograder_commands(text):
    return [c for c in commands(text) if re.match(r"autograder [a-z]", c)]


@by_name
def test_every_verb_and_option_exists(path):
    for command in autograder_commands(read(path)):
        _, verb, *words = without_comment(command).split()
        assert verb in cli.main.commands, command
        known = {o for p in cli.main.commands[verb].params for o in p.opts}
        for word in words:
            if word.startswith("--"):
                assert word in known, command


@by_name
def test_an_exercise_that_a_command_names_exists(path):
    known = {p.name[:2] for p in (ROOT / "exercises").iterdir()}
    for command in autograder_commands(read(path)):
        if " new " in command or " 11" in command:  # the exercise that an author makes up
            continue
        for number in re.findall(r"(?<![\w.])(\d\d)(?!\w)", command):
            assert number in known, command


def test_the_readme_names_every_verb():
    verbs = {command.split()[1] for command in autograder_commands(read(ROOT / "README.md"))}
    verbs |= set(spans(read(ROOT / "README.md")))
    assert set(cli.main.commands) <= verbs


def test_a_verb_has_no_option_without_a_word_of_help_but_those_that_name_themselves():
    for verb, command in cli.main.commands.items():
        for parameter in command.params:
            if isinstance(parameter, click.Option) and not parameter.help:
                assert parameter.name in ("out", "students", "level"), f"{verb} --{parameter.name}"


@by_name
def test_every_path_exists(path):
    for span in spans(read(path)):
        if re.match(r"(?:autograder|python|pip|git|sudo|nbgrader|c\.|from |check\(|plt)", span):
            continue
        for named in PATH.findall(span.replace("<exercise>", "04_backward_rules")):
            if not NOT_OURS.search(span) and not named.startswith(("http", "//")):
                places = [folder for folder in ROOTS if list((ROOT / folder).glob(named))]
                assert places, f"{named!r} in {span!r} is nowhere"


@by_name
def test_every_link_leads_somewhere(path):
    text = re.sub(r"^```.*?^```", "", read(path), flags=re.MULTILINE | re.DOTALL)
    for link in LINK.findall(text):
        if link.startswith("https://"):
            continue
        file, _, anchor = link.partition("#")
        target = (path.parent / file).resolve() if file else path
        assert target.exists(), link
        if anchor:
            headings = {
                re.sub(r"[^\w -]", "", h).strip().lower().replace(" ", "-")
                for h in HEADING.findall(read(target))
            }
            assert anchor in headings, link


@by_name
def test_what_python_is_told_to_run_can_be_run(path):
    for command in commands(read(path)):
        found = PYTHON.match(command)
        if found and found[1]:
            assert find_spec(found[2]), command
            for file in re.findall(r"(?<!\S)tests/[\w/.]+", command):
                assert (ROOT / file).exists(), command
        elif found and found[2].endswith(".py"):
            runpy.run_path(str(ROOT / found[2]), run_name="looked at, not run")


@pytest.mark.parametrize("module", ["tests.benchmarks", "tests.fuzz", "tests.hostile.repeat"])
def test_longer_programs_say_what_they_take(module):
    told = subprocess.run(
        [sys.executable, "-m", module, "--help"],
        capture_output=True, text=True, check=True, cwd=ROOT,
    )  # fmt: skip
    every = "\n".join(map(read, DOCUMENTS))
    assert f"python -m {module}" in every
    for line in re.findall(rf"python -m {re.escape(module)} ([^`\n]*)", every):
        for option in re.findall(r"--[a-z-]+", line):
            assert option in told.stdout, line


def test_parts_of_the_benchmarks_that_figures_name_exist():
    source = read(ROOT / "tests/benchmarks/__main__.py")
    parts = re.findall(
        r"\| `([a-z-]+)(?: --[a-z]+ \d+)?` \|$", read(ROOT / "docs/figures.md"), re.M
    )
    assert len(parts) >= 8
    for part in parts:
        assert f'"{part}":' in source, part


def test_paths_of_tests_given_to_pytest_exist_in_every_document():
    for path in DOCUMENTS:
        for line in console_lines(read(path)):
            for file in re.findall(r"(?<=\s)tests/[\w/.]+", line):
                assert (ROOT / file).exists(), f"{name_of(path)}: {line}"
