"""What an author writes becomes cases: data that can be played, judged and pasted."""

import pytest
from gradients.dual_numbers import answers_by_duals

from autograder.authoring.checks.check_files import load_checks
from autograder.authoring.checks.random_tapes import Drawing
from autograder.authoring.checks.vocabulary import Recorder, check
from autograder.authoring.checks.vocabulary_gradients import LAYOUTS
from autograder.errors import CourseError
from autograder.model import Visibility
from autograder.worker.players.kinds import KINDS
from reference import engine

NAMESPACE = vars(engine)


def recorded(write, seed="seed", salt="salt"):
    recorder = Recorder(seed, salt, Drawing(answers_by_duals))
    write(recorder)
    return recorder.cases


def one(write):
    (case,) = recorded(write)
    return case


def played(case):
    return KINDS[case.kind](NAMESPACE, case.request)


def pasted(case):
    """What the last line of a case's snippet gives, where the reference stands in."""
    names = dict(NAMESPACE)
    *lines, last = case.snippet.split("\n")
    exec("\n".join(lines), names)
    return eval(last, names)


# Every word --------------------------------------------------------------------------------


def product(a, b):
    return a * b + a


def test_values_judge_the_output_and_observe_every_node():
    case = one(lambda s: s.values(product, at=[2.0, 3], names="p L"))
    assert case.labels == ("L.data", "a.data", "b.data", "p.data", "L.data")
    assert (case.judged, case.ops) == (1, ("add", "mul"))
    assert played(case) == [8.0, 2.0, 3.0, 6.0, 8.0]
    assert pasted(case) == 8.0
    assert case.snippet.startswith("a = Value(2.0)\nb = Value(3)\np = a * b\n")


def test_gradients_judge_output_and_leaves_in_both_operand_orders():
    cases = recorded(lambda s: s.gradients(product, at=[2.0, 3.0]))
    assert [case.request["tape"]["steps"] for case in cases] == [
        [["mul", 0, 1], ["add", 2, 0]],
        [["mul", 1, 0], ["add", 0, 2]],
    ]
    for case in cases:
        assert case.judged == 3
        assert played(case)[:3] == [8.0, 4.0, 2.0]
        assert pasted(case) == (4.0, 2.0)
        assert len(case.labels) == len(played(case))


def test_one_order_is_enough_where_both_are_the_same_or_one_is_asked_for():
    assert len(recorded(lambda s: s.gradients(lambda a: a * a, at=[3.0]))) == 1
    assert len(recorded(lambda s: s.gradients(lambda a: a.exp(), at=[3.0]))) == 1
    assert len(recorded(lambda s: s.gradients(product, at=[1.0, 2.0], both_orders=False))) == 1


def test_gradients_are_played_in_several_layouts_of_memory():
    cases = recorded(lambda s: s.gradients(product, at=[2.0, 3.0], layouts=3))
    assert [c.request.get("layout", 0) for c in cases] == [*LAYOUTS[:3]] * 2


def test_a_seed_gradient_is_a_multiplication_at_the_end():
    case = recorded(lambda s: s.gradients(product, at=[2.0, 3.0], seed_gradient=-1.7))[0]
    assert case.request["tape"]["steps"][-1] == ["mul", 3, [-1.7]]
    assert played(case)[:3] == pytest.approx([-13.6, -6.8, -3.4])
    assert pasted(case) == pytest.approx((-6.8, -3.4))


def test_presets_and_calls_stand_in_the_snippet():
    case = recorded(lambda s: s.gradients(product, at=[2.0, 3.0], preset=7.0, calls=2))[0]
    assert case.snippet.count("d.backward()") == 2
    assert "a.grad = 7.0\nb.grad = 7.0" in case.snippet
    assert played(case)[1:3] == [15.0, 11.0] == list(pasted(case))


def test_every_node_can_be_judged():
    case = recorded(lambda s: s.gradients(product, at=[2.0, 3.0], every_node=True))[0]
    assert case.labels[: case.judged][-5:] == ("d.grad", "a.data", "b.data", "c.data", "d.data")


def test_other_right_answers_are_floats():
    case = one(lambda s: s.gradients(lambda a: a.relu(), at=[0.0], accept=[[0, 1]]))
    assert case.accept == ((0.0, 1.0),)


def test_a_rule_presets_the_leaves_and_runs_the_rule_alone():
    case = one(lambda s: s.rule(lambda a, b: a * b, at=[2.0, 3.0], upstream=-1.7, calls=2))
    assert case.labels == ("a.grad", "b.grad", "c.grad", "a.data", "b.data", "c.data")
    assert case.judged == 6
    assert played(case) == pytest.approx([7 - 3.4 * 3, 7 - 3.4 * 2, -1.7, 2.0, 3.0, 6.0])
    assert pasted(case) == pytest.approx(tuple(played(case))[:2])


def test_structure_is_named_for_each_step():
    case = one(lambda s: s.structure(product, at=[2.0, 3.0]))
    assert case.labels == ("c._op is a text", "parents of c", "d._op is a text", "parents of d")
    assert len(played(case)) == case.judged == 4
    assert pasted(case)[0] == "+"


def test_a_node_made_by_hand_is_described_in_seven_numbers():
    case = one(lambda s: s.node(6.0, parents=[2.0, 3.0], symbol="*"))
    assert len(played(case)) == case.judged == len(case.labels) == 7
    assert pasted(case)[0] == 6.0


def test_an_order_has_a_label_for_each_count_and_place():
    case = one(lambda s: s.order(product, at=[2.0, 3.0]))
    assert len(played(case)) == case.judged == len(case.labels)
    assert case.labels[-3:] == ("place of d", "a.grad along this order", "b.grad along this order")
    assert pasted(case)[-1].data == 8.0


@pytest.mark.parametrize("method", ["topological_order", "backward"])
def test_a_cycle_is_tied_and_must_be_refused(method):
    case = one(lambda s: s.cycle(product, at=[2.0, 3.0], method=method))
    assert played(case) == [1.0]
    assert "a._prev = (d,)" in case.snippet
    with pytest.raises(ValueError, match="cycle"):
        pasted(case)


def test_a_graph_without_a_cycle_must_be_accepted():
    case = one(lambda s: s.cycle(product, at=[2.0, 3.0], node=None))
    assert played(case) == [0.0] and "_prev" not in case.snippet


def test_a_chain_is_a_loop():
    case = one(lambda s: s.chain(lambda a: 2 * a, start=1.0, times=3))
    assert played(case) == [8.0, 8.0] and case.ops == ("rmul",)
    assert pasted(case) == 8.0


def test_a_chain_of_more_than_one_step_is_refused():
    with pytest.raises(ValueError):
        recorded(lambda s: s.chain(lambda a: a + 1 + 1, start=1.0, times=3))


def test_a_wide_graph_is_pasted_as_it_is_played():
    wide = one(lambda s: s.wide(6, within_s=0.5))
    assert wide.within_s == 0.5
    assert played(wide)[1:] == pytest.approx(pasted(wide))


def test_repr_is_asked_for_parts():
    case = one(lambda s: s.shows(3.0, ["data", "3.0"]))
    assert played(case) == [1.0, 3.0, 0.0] and "3.0" in pasted(case)


# Random graphs -----------------------------------------------------------------------------


def random_cases(seed, salt):
    def write(student):
        student.random_graphs(3, ops=("add", "mul", "tanh"), steps=4)

    return recorded(write, seed, salt)


def test_random_graphs_depend_on_seed_and_check_and_on_nothing_else():
    first = random_cases("s", "a")
    assert random_cases("s", "a") == first
    assert random_cases("t", "a") != first
    assert random_cases("s", "b") != first
    assert len(first) == 3
    assert all(c.request["tape"]["steps"][-1][2] == [-1.7] for c in first)


def test_two_calls_in_one_check_give_different_graphs():
    def write(student):
        for _ in range(2):
            student.random_graphs(2, ops=("add", "mul", "tanh"), steps=4)

    cases = recorded(write)
    assert cases[:2] != cases[2:]


# Files -------------------------------------------------------------------------------------

FILE = '''
from autograder.authoring.checks.vocabulary import check

@check(task="one", points=2, requires=["b"], needs=["add"], remark="R.", advice="A.")
def first(student):
    """A title.

    More about it.
    """
    student.values(lambda a: a + 1, at=[2.0])

def helper(student):
    """No check."""

@check(task="two", points=0)
def second(student):
    """Another."""
    student.values(lambda a: a, at=[2.0])
'''


def load(tmp_path, text, visibility=Visibility.HIDDEN, seed="s"):
    path = tmp_path / "checks.py"
    path.write_text(text)
    return load_checks(path, visibility, seed)


def test_checks_are_read_in_the_files_order_with_all_that_was_declared(tmp_path):
    first, second = load(tmp_path, FILE)
    assert (first.id, first.task, first.title, first.points) == ("first", "one", "A title.", 2)
    assert (first.requires, first.needs) == (("b",), ("add",))
    assert (first.remark, first.advice) == ("R.", "A.")
    assert first.visibility is Visibility.HIDDEN and len(first.cases) == 1
    assert (second.id, second.requires, second.remark) == ("second", (), "")


def test_a_file_that_is_not_there_has_no_checks(tmp_path):
    assert load_checks(tmp_path / "checks.py", Visibility.PUBLIC, "s") == ()


def test_a_check_that_was_imported_is_not_counted_again(tmp_path, monkeypatch):
    (tmp_path / "others.py").write_text(FILE)
    monkeypatch.syspath_prepend(tmp_path)
    assert load(tmp_path, "from others import first, second\n") == ()


HEAD = "from autograder.authoring.checks.vocabulary import check\n@check(task='one', points={})\n"


@pytest.mark.parametrize(
    ("points", "body", "words"),
    [
        (1, "def f(s):\n    s.values(lambda a: a, at=[1.0])", "a check without a docstring"),
        (1, "def f(s):\n    '''T.'''", "a check without a case. Observe something"),
        (1, "def f(s):\n    '''T.'''\n    s.values(lambda a: 3, at=[1.0])", "must return the node"),
        (
            1,
            "def f(s):\n    '''T.'''\n    s.value(lambda a: a)",
            "AttributeError: 'Recorder' object",
        ),
        (1, "def f(s):\n    '''T.'''\n    s.values()", "TypeError: .*missing 2 required"),
    ],
)
def test_a_broken_check_is_named_with_its_file_and_remedy(tmp_path, points, body, words):
    with pytest.raises(CourseError, match=words) as raised:
        load(tmp_path, HEAD.format(points) + body)
    assert raised.value.file == f"reference/hidden/{tmp_path.name}/checks.py"
    assert raised.value.key in ("f, line 2", "f, line 5")


def test_the_decorator_changes_nothing_but_a_mark():
    @check(task="one", points=1)
    def mine(student):
        return 3

    assert mine(None) == 3
