"""Whatever bytes come in, a reader gives a result or its own named error: targets, mutated.

The targets and their seeds, made of the course's own files, are in tests/fuzz/targets.py.
Hypothesis changes the seeds here, the same way in every run; atheris goes further in a job
of its own (`python -m tests.fuzz`). What either finds is kept below as an example.
"""

import copy
import json
import time
from functools import partial

import pytest
import yaml
from fuzz.targets import TARGETS, WORDS, seeds
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

# Each target takes less than 5 s: a reader of YAML builds a whole lesson now and then.
EXAMPLES = {"reply": 600, "verdict": 600, "notebook": 120, "script": 120, "yaml": 80, "names": 600}
SLOWEST_CPU_S = 5.0  # of one input; honest ones take milliseconds


def mutated(target: str) -> st.SearchStrategy[bytes]:
    """Seeds of a target with pieces changed, cut, doubled, moved or replaced by its words."""
    whole = seeds(target)

    @st.composite
    def change(draw: st.DrawFn) -> bytes:
        data = bytearray(draw(st.sampled_from(whole)))
        for _ in range(draw(st.integers(1, 5))):
            at = draw(st.integers(0, len(data)))
            end = min(len(data), at + draw(st.integers(0, 40)))
            kind = draw(st.sampled_from(["bit", "bytes", "word", "cut", "double", "end", "swap"]))
            if kind == "bit" and at < len(data):
                data[at] ^= 1 << draw(st.integers(0, 7))
            elif kind == "bytes":
                data[at:end] = draw(st.binary(max_size=8))
            elif kind == "word":
                data[at:end] = draw(st.sampled_from(WORDS[target]))
            elif kind == "cut":
                del data[at:end]
            elif kind == "double":
                data[at:at] = data[at:end]
            elif kind == "swap":
                data[at:end], data[:0] = b"", data[at:end]
            else:
                del data[at:]
        return bytes(data)

    return change()


KINDS = ["replace", "replace", "remove", "double", "deeper", "swap"]
VALUES = st.sampled_from(
    [None, True, 0, -1.5, 10**400, "", "x", "\ud800", [], {}, [3], {"id": 3}, [[["x"]]], "%%bash",
     "class Value:\n    pass", "def f(:", "engine.Value.*", "03_value", "x" * 300, ["a", "a"]]
)  # fmt: skip


def reshaped(target: str) -> st.SearchStrategy[bytes]:
    """Seeds as plain data with values replaced, taken out, doubled, or put one level deeper."""
    read = {"notebook": json.loads, "yaml": yaml.safe_load}[target]
    write = {"notebook": json.dumps, "yaml": partial(yaml.safe_dump, allow_unicode=False)}[target]
    whole = [read(data) for data in seeds(target)]

    @st.composite
    def change(draw: st.DrawFn) -> bytes:
        top = [copy.deepcopy(draw(st.sampled_from(whole)))]
        for _ in range(draw(st.integers(1, 6))):
            holder, key = top, 0
            while isinstance(holder[key], dict | list) and holder[key] and draw(st.integers(0, 4)):
                holder = holder[key]
                keys = sorted(holder, key=str) if isinstance(holder, dict) else range(len(holder))
                key = draw(st.sampled_from(keys))
            kind = draw(st.sampled_from(KINDS))
            if kind == "replace":
                holder[key] = copy.deepcopy(draw(VALUES))
            elif kind == "deeper":
                holder[key] = [holder[key]]
            elif kind == "remove" and holder is not top:
                del holder[key]
            elif kind == "double" and isinstance(holder, list) and holder is not top:
                holder.insert(key, copy.deepcopy(holder[key]))
            elif kind == "swap" and isinstance(holder, dict):
                holder[draw(st.text(max_size=5))] = holder.pop(key)
        return write(top[0]).encode("utf-8", "surrogatepass")

    return change()


def survives(target: str, data: bytes) -> None:
    """Call a target; it must come back, and soon."""
    started = time.process_time()
    TARGETS[target](data)
    assert time.process_time() - started < SLOWEST_CPU_S


# A list in a list in a list, nine aliases each: 9**13 texts for whoever writes it out.
BOMB = (
    b"[&a [x, x]"
    + b"".join(b", &%c [%s]" % (c, b", ".join([b"*%c" % (c - 1)] * 9)) for c in range(98, 111))
    + b"]"
)
# What fuzzing found, and what was wrong with it.
FOUND = {
    "date": ("yaml", b"title: 2001-99-99\n"),  # ValueError, from PyYAML
    "number": ("yaml", b"title: 0x_\n"),  # the same
    "empty-number": ("yaml", b"title: !!int ''\n"),  # IndexError
    "truth": ("yaml", b"title: !!bool maybe\n"),  # KeyError
    "moment": ("yaml", b"title: !!timestamp x\n"),  # AttributeError
    "character": ("yaml", b'title: "\\UFFFFFFFF"\n'),  # OverflowError
    "half-character": ("yaml", b'"\\ud800": 1\n'),  # an error text that cannot be written
    "bomb": ("yaml", b"- " + BOMB + b"\n"),  # gigabytes of error text
    "includes-itself": ("yaml", b"- include: 03_value\n"),  # "is not YAML", it said
    "includes-a-number": ("yaml", b"- include: 3\n"),  # TypeError
    "includes-a-long-name": ("yaml", b"- include: 03_" + b"x" * 300 + b"\n"),  # OSError
    "except-a-number": ("yaml", b"- {include: 01_derivative, except: 3}\n"),  # TypeError
    "shapes-of-numbers": ("yaml", b"- {id: a, what: b, why: c, try: d, shapes: [3]}\n"),
    "shapes-a-number": ("yaml", b"- {id: a, what: b, why: c, try: d, shapes: 3}\n"),
    "dot-of-canvas": ("names", b"b_2_03_."),  # a file called "."
    "dots-of-canvas": ("names", b"b_2_03_.."),  # a file called ".."
    "dots-of-moodle": ("names", b"Ann_1_assignsubmission_file_.."),
    "region-a-number": (
        "yaml",
        b"- {id: a, what: b, why: c, try: d, region: 3, replace: {a: b}}\n",
    ),
}


@pytest.mark.parametrize("found", FOUND)
def test_what_fuzzing_found_stays_mended(found):
    survives(*FOUND[found])


@pytest.mark.parametrize("target", TARGETS)
def test_honest_inputs_are_read(target):
    for data in seeds(target):
        survives(target, data)


@pytest.mark.parametrize("target", TARGETS)
def test_no_change_to_an_honest_input_brings_out_anything_but_the_readers_own_error(target):
    @settings(
        max_examples=EXAMPLES[target],
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(mutated(target))
    def fuzz(data):
        survives(target, data)

    fuzz()


@pytest.mark.parametrize(("target", "examples"), [("notebook", 150), ("yaml", 50)])
def test_no_other_shape_of_an_honest_file_brings_out_anything_but_the_readers_own_error(
    target, examples
):
    @settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(reshaped(target))
    def fuzz(data):
        survives(target, data)

    fuzz()


@pytest.mark.parametrize("target", TARGETS)
def test_no_bytes_at_all_bring_out_anything_but_the_readers_own_error(target):
    @settings(max_examples=60, derandomize=True, database=None, deadline=None)
    @given(st.binary(max_size=200) | st.text(max_size=100).map(str.encode))
    def fuzz(data):
        survives(target, data)

    fuzz()
