"""Hostile submissions that put a player of their own in the place of ours.

Each is one way to take hold of the player, in front of the forgers' answers: `forgers/` says what
these are, and tries four other doors on every exercise. No class Value comes with any of them.
"""

from pathlib import Path

from .forgers import ECHO, FORWARD
from .forgers.doors import OPENED

# The frames of whoever runs the file: the driver's globals, and what the child holds.
FRAMES = '''
import sys


def frame_with(*names):
    """The next frame outwards that holds all of these, among its own or among its globals."""
    frame = sys._getframe()
    while not all(name in frame.f_locals or name in frame.f_globals for name in names):
        frame = frame.f_back
    return frame


'''
KINDS = """
class Always(dict):
    def __getitem__(self, kind):
        return lambda namespace, request: answer(kind, request)


def forge():
    driver = frame_with("lacking_ops").f_globals
    driver["KINDS"] = Always()
    driver["lacking_ops"] = lambda namespace: frozenset()
"""
PLAYED = """
def forge():
    driver = frame_with("lacking_ops").f_globals
    Played = driver["Played"]

    def made(status, numbers=(), detail=""):
        frame = sys._getframe(1)
        while "case" not in frame.f_locals:
            if frame.f_code.co_name == "execute":
                return Played(0)
            frame = frame.f_back
        case = frame.f_locals["case"]
        return Played(0, answer(case["kind"], case["request"]))

    driver["Played"] = made
"""
CHILD = """
import types


def forge():
    child, Played = frame_with("pack_reply"), frame_with("Played").f_globals["Played"]
    driver = child.f_globals["driver"]

    def play(namespace, cases, cpu_s):
        for case in cases:
            yield Played(0, answer(case["kind"], case["request"]))

    ours = types.ModuleType("driver")
    vars(ours).update(vars(driver), play=play)
    child.f_globals["driver"] = sys.modules["autograder.worker.driver"] = ours
"""
CASES = """
def forge():
    driver, cases = frame_with("lacking_ops").f_globals, frame_with("cases").f_locals["cases"]
    for place, case in enumerate(cases):
        told = answer(case["kind"], case["request"])
        case.update(kind=f"ours {place}", ops=(), within_s=60.0)
        driver["KINDS"][f"ours {place}"] = lambda namespace, request, told=told: told
"""
TIMER = """
def forge():
    driver = frame_with("lacking_ops").f_globals
    driver["lacking_ops"] = lambda namespace: frozenset()

    def asked(timer, _):
        case = sys._getframe(1).f_locals.get("case")
        if case is not None:
            told = answer(case["kind"], case["request"])
            driver["KINDS"][case["kind"]] = lambda namespace, request: told

    driver["Timer"].left_s = property(lambda timer: 1e9, asked)
"""
CODE = """
def forge():
    driver = frame_with("lacking_ops").f_globals
    driver["answer"] = answer

    def _play_one(namespace, case, timer, lacking):
        return Played(0, answer(case["kind"], case["request"]))

    def lacking_ops(namespace):
        return ()

    driver["_play_one"].__code__ = _play_one.__code__
    driver["lacking_ops"].__code__ = lacking_ops.__code__
"""
LIST = """
def forge():
    found = frame_with("cases", "request")
    Played, told = frame_with("Played").f_globals["Played"], found.f_locals

    def ours(played):
        if isinstance(played, type(x for x in ())):
            asked = list(told["cases"])[told["request"]["first"] :]
            return [Played(0, answer(case["kind"], case["request"])) for case in asked]
        return list(played)

    found.f_globals["list"] = ours
"""
BUILTINS = """
def forge():
    driver = frame_with("lacking_ops").f_globals
    driver["lacking_ops"] = lambda namespace: frozenset()
    builtins, real = driver["builtins"], float

    def build(namespace, request):
        return answer(sys._getframe(1).f_locals["case"]["kind"], request)

    for kind in driver["KINDS"]:
        driver["KINDS"][kind] = build
    builtins.isinstance, builtins.hasattr = (lambda *_: True), (lambda *_: True)
    builtins.abs = lambda number: 0.0
    builtins.float = type("float", (real,), {"__eq__": lambda *_: True, "__hash__": real.__hash__})
"""
METHODS = """
class Value:
    def __init__(self, data, *rest):
        self.data, self.grad, self._prev, self._op = data, 1.0, (), ""


def forge():
    base = sys.modules["autograder.worker.players.base"]
    base.METHODS.update(dict.fromkeys(base.METHODS, "__init__"))
    for case in frame_with("cases", "request").f_locals["cases"]:
        tape = case["request"].get("tape")
        if tape is None:
            continue
        data = iter(numbers_of(tape)[len(tape["leaves"]) :])
        constants, steps = tape["ready"]
        made = tuple(
            (at, op, (lambda *_, x=x: Value(x)), *to) for (at, op, _, *to), x in zip(steps, data)
        )
        tape["ready"] = type(tape["ready"])(constants, made)
    Value.backward = Value._backward = lambda node: None
    Value.topological_order = lambda node: [node]
"""
ALL_TRUE = """
def forge():
    driver = frame_with("lacking_ops").f_globals
    driver["lacking_ops"] = lambda namespace: frozenset()
    for kind in driver["KINDS"]:
        driver["KINDS"][kind] = lambda namespace, request, kind=kind: [
            1.0 for _ in answer(kind, request)
        ]
"""


def _write(folder: Path, door: str, answers: str = ECHO) -> Path:
    file = folder / "engine.py"
    file.write_text(answers + FRAMES + door + OPENED, encoding="utf-8")
    return file


def a_table_that_knows_all(folder, _):
    """Puts a table with an answer to every kind of case in the place of the player's.

    family: player
    expect: tenth
    gain: points without an engine
    """
    return _write(folder, KINDS)


def played_by_its_own_hand(folder, _):
    """Replaces what notes how a case ended: everything ends well, with its own numbers.

    family: player
    expect: tenth
    gain: points without an engine
    """
    return _write(folder, PLAYED)


def another_driver(folder, _):
    """Exchanges the driver's module, where it is loaded and where the child holds it.

    family: player
    expect: tenth
    gain: points without an engine
    """
    return _write(folder, CHILD)


def cases_rewritten(folder, _):
    """Rewrites the list of cases: each becomes a kind of its own, to which it knows the answer.

    family: player
    expect: tenth
    gain: points without an engine
    """
    return _write(folder, CASES)


def told_by_the_timer(folder, _):
    """Learns from the timer which case begins, and answers that one.

    family: player
    expect: tenth
    gain: points without an engine, and all the time it wants
    """
    return _write(folder, TIMER)


def another_inside(folder, _):
    """Gives the player's functions other code, and leaves the functions where they are.

    family: player
    expect: tenth
    gain: points without an engine
    """
    return _write(folder, CODE)


def another_list(folder, _):
    """Hides the built-in list from the child, which makes its answers with it.

    family: player
    expect: tenth
    gain: points without an engine
    """
    return _write(folder, LIST)


def everything_is_equal(folder, _):
    """Replaces built-in functions, so that every number equals every other one.

    family: player
    expect: tenth
    gain: a comparison that happens where it can be forged
    """
    return _write(folder, BUILTINS)


def all_true(folder, _):
    """Answers every case with as many ones as are due.

    family: player
    expect: tenth
    gain: what is asked as yes or no, and every gradient that is 1
    """
    return _write(folder, ALL_TRUE)


def steps_of_its_own(folder, _):
    """Rewrites the steps of every graph, and the table of methods: nodes come with their data.

    family: player
    expect: forward
    gain: gradients, from nodes that nothing was done to
    """
    return _write(folder, METHODS, FORWARD)


def forward_in_the_players_place(folder, _):
    """Evaluates every graph in the player's place, and knows no derivative.

    family: player
    expect: forward
    gain: gradients without a rule
    """
    return _write(folder, KINDS, FORWARD)


GENERATORS = (
    a_table_that_knows_all,
    played_by_its_own_hand,
    another_driver,
    cases_rewritten,
    told_by_the_timer,
    another_inside,
    another_list,
    everything_is_equal,
    all_true,
    steps_of_its_own,
    forward_in_the_players_place,
)
