"""Planted engines: what is asked of them, what they answer, and what they refuse."""

import json
import math
import os
import socket
import threading

import pytest

from autograder import limits
from autograder.sandbox.engines.planted import divide
from autograder.worker import child, driver
from autograder.worker.engines import process
from autograder.worker.engines.inside import inside
from autograder.worker.engines.session import Session, Slot, make_engines
from autograder.worker.engines.tapes import Malformed
from autograder.worker.players.asked import Asked
from autograder.worker.players.base import WrongType
from autograder.worker.players.remote import AskedTooMuch, EnginesGone, Log, Node, PipeLink
from autograder.worker.protocol import LENGTH, frame
from autograder.worker.status import Status

RIGHT = """
import math
class Value:
    def __init__(self, data, edges=()):
        self.data, self.grad, self.edges = data, 0.0, edges
    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, [(self, 1.0), (other, 1.0)])
    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, [(self, other.data), (other, self.data)])
    __rmul__ = __mul__
    def __sub__(self, other):
        return self + -1.0 * other
    def __pow__(self, n):
        return Value(self.data ** n, [(self, n * self.data ** (n - 1))])
    def log(self):
        return Value(math.log(self.data), [(self, 1.0 / self.data)])
    def backward(self):
        self.grad += 1.0
        stack = [self]
        while stack:
            node = stack.pop()
            for parent, local in node.edges:
                parent.grad += node.grad * local
                stack.append(parent)
"""
WRONG = RIGHT.replace("(other, self.data)]", "(other, other.data)]")
BROKEN = RIGHT.replace("1.0 / self.data", "1 / 0")
SLOW = RIGHT.replace("stack = [self]", "\n        while True: pass")
SOURCES = (RIGHT, WRONG, BROKEN, SLOW)
EXAMINED = {0: Slot(False, 0, 0, 1.0), 1: Slot(False, 1, 1, 1.0)}
PROBED = {
    2: Slot(True, 0, 0, 1.0),
    3: Slot(True, 1, 0, 1.0),
    4: Slot(True, 2, 0, 1.0),
}
LEAF_NODE = [2.0, 3.0, ["mul", 0, 1]]


@pytest.fixture
def session():
    return Session(make_engines(SOURCES), {**EXAMINED, **PROBED}, {}, tells=True)


class Asking:
    """A link that answers from a session and counts what is asked."""

    tells = True

    def __init__(self, session):
        self.session, self.sent, self.questions = session, False, []

    def ask(self, question):
        self.questions.append(question)
        return self.session.answer(json.loads(json.dumps(question)))


@pytest.fixture
def link(session):
    return Asking(session)


# The class that records ----------------------------------------------------------------------


def test_recording_asks_only_to_read_or_to_walk_back(link):
    engine = Asked(link, 0).engine()
    a, b = engine(2.0), engine(3)
    c = (a * b + 1) * 2
    assert link.questions == []
    assert c.data == 14.0 and len(link.questions) == 1
    c.backward()
    assert (a.grad, b.grad) == (6.0, 4.0)
    assert len(link.questions) == 4
    assert (a.grad, c.data) == (6.0, 14.0)  # nothing has changed since it was asked
    assert len(link.questions) == 5  # backward might have changed data


def test_recording_tells_each_event_once(link):
    engine = Asked(link, 0).engine()
    a = engine(2.0)
    assert (a * a).data == 4.0 and (a + a).data == 4.0
    told = [events for _, _, events, _ in link.questions]
    assert told == [[2.0, ["mul", 0, 0]], [["add", 0, 0]]]


def test_data_and_grad_of_a_node_can_be_written(link):
    engine = Asked(link, 0).engine()
    a = engine(2.0)
    a.data = 5
    a.grad = 7.0
    assert (a.data, a.grad) == (5.0, 7.0)
    (a * 3.0).backward()
    assert a.grad == 10.0


def test_a_recorded_node_shows_what_a_node_shows(link):
    engine = Asked(link, 0).engine()
    a = engine(2.0)
    b = 3.0 * a
    assert repr(b) == "Value(data=6.0, grad=0.0)"
    assert (a._op, a._prev, b._op, b._prev) == ("", (), "mul", (a,))
    assert type(a).__name__ == "Value" and isinstance(b, engine)
    assert len({a, b}) == 2 and a != b


def test_every_operation_is_recorded_with_its_operands_in_place(link):
    engine = Asked(link, 0).engine()
    a, b = engine(2.0), engine(3.0)
    made = [a + b, 1 + a, a - b, 1 - a, a * b, 2 * a, a / b, 1 / a, a**2, -a]
    made += [a.exp(), a.log(), a.tanh(), a.relu(), a.sigmoid(), a + True]
    assert engine.own.events[2:] == [
        ["add", 0, 1], ["add", [1.0], 0], ["sub", 0, 1], ["sub", [1.0], 0],
        ["mul", 0, 1], ["mul", [2.0], 0], ["truediv", 0, 1], ["truediv", [1.0], 0],
        ["pow", 0, [2.0]], ["neg", 0], ["exp", 0], ["log", 0], ["tanh", 0], ["relu", 0],
        ["sigmoid", 0], ["add", 0, [1.0]],
    ]  # fmt: skip
    assert all(isinstance(node, Node) for node in made)


@pytest.mark.parametrize(
    "slip", [lambda a, b: a + "1", lambda a, b: None * a, lambda a, b: a**a, lambda a, b: a + b]
)
def test_what_is_no_operand_is_a_type_error_at_once(link, slip):
    a, other = Asked(link, 0).engine()(2.0), Asked(link, 0).engine()(2.0)
    with pytest.raises(TypeError, match="unsupported operand"):
        slip(a, other)


def test_a_leaf_must_be_a_number(link):
    with pytest.raises(WrongType, match="data is of type str"):
        Asked(link, 0).engine()("2")


def test_what_the_engine_raises_is_raised_where_it_is_asked(link):
    engine = Asked(link, 0).engine()
    bad = engine(-1.0).log()
    with pytest.raises(ValueError, match="math domain error"):
        bad.backward()
    with pytest.raises(ValueError, match="an operation before this one had failed"):
        _ = bad.data
    assert (engine(2.0) * 4).data == 8.0  # numbers of later nodes still fit
    with pytest.raises(WrongType, match="complex"):
        _ = (engine(-2.0) ** 0.5).data


def test_classes_of_two_cases_have_nothing_in_common_to_be_harmed(link):
    first, second = Asked(link, 0).engine(), Asked(link, 1).engine()
    first.harmed = True
    assert not hasattr(second, "harmed")


# The session -----------------------------------------------------------------------------------


def test_each_place_is_answered_by_the_engine_that_the_order_puts_there():
    for order, due in (({}, (3.0, 3.0)), ({0: 1, 1: 0}, (3.0, 3.0))):
        session = Session(make_engines(SOURCES), EXAMINED, order, tells=False)
        found = []
        for place in (0, 1):
            session.answer([place, 0, LEAF_NODE, ["backward", 2]])
            found.append((session.answer([place, 0, [], ["grad", 0]]),
                          session.answer([place, 0, [], ["grad", 1]])))  # fmt: skip
        assert tuple(a for a, _ in found) == due
        wrong_at = 0 if order else 1
        assert [b for _, b in found] == [3.0 if k == wrong_at else 2.0 for k in (0, 1)]


@pytest.mark.parametrize(
    "question",
    [
        None, 1, "x", {}, [], [0, 0, []], [0, 0, [], []], [0.0, 0, [], ["data", 0]],
        [0, "0", [], ["data", 0]], [0, 0, {}, ["data", 0]], [9, 0, [], ["data", 0]],
        [True, 0, [], ["data", 0]], [0, 0, [1], ["data", 0]], [0, 0, [True], ["data", 0]],
        [0, 0, [[]], ["data", 0]], [0, 0, [2.0], ["data", 1]], [0, 0, [2.0], ["data", -1]],
        [0, 0, [2.0], ["data", 0.0]], [0, 0, [2.0], ["__class__", 0]], [0, 0, [2.0], ["data"]],
        [0, 0, [2.0, ["mul", 0]], ["data", 0]], [0, 0, [2.0, ["neg", 0, 0]], ["data", 0]],
        [0, 0, [2.0, ["__init__", 0, 0]], ["data", 0]], [0, 0, [2.0, [[], 0]], ["data", 0]],
        [0, 0, [2.0, ["add", 0, ["2"]]], ["data", 0]], [0, 0, [2.0, ["add", 0, [1]]], ["data", 0]],
        [0, 0, [2.0, ["grad", 0, "x"]], ["data", 0]], [0, 0, [2.0, ["edges", 0, 1.0]], ["data", 0]],
        [0, 0, [], ["probes"]], [0, 0, [], ["told"]], [2, 0, [1], ["probes"]],
        [2, 0, [[0, 1, 2]], ["probes"]], [2, 0, [["1", [1.0], 0]], ["probes"]],
        [2, 0, [[5, [1.0], 0]], ["probes"]],
    ],
)  # fmt: skip
def test_what_is_no_question_is_malformed(session, question):
    with pytest.raises(Malformed):
        session.answer(question)


@pytest.mark.parametrize("payload", [b"", b"{", b"\xff", b"[" * 100_000, b"9" * 10_000])
def test_bytes_that_are_no_question_are_malformed(session, payload):
    with pytest.raises(Malformed):
        session.answer_bytes(payload)


def test_a_case_that_is_over_is_not_asked_about_again(session):
    session.answer([1, 0, [2.0], ["data", 0]])
    with pytest.raises(Malformed):
        session.answer([0, 0, [2.0], ["data", 0]])


def test_each_bound_is_named_and_ends_its_case_alone(session, monkeypatch):
    monkeypatch.setattr(limits, "ENGINE_QUESTIONS", 3)
    monkeypatch.setattr(limits, "ENGINE_EVENTS", 10)
    for _ in range(3):
        assert session.answer([0, 0, [2.0], ["data", 0]]) == 2.0
    for _ in range(2):
        kind, text = session.answer([0, 0, [2.0], ["data", 0]])
        assert kind == "limit" and text.startswith("more than ") and "questions" in text
    assert session.answer([1, 0, [2.0], ["data", 0]]) == 2.0
    assert "graphs of more than" in session.answer([1, 0, [2.0] * 10, ["data", 0]])[1]
    assert set(session.over) == {0, 1}


def test_the_engines_time_is_bounded_as_a_whole(session):
    session.stop = lambda: "all their time"
    assert session.answer([0, 0, [2.0], ["data", 0]]) == ["limit", "all their time"]


def test_a_bound_that_was_hit_is_a_failure_of_its_own(link, monkeypatch):
    monkeypatch.setattr(limits, "ENGINE_QUESTIONS", 0)
    with pytest.raises(AskedTooMuch, match="questions"):
        Asked(link, 0).engine()(2.0).backward()
    request = {
        "tape": {"leaves": [1.0], "steps": [["neg", 0]]},
        "at": [1.0],
        "engine": {"source": RIGHT, "draw": "d"},
    }
    case = {"kind": "gradcheck", "request": request, "ops": [], "within_s": 1.0}
    namespace = {"gradcheck": lambda f, xs, engine: f(engine(1.0)).data}
    (played,) = driver.play(namespace, inside(*divide([case])), 4.0)
    assert played.status == Status.ASKED_TOO_MUCH and "questions" in played.detail


# Probes ----------------------------------------------------------------------------------------


def probes():
    return [(lambda a, b: a * b, [2.0, 3.0]), (lambda a: a.log(), (2,))]


def test_probes_are_recorded_once_and_played_on_each_engine(link):
    calls = []

    def counted():
        calls.append(1)
        return probes()

    assert [Asked(link, slot).probes(counted) for slot in PROBED] == [0.0, 1.0, 1.0]
    assert len(calls) == 1
    assert link.questions[0][2:] == [
        [[2, [2.0, 3.0, ["mul", 0, 1]], 2], [1, [2.0, ["log", 0]], 1]],
        ["probes"],
    ]


def test_a_probe_that_looks_at_its_nodes_is_shown_a_right_engines(link):
    seen = []

    def look(a):
        b = a * 2.0
        seen.append(b.data)
        return b + a

    assert Asked(link, 3).probes(lambda: [(look, [3.0])]) == 0.0
    assert seen == [6.0]


def test_no_probes_tell_nothing(link):
    assert [Asked(link, slot).probes(list) for slot in PROBED] == [0.0, 0.0, 0.0]


def test_a_submission_elsewhere_is_not_told_its_probes_verdict(session):
    remote = Asking(Session(make_engines(SOURCES), PROBED, {}, tells=False))
    remote.tells = False
    assert Asked(remote, 3).probes(probes) == 0.0
    remote.session.timer = type("Still", (), {"left_s": math.inf})()
    remote.session.work_off()
    told = {slot: told.told for slot, told in remote.session.verdicts().items()}
    assert told == {2: 0.0, 3: 1.0, 4: 1.0}
    with pytest.raises(Malformed):
        remote.session.answer([4, 0, [], ["told"]])
    with pytest.raises(Malformed):  # nor can it send others when it has seen more
        remote.session.answer([4, 0, [[1, [1.0], 0]], ["probes"]])


def test_a_case_with_one_engine_gives_no_verdict_of_another_kind(session):
    for wanted in (["probes"], ["told"]):
        with pytest.raises(Malformed):
            session.answer([0, 0, [], wanted])


# The process -----------------------------------------------------------------------------------


@pytest.fixture
def served(monkeypatch):
    """Serve a session over a socket in a thread; gives the link's end, then the report."""
    ours, theirs = socket.socketpair()
    report_end, reply = os.pipe()
    monkeypatch.setattr(process, "SUBMISSION", theirs.detach())
    monkeypatch.setattr(child, "REPLY", reply)
    workload = {"sources": SOURCES, "slots": [[k, *s] for k, s in {**EXAMINED, **PROBED}.items()]}
    loaded = process.load({**workload, "cpu_hard_s": 3})
    thread = threading.Thread(target=loaded.serve, args=(bytes(16), {"order": [[0, 1], [1, 0]]}))
    thread.start()

    def report():
        ours.close()
        thread.join(20)
        payload = os.read(report_end, 1 << 16)
        os.close(report_end)
        os.close(reply)
        assert LENGTH.unpack(payload[:4]) == (len(payload) - 4,) and payload[4:20] == bytes(16)
        return json.loads(payload[20:])

    return ours, report


def test_the_process_answers_and_reports_what_the_submission_is_not_told(served):
    ours, report = served
    pipe = PipeLink(ours.fileno())
    engine = Asked(pipe, 0).engine()
    a, b = engine(2.0), engine(3.0)
    (a * b).backward()
    assert (a.grad, b.grad) == (3.0, 3.0)  # another case's engine stands here
    assert [Asked(pipe, slot).probes(probes) for slot in PROBED] == [0.0, 0.0, 0.0]
    assert report() == {"told": [[2, 0, 0.0], [3, 0, 1.0], [4, 0, 1.0]], "over": []}


@pytest.mark.parametrize(
    "data",
    [b"\xff\xff\xff\xff", frame(b""), frame(b"1234{"), frame(b"1234[9,0,[],[]]"), b"\x10"],
)
def test_whoever_writes_to_the_descriptor_itself_gets_no_more_answers(served, data):
    ours, report = served
    pipe = PipeLink(ours.fileno())
    log = Log(pipe, 0, 0)
    log.note(2.0)
    assert log.ask(["data", 0]) == 2.0
    ours.sendall(data)
    if data != b"\x10":  # else it waits for the rest
        with pytest.raises(EnginesGone):
            log.ask(["data", 0])
    over = report()["over"]
    assert over == ([] if data == b"\x10" else [[0, "something that is no question to an engine"]])


def test_an_answer_to_another_question_is_not_taken(served):
    ours, report = served
    pipe = PipeLink(ours.fileno())
    ours.sendall(frame(LENGTH.pack(7) + b'[0,0,[2.0],["data",0]]'))
    with pytest.raises(EnginesGone, match="to another question"):
        pipe.ask([0, 0, [], ["data", 0]])
    report()


def test_a_link_without_its_other_end_says_so():
    ours, theirs = socket.socketpair()
    theirs.close()
    with ours, pytest.raises(EnginesGone, match="does not answer"):
        PipeLink(ours.fileno()).ask([0, 0, [], ["data", 0]])
