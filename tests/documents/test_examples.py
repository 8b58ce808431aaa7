"""Python that stands in a document does what the document says: it is run, or recorded."""

import ast
import builtins
import inspect
import re

import pytest
import yaml
from document_tools import DOCUMENTS, ROOT, blocks, name_of, read, spans

import autograder
from autograder.authoring.checks.vocabulary import ATTRIBUTE, Recorder

GENERATED = re.compile(r"<!-- generated.*?<!-- end -->", re.DOTALL)
# Every block that is not generated, with its document. The generated ones are signatures, and
# examples taken from public checks; both are compared with the code in test_generated.py.
BY_HAND = [
    pytest.param(body, id=f"{name_of(path)}-{number}")
    for path in DOCUMENTS
    for number, body in enumerate(blocks(GENERATED.sub("", read(path)), "python"))
]
EXAMPLES = [
    body.strip()
    for path in DOCUMENTS
    for part in read(path).split("For example:")[1:]
    for body in blocks(part, "python")[:1]
]


def recorded(check):
    """The cases that a check records."""
    recorder = Recorder("seed", "salt")
    check(recorder)
    return recorder.cases


def checks_in(namespace):
    return [thing for thing in namespace.values() if hasattr(thing, ATTRIBUTE)]


def free_names(tree):
    """The names that a fragment takes from what stood around it in its checks.py."""
    used = {n.id: type(n.ctx) for n in ast.walk(tree) if isinstance(n, ast.Name)}
    own = {n.arg for n in ast.walk(tree) if isinstance(n, ast.arg)}
    return used.keys() - own - vars(builtins).keys() - {"student"}


def test_there_are_blocks_and_examples_to_try():
    assert BY_HAND and len(EXAMPLES) >= 20


@pytest.mark.parametrize("source", BY_HAND)
def test_a_block_written_by_hand_runs_and_its_checks_record_cases(source):
    if "student." in source and "def " not in source:  # calls out of a check
        source = "def fragment(student):\n" + "".join(f"    {x}\n" for x in source.splitlines())
        namespace = {}
        exec(source, namespace)
        assert recorded(namespace["fragment"])
        return
    namespace = {"__name__": "a document's"}
    exec(source, namespace)
    checks = checks_in(namespace)
    assert bool(checks) == ("@check" in source)
    for check in checks:
        assert inspect.getdoc(check), "the line that the student reads"
        assert recorded(check)


@pytest.mark.parametrize("source", EXAMPLES)
def test_an_example_of_a_word_is_a_call_that_the_word_takes(source):
    tree = ast.parse(source)
    call = tree.body[0].value
    assert isinstance(call.func, ast.Attribute) and ast.unparse(call.func.value) == "student"
    word = getattr(Recorder, call.func.attr)
    named = {k.arg: k.value for k in call.keywords}
    inspect.signature(word).bind(None, *call.args, **named)
    if not free_names(tree) and not any(isinstance(a, ast.Starred) for a in call.args):
        assert recorded(eval(f"lambda student: {source}"))


def test_a_word_that_is_misspelt_in_a_block_would_be_noticed():
    source = "def fragment(student):\n    student.gradients(lambda a: a * a, at=[3.0], prest=7.0)"
    namespace = {}
    exec(source, namespace)
    with pytest.raises(TypeError, match="prest"):
        recorded(namespace["fragment"])


# Python within a sentence ------------------------------------------------------------------


def python_spans():
    """Code within a sentence that calls what the package gives to students."""
    names = "|".join(autograder.__all__)
    begins = re.compile(rf"(?:from autograder import|(?:{names})\()")
    return sorted({s for path in DOCUMENTS for s in spans(read(path)) if begins.match(s)})


def tasks():
    """The ids of all tasks of the course."""
    files = ROOT.glob("exercises/*/exercise.yml")
    return {task["id"] for path in files for task in yaml.safe_load(read(path))["tasks"]}


@pytest.mark.parametrize("source", python_spans())
def test_a_call_within_a_sentence_is_one_that_the_package_takes(source):
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom):
            assert {alias.name for alias in node.names} <= {*autograder.__all__}
        elif isinstance(node, ast.Call):
            named = {k.arg: k.value for k in node.keywords}
            taken = inspect.signature(getattr(autograder, node.func.id))
            given = taken.bind(*node.args, **named).arguments
            assert node.func.id != "check" or ast.literal_eval(given["task"]) in tasks()


def test_a_task_that_a_command_names_exists():
    named = {t for path in DOCUMENTS for t in re.findall(r'--task "([^"]+)"', read(path))}
    assert named and named <= tasks()
