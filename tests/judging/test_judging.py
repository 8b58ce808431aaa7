"""The judge: outcomes, scores and messages for every way a submission can answer."""

import math
from dataclasses import replace

import pytest
from core_tools import case, check, exercise_of, mutant, ok, results_of, run_of, verdict_of

from autograder.judging import wording
from autograder.judging.judge import Judge
from autograder.model import Answer, Block, Outcome, Visibility
from autograder.parsing import parser_says
from autograder.verdicts import Explanation, Numbers
from autograder.worker.status import Status

PASSED, FAILED, MISSING, SKIPPED = (
    Outcome.PASSED, Outcome.FAILED, Outcome.MISSING, Outcome.SKIPPED,
)  # fmt: skip
LACKING = Answer(Status.LACKING, (), "tanh")


def block(task=None, label="engine.py", **given):
    return Block(label, "...", task=task, **given)


def outcomes(compiled, answers, **given):
    return {k: r.outcome for k, r in results_of(compiled, answers, **given).items()}


# Right -------------------------------------------------------------------------------------


def test_expected_answers_earn_every_point():
    compiled = exercise_of([check("a", points=2), check("b", points=0.5)])
    verdict = verdict_of(compiled, {})
    assert (verdict.score, verdict.max_score, verdict.outcome) == (2.5, 2.5, PASSED)
    assert all(r.outcome is PASSED and r.score == r.max_score for r in verdict.checks)
    assert verdict.remarks == ()


# Wrong -------------------------------------------------------------------------------------


@pytest.mark.parametrize("answer", [ok(2), ok(math.nan), ok(math.inf), ok(), ok(1, 1)])
def test_a_wrong_answer_earns_nothing_and_costs_nothing_else(answer):
    results = results_of(exercise_of([check("a"), check("b")]), {"a": [answer]})
    assert (results["a"].outcome, results["a"].score) == (FAILED, 0.0)
    assert (results["b"].outcome, results["b"].score) == (PASSED, 1.0)
    assert results["a"].message and results["a"].minimal_case == "f(1)"
    assert results["b"].explanation == Explanation() and results["b"].minimal_case is None


def test_there_is_no_credit_for_a_part_of_a_check():
    results = results_of(exercise_of([check("a", case(), case())]), {"a": [ok(1), ok(2)]})
    assert results["a"].score == 0.0


def test_the_first_case_that_fails_is_shown():
    compiled = exercise_of([check("a", case(snippet="one"), case(snippet="two"))])
    assert results_of(compiled, {"a": [ok(1), ok(9)]})["a"].minimal_case == "two"
    assert results_of(compiled, {"a": [ok(9), ok(9)]})["a"].minimal_case == "one"


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (
            Answer(Status.RAISED, (), "KeyError: 'x' (line 3)"),
            "your code raised KeyError: 'x' (line 3)",
        ),
        (Answer(Status.WRONG_TYPE, (), "data is of type str"), "data is of type str"),
        (Answer(Status.CPU), "your code took more than 1 s of CPU time"),
        (Answer(Status.RECURSION, (), "line 7"), "a recursion after about 1000 levels"),
        (Answer(Status.MEMORY), "more memory than a submission may"),
        (Answer(Status.CRASHED), "your code ended its process in this case"),
        (Answer(Status.NOT_RUN, (), "it was killed"), "before this check: it was killed"),
        (Answer(Status.NOT_RUN), "ended or ran out of time before this check"),
    ],
)
def test_each_way_to_fail_is_told_in_its_own_words(answer, said):
    public = exercise_of([check("a", visibility=Visibility.PUBLIC)])  # a hidden one tells less
    result = results_of(public, {"a": [answer]})["a"]
    assert (result.outcome, result.score) == (FAILED, 0.0)
    assert said in result.message


def test_a_limit_tells_the_place_and_for_a_graph_what_to_try():
    answers = {"a": [Answer(Status.RECURSION, (), "cell 2, line 1")]}
    ran = {"blocks": [(Block("cell 2", "f = 1"), ok())]}
    graph = exercise_of([check("a", case(ops=("add",)))])
    told = results_of(graph, answers, **ran)["a"].explanation
    assert "(cell 2, line 1)" in told.what
    assert told.why and told.attempt.startswith("walk the graph in a loop")
    told = results_of(exercise_of([check("a")]), answers, **ran)["a"].explanation
    assert (told.why, told.attempt) == ("", "")


def test_advice_is_given_where_no_misconception_explains():
    compiled = exercise_of([check("a", advice="Draw it.")])
    assert results_of(compiled, {"a": [ok(9)]})["a"].explanation.attempt == "Draw it."


# Missing -----------------------------------------------------------------------------------


def test_an_unwritten_stub_is_missing_not_wrong():
    result = results_of(exercise_of([check("a")]), {"a": [Answer(Status.UNWRITTEN, (), "one")]})[
        "a"
    ]
    assert (result.outcome, result.message) == (MISSING, "not written yet")
    assert result.minimal_case is None and result.score == 0.0


def test_an_unwritten_stub_behind_a_wrong_case_is_wrong():
    compiled = exercise_of([check("a", case(), case())])
    assert outcomes(compiled, {"a": [ok(9), Answer(Status.UNWRITTEN)]})["a"] is FAILED
    assert outcomes(compiled, {"a": [Answer(Status.UNWRITTEN), ok(9)]})["a"] is MISSING


def test_a_check_whose_every_case_needs_what_is_lacking_is_missing_and_says_what():
    compiled = exercise_of([check("a", case(ops=("tanh",)), case(ops=("radd", "tanh")))])
    answers = {"a": [LACKING, Answer(Status.LACKING, (), "radd tanh")]}
    result = results_of(compiled, answers)["a"]
    assert result.outcome is MISSING
    assert result.message == "not written yet: __radd__, tanh"


def test_cases_that_need_an_operation_that_is_lacking_do_not_count():
    compiled = exercise_of([check("a", case(), case(ops=("tanh",)))])
    assert outcomes(compiled, {"a": [ok(1), LACKING]})["a"] is PASSED
    assert outcomes(compiled, {"a": [ok(9), LACKING]})["a"] is FAILED


def test_a_check_that_needs_the_operation_is_missing_as_a_whole():
    compiled = exercise_of([check("a", case(), case(ops=("tanh",)), needs=("tanh",))])
    result = results_of(compiled, {"a": [ok(1), LACKING]})["a"]
    assert (result.outcome, result.message) == (MISSING, "not written yet: tanh")


def test_a_function_that_is_lacking_makes_its_check_missing_whatever_else_is_right():
    compiled = exercise_of([check("a", case(), case())])
    for answers in (
        [ok(1), Answer(Status.LACKING, (), "f")],
        [Answer(Status.LACKING, (), "f"), ok(1)],
    ):
        result = results_of(compiled, {"a": answers})["a"]
        assert (result.outcome, result.score) == (MISSING, 0.0)
        assert result.message == "not written yet: f"


def test_a_lack_of_nothing_named_is_no_pass():
    compiled = exercise_of([check("a", case(), case(ops=("tanh",)))])
    assert outcomes(compiled, {"a": [ok(1), Answer(Status.LACKING)]})["a"] is MISSING


def test_an_operation_that_is_said_to_lack_here_and_was_used_there_is_wrong():
    compiled = exercise_of(
        [check("a", case(), case(ops=("tanh",))), check("b", case(ops=("tanh",)))]
    )
    result = results_of(compiled, {"a": [ok(1), LACKING]})["a"]
    assert (result.outcome, result.score, result.misconception) == (FAILED, 0.0, None)
    assert "it lacks tanh, and used it in other cases" in result.message
    # where the other case was never reached, nothing speaks against it
    answers = {"a": [ok(1), LACKING], "b": [Answer(Status.NOT_RUN)]}
    assert outcomes(compiled, answers) == {"a": PASSED, "b": FAILED}


def test_nothing_written_at_all_is_missing_as_a_whole():
    compiled = exercise_of([check("a"), check("b", requires=("a",)), check("r", points=0)])
    unwritten = [Answer(Status.UNWRITTEN)]
    verdict = verdict_of(compiled, {"a": unwritten, "b": unwritten})
    assert (verdict.outcome, verdict.score) == (MISSING, 0.0)


# Skipped -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "reason"),
    [
        (ok(9), "did not pass"),
        (Answer(Status.UNWRITTEN), "is not written yet"),
    ],
)
def test_a_check_whose_prerequisite_did_not_pass_is_skipped_and_says_which(first, reason):
    compiled = exercise_of([check("a"), check("b", requires=("a",)), check("c", requires=("b",))])
    results = results_of(compiled, {"a": [first]})
    assert (results["b"].outcome, results["b"].score) == (SKIPPED, 0.0)
    assert results["b"].message == f"not judged: it builds on 'Title of a', which {reason}"
    assert results["c"].message.endswith("which was not judged either")


def test_a_prerequisite_that_passed_is_no_obstacle():
    compiled = exercise_of([check("a"), check("b", requires=("a",)), check("c")])
    assert outcomes(compiled, {"c": [ok(9)]}) == {"a": PASSED, "b": PASSED, "c": FAILED}


def test_a_skipped_check_is_skipped_though_its_answer_is_wrong_too():
    compiled = exercise_of([check("a"), check("b", requires=("a",))])
    assert outcomes(compiled, {"a": [ok(9)], "b": [ok(9)]})["b"] is SKIPPED


def test_a_check_that_came_upon_an_operation_not_written_is_skipped_and_says_which():
    """2 + a is answered by a + 2: without `__add__` there is nothing to say of `__radd__`."""
    reflected, plain = case(ops=("radd",)), case(ops=("add",))
    compiled = exercise_of([check("a", reflected, reflected), check("b", plain)])
    for absent in (Answer(Status.LACKING, (), "add"), Answer(Status.UNWRITTEN, (), "add")):
        result = results_of(compiled, {"a": [absent, absent], "b": [absent]})["a"]
        assert (result.outcome, result.misconception) == (SKIPPED, None)
        assert result.message == "not judged: it builds on '__add__', which is not written yet"
        # what it answered in another case is wrong by itself
        assert outcomes(compiled, {"a": [absent, ok(9)], "b": [absent]})["a"] is FAILED


def test_a_method_that_players_call_and_that_is_not_there_is_missing():
    compiled = exercise_of([check("a")])
    result = results_of(compiled, {"a": [Answer(Status.LACKING, (), "backward")]})["a"]
    assert (result.outcome, result.message) == (MISSING, "not written yet: backward")


# Remarks -----------------------------------------------------------------------------------

REMARK = check("r", points=0, remark="Yours gives 36, as micrograd's does.")


def test_a_remark_is_said_when_its_check_differs_and_costs_nothing():
    verdict = verdict_of(exercise_of([check("a"), REMARK]), {"r": [ok(9)]})
    assert verdict.remarks == ("Yours gives 36, as micrograd's does.",)
    assert (verdict.score, verdict.max_score, verdict.outcome) == (1.0, 1.0, PASSED)
    assert verdict.checks[1].outcome is Outcome.DIFFERS


def test_what_differs_without_points_is_no_mistake_and_has_no_name():
    bearer = mutant("doubles", {"r": [ok(9)]})
    compiled = exercise_of([check("a"), REMARK], mutants=(bearer,))
    result = results_of(compiled, {"r": [ok(9)]})["r"]
    assert (result.outcome, result.misconception) == (Outcome.DIFFERS, None)
    assert result.explanation == Explanation()


def test_a_remark_is_not_said_where_the_case_did_not_end():
    verdict = verdict_of(
        exercise_of([check("a"), REMARK]), {"r": [Answer(Status.RAISED, (), "TypeError: x")]}
    )
    assert verdict.remarks == ()
    assert verdict.checks[1].outcome is SKIPPED


def test_a_remark_is_not_said_of_what_was_not_judged():
    compiled = exercise_of([check("a"), REMARK])
    for answer in (Answer(Status.UNWRITTEN), Answer(Status.LACKING, (), "f")):
        assert verdict_of(compiled, {"r": [answer]}).remarks == ()


# Blocks that failed ------------------------------------------------------------------------


def test_a_block_that_raised_is_what_its_tasks_checks_say():
    compiled = exercise_of([check("a"), check("b", task="two")])
    said = "NameError: name 'Nod' is not defined (cell 3, line 1)"
    ended = [(Block("cell 3", "Nod", task="one"), Answer(Status.RAISED, (), said))]
    raised = [Answer(Status.RAISED, (), "AttributeError: 'int' object has no attribute 'x'")]
    results = results_of(compiled, {"a": raised, "b": raised}, blocks=ended)
    assert f"your code raised {said}" in results["a"].message
    assert "AttributeError" not in results["a"].message
    assert "AttributeError" in results["b"].message


def test_a_stub_whose_block_failed_is_wrong_not_missing():
    compiled = exercise_of([check("a"), check("b", task="two")])
    broken = replace(block("one", "cell 3"), source="f(")
    said = f"SyntaxError: {parser_says(broken.source)} (cell 3)"
    ended = [(broken, Answer(Status.RAISED, (), said))]
    unwritten = [Answer(Status.UNWRITTEN)]
    results = results_of(compiled, {"a": unwritten, "b": unwritten}, blocks=ended)
    assert results["a"].outcome is FAILED
    assert results["a"].message == f"your code raised {said}"
    assert results["b"].outcome is MISSING


def test_what_a_broken_file_lacks_is_wrong_not_missing():
    compiled = exercise_of([check("a")])
    answers = {"a": [Answer(Status.LACKING, (), "f")]}
    for ended, said in (
        (
            Answer(Status.RAISED, (), "IndentationError: unexpected indent"),
            "your code raised IndentationError: unexpected indent",
        ),
        (Answer(Status.CPU), "takes too long when the file is run"),
        (
            Answer(Status.RECURSION, (), "engine.py, line 1"),
            "itself without end when the file is run (engine.py, line 1)",
        ),
        (Answer(Status.MEMORY), "more memory than a submission may (512 MiB) when the file is run"),
    ):
        file = replace(block(), source="  x = 1\n")
        result = results_of(compiled, answers, blocks=[(file, ended)])["a"]
        assert result.outcome is FAILED and said in result.message


def test_a_file_that_did_not_run_to_its_end_says_why():
    compiled = exercise_of([check("a")])
    result = results_of(
        compiled,
        {"a": [Answer(Status.LACKING, (), "f")]},
        blocks=[(block(), Answer(Status.NOT_RUN))],
        trouble="it did not end within 30 s",
    )["a"]
    assert result.message == "your code did not run to its end: it did not end within 30 s"


def test_a_block_of_the_students_own_extras_is_passed_over():
    compiled = exercise_of([check("a")])
    ended = [(block("one", optional=True), Answer(Status.RAISED, (), "KeyError: 'x'"))]
    assert outcomes(compiled, {"a": [Answer(Status.UNWRITTEN)]}, blocks=ended)["a"] is MISSING


def test_an_unwritten_block_is_no_broken_one():
    compiled = exercise_of([check("a")])
    ended = [(block("one"), Answer(Status.UNWRITTEN, (), "one"))]
    assert outcomes(compiled, {"a": [Answer(Status.UNWRITTEN)]}, blocks=ended)["a"] is MISSING


def test_a_block_that_failed_does_not_hide_a_wrong_number():
    compiled = exercise_of([check("a")])
    ended = [(block("one"), Answer(Status.RAISED, (), "KeyError: 'x'"))]
    result = results_of(compiled, {"a": [ok(9)]}, blocks=ended)["a"]
    assert "KeyError" not in result.message
    assert result.explanation.numbers == (Numbers("f(1)", "", "9.0", ""),)


# Names -------------------------------------------------------------------------------------

MUTANTS = (
    mutant("doubles", {"a": [ok(2)], "b": [ok(2)]}),
    mutant("negates", {"b": [ok(-1)], "c": [ok(-1)]}),
)
THREE = exercise_of([check("a"), check("b", task="two"), check("c", task="two")], mutants=MUTANTS)


def test_a_named_mistake_has_its_sentence_its_why_and_its_try():
    result = results_of(THREE, {"a": [ok(2)], "b": [ok(2)]})["a"]
    assert (result.misconception, result.message) == ("doubles", "f(1) is too large")
    told = result.explanation
    assert (told.mistake, told.why, told.attempt) == ("It doubles.", "Because.", "Halve it.")


def test_two_mistakes_in_different_tasks_are_each_named():
    results = results_of(THREE, {"a": [ok(2)], "b": [ok(-1)], "c": [ok(-1)]})
    assert [results[k].misconception for k in "abc"] == ["doubles", "negates", "negates"]


def test_a_mistake_beyond_the_catalogue_gets_no_name():
    results = results_of(THREE, {"a": [ok(7)]})
    assert results["a"].misconception is None
    assert results["a"].explanation == Explanation(
        "f(1) is too large", numbers=(Numbers("f(1)", "", "7.0", ""),)
    )


def test_a_check_that_passed_is_never_named():
    assert results_of(THREE, {"a": [ok(2)]})["b"].misconception is None


# What may be seen --------------------------------------------------------------------------


def test_a_hidden_explanation_never_tells_the_expected_number():
    for visibility, told in ((Visibility.PUBLIC, True), (Visibility.HIDDEN, False)):
        compiled = exercise_of(
            [check("a", visibility=visibility)], expected={"a": (ok(123.456789),)}
        )
        explanation = results_of(compiled, {"a": [ok(7)]})["a"].explanation
        assert ("123.457" in str(explanation)) is told


def test_results_are_equal_and_hash_alike_if_they_say_the_same():
    compiled = exercise_of([check("a"), check("b")])
    first, again = (results_of(compiled, {"a": [ok(9)]}) for _ in range(2))
    assert first["a"] == again["a"] and hash(first["a"]) == hash(again["a"])
    assert first["a"] is not again["a"]
    # what passed says the same of every submission, and is one object for all of them
    judge, run = Judge(compiled), run_of(compiled, {"a": [ok(9)]})
    assert judge.judge(run, ()).checks[1] is judge.judge(run, ()).checks[1]
    other = results_of(compiled, {"a": [ok(8)]})["a"]
    assert other != first["a"] and hash(other) != hash(first["a"])


def test_results_keep_what_a_reader_needs():
    compiled = exercise_of([check("a", visibility=Visibility.PUBLIC, points=2)])
    result = results_of(compiled, {"a": [ok(9)]})["a"]
    assert (result.id, result.task, result.visibility) == ("a", "one", Visibility.PUBLIC)
    assert (result.score, result.max_score) == (0.0, 2)


def test_a_verdict_can_be_cut_to_one_task():
    compiled = exercise_of([check("a"), check("b", task="two", points=3), REMARK])
    run = run_of(compiled, {"a": [ok(9)], "r": [ok(9)]})
    judge = Judge(compiled)
    verdict = judge.judge(run, ())
    assert judge.of_task(verdict, None) is verdict
    two = judge.of_task(verdict, "two")
    assert (two.score, two.max_score, two.outcome) == (3, 3, PASSED)
    assert [r.id for r in two.checks] == ["b"]
    assert judge.of_task(verdict, "one").outcome is FAILED


def test_the_overall_outcome_counts_what_carries_points():
    compiled = exercise_of([check("a"), check("b"), check("r", points=0)])
    unwritten, wrong = [Answer(Status.UNWRITTEN)], [ok(9)]
    assert verdict_of(compiled, {"r": wrong}).outcome is PASSED
    assert verdict_of(compiled, {"a": wrong}).outcome is FAILED
    assert verdict_of(compiled, {"a": unwritten}).outcome is FAILED  # begun
    assert verdict_of(compiled, {"a": unwritten, "b": unwritten}).outcome is MISSING
    assert verdict_of(compiled, {"a": unwritten, "b": unwritten, "r": wrong}).outcome is MISSING


def test_the_words_for_errors_of_ours_blame_nobody_else():
    assert "the fault is ours, and the score is withheld" in wording.ERROR
