"""Every limit on a submission stands in limits.py, under one name, and is quoted from there."""

import ast
import io
import re
import tokenize

import pytest
from repository import ROOT

from autograder import limits

PACKAGE = ROOT / "autograder"
FILES = {
    str(path.relative_to(PACKAGE)): path
    for path in sorted(PACKAGE.rglob("*.py"))
    if path.name != "limits.py"
}
# What the name of a bound looks like.
BOUND = re.compile(
    r"\w*_(S|BYTES|KIB|MIB|CHARACTERS|CHARS|LINES|LIMIT|SHOWN)|(LONGEST|MOST|SHOWN|MAX)(_\w+)?"
)
# Numbers with such a name that are no limit on a submission, and what they are.
ELSEWHERE = {
    "authoring/lessons/exercises.py LONGEST_MINUTES": "what an author may say an exercise takes",
    "authoring/lessons/lesson_files.py LONGEST_CELL_ID": "nbformat's, on the ids of a lesson",
    "authoring/proof/compiling.py MOST_REDRAWN": "how often graphs are drawn, for an author",
    "authoring/proof/mutants.py LONGEST_ENTRY": "lines of YAML that an author may write",
    "course/course_file.py SEED_BYTES": "of a fresh seed",
    "course/kept.py ABANDONED_S": "how old a file of ours is that nobody writes any more",
    "intake/arriving/archives.py CHUNK_BYTES": "how much is copied at a time, of any length",
    "intake/arriving/tar_files.py BLOCK_BYTES": "of the tar format",
    "records/gradebook.py LONGEST_STUDENT_ID": "of a column in nbgrader's tables",
    "student/watching.py SAVE_LOOK_S": "how often a student's own file is looked at",
    "worker/protocol.py NONCE_BYTES": "of the protocol",
}
# The longest cut that may be a bare number: a prefix, the first words, a digit or two.
SHORT_CUT = 4
# Longer ones that cut nothing of a submission.
CUTS = {
    "authoring/checks/random_tapes.py 8": "bytes of a hash that make a seed",
    "authoring/lessons/cells.py 6": "words of a lesson's own cell, in an author's error",
    "authoring/checks/vocabulary.py 16": "digits of a hash that decide an order",
    "course/compiled.py 24": "digits of a hash in the name of a file",
    "judging/recorded.py 8": "bytes of a float",
}
SIZE = re.compile(r"\d[\d,.]* ?(KiB|MiB|GiB|kB|MB|GB)\b")


def tree_of(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def numbers_in(node):
    """The numbers, but for 0, that are written out in an expression."""
    return [
        n.value
        for n in ast.walk(node)
        if isinstance(n, ast.Constant) and type(n.value) in (int, float) and n.value
    ]


def constants(tree):
    """Each constant of a module that is a number written out: its name."""
    for node in tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            plain = isinstance(node.value, ast.Constant | ast.BinOp | ast.UnaryOp | ast.Tuple)
            if plain and numbers_in(node.value):
                for target in targets:
                    yield from (n.id for n in ast.walk(target) if isinstance(n, ast.Name))


def defaults(tree):
    """Each argument, attribute and keyword that is given a number written out: its name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.arguments):
            positional = [*node.posonlyargs, *node.args]
            given = [*zip(positional[::-1], node.defaults[::-1], strict=False)]
            given += [(a, d) for a, d in zip(node.kwonlyargs, node.kw_defaults, strict=True) if d]
            yield from (a.arg for a, d in given if numbers_in(d))
        elif isinstance(node, ast.ClassDef):
            for inner in node.body:
                if isinstance(inner, ast.AnnAssign) and inner.value and numbers_in(inner.value):
                    yield ast.unparse(inner.target)
        elif isinstance(node, ast.keyword) and isinstance(node.value, ast.Constant):
            yield from [node.arg] if node.arg and numbers_in(node.value) else []


def cuts(tree):
    """The numbers, written out, at which something is cut."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Slice):
            for end in (node.lower, node.upper):
                yield from (n for n in (numbers_in(end) if end else ()) if n > SHORT_CUT)


def test_a_number_that_looks_like_a_limit_stands_in_limits_or_it_is_said_here_what_it_is():
    found = {
        f"{name} {constant}"
        for name, path in FILES.items()
        for constant in constants(tree_of(path))
        if BOUND.fullmatch(constant)
    }
    assert found - ELSEWHERE.keys() == set(), "move it to limits.py, with its reason"
    assert ELSEWHERE.keys() - found == set(), "it is not there any more: take it out"


def test_no_time_or_size_is_given_as_a_bare_number():
    for name, path in FILES.items():
        bare = [d for d in defaults(tree_of(path)) if d == "timeout" or BOUND.fullmatch(d.upper())]
        assert bare == [], f"{name}: name it in limits.py"


def test_nothing_of_a_submission_is_cut_at_a_bare_number():
    found = {f"{name} {cut}" for name, path in FILES.items() for cut in cuts(tree_of(path))}
    assert found == CUTS.keys()


def test_a_name_in_limits_means_one_number():
    names = [constant for path in FILES.values() for constant in constants(tree_of(path))]
    own = list(constants(tree_of(PACKAGE / "limits.py")))
    assert len(own) > 50 and len(own) == len(set(own))
    assert {*own} & {*names} == set(), "the same name stands for another number elsewhere"


def test_each_limit_is_used_and_has_its_reason():
    source = (PACKAGE / "limits.py").read_text(encoding="utf-8")
    rest = "\n".join(path.read_text(encoding="utf-8") for path in FILES.values())
    lines = source.splitlines()
    for name in constants(ast.parse(source)):
        if name in ("KIB", "MIB", "GIB"):
            continue
        derived = len(re.findall(rf"\b{name}\b", source)) > 1
        assert f"limits.{name}" in rest or derived, f"nothing asks for {name}"
        (at,) = (k for k, line in enumerate(lines) if re.match(rf"(\w+, )?{name}\b.* = ", line))
        assert "  # " in lines[at] or lines[at - 1].startswith("# "), f"{name}: say why"


def test_limits_imports_nothing_of_ours():
    tree = tree_of(PACKAGE / "limits.py")
    found = [n for n in ast.walk(tree) if isinstance(n, ast.Import | ast.ImportFrom)]
    assert [ast.unparse(node) for node in found] == ["from dataclasses import dataclass"]


def texts_and_comments(path):
    """Every text, docstrings too, and every comment of a file."""
    source = path.read_text(encoding="utf-8")
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str | bytes):
            value = node.value
            yield value if isinstance(value, str) else value.decode("latin-1")
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.string


def test_no_sentence_says_a_limit_that_it_does_not_read_from_limits():
    told = {
        f"{name}: {found[0]}"
        for name, path in FILES.items()
        for text in texts_and_comments(path)
        for found in SIZE.finditer(text)
    }
    assert told == set()


def test_what_a_process_may_use_by_default_is_what_grading_gives_it():
    assert limits.Limits().cpu_s == limits.PROCESS_CPU_S
    assert limits.Limits().memory_bytes == limits.MEMORY_BYTES


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("WAIT_S = 3.0", ["WAIT_S"]),
        ("A_BYTES, B = 1 << 20, 2", ["A_BYTES", "B"]),
        ("LONGEST: int = 7", ["LONGEST"]),
        ("TWICE_S = 2 * limits.LOOK_S", ["TWICE_S"]),
        ("NAME = 'a text of 7'", []),
        ("OTHER_S = limits.LOOK_S", []),
    ],
)
def test_a_constant_is_seen(source, found):
    assert list(constants(ast.parse(source))) == found


def test_a_default_and_a_cut_are_seen():
    tree = ast.parse("def f(a, within_s=1.0, *, b_bytes=7): g(text[:200], timeout=2, x=0)")
    assert list(defaults(tree)) == ["within_s", "b_bytes", "timeout"]
    assert list(cuts(tree)) == [200]
