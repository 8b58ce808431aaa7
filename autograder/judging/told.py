"""Which texts from the worker a student is told: Python's own and the player's, no others.

A submission meets hidden cases, and what it raises may say them. So of an exercise with hidden
checks a text is passed on only where Python or the player would have written it, with names that
stand in the submission, or where it stands there itself, without a digit; otherwise the student
learns the type and the line, and staff the rest. What this cannot see is a submission that has
words of its own for numbers, and raises one of them.
"""

import builtins
import re
from collections.abc import Sequence
from functools import cached_property

from autograder import limits
from autograder.judging import wording
from autograder.model import Block, CompiledExercise
from autograder.parsing import parser_says
from autograder.sandbox.endings import all_endings
from autograder.worker.players.base import CALLED, METHODS

WORD = re.compile(r"[^\W\d]\w*")
PART = r"(?:[^\W\d]\w*|<lambda>|<locals>)"
NAME = rf"['\"]?{PART}(?:\.{PART})?['\"]?"  # a type of numpy's has a dot: 'numpy.float64'
PATH = rf"['\"]?{PART}(?:\.{PART}){{0,5}}['\"]?"
DIGITS = 2  # in a name that is no built-in one: x1 is a name, x325 may be a number
COUNT = r"\d{1,2}"
OPERATOR = r"[-+*/%@<>=|&^~]{1,3}(?: or pow\(\))?(?:, [-+*/%@]{1,2}(?:=)?)?"
# Messages of CPython 3.11 to 3.14 that a beginner meets, and the player's own (WrongType). N is a
# name, P one with the names of what holds it, C a count, O an operator; a backslash joins two
# lines.
SENTENCES = r"""
unsupported operand type\(s\) for O: N and N
bad operand type for unary O: N
bad operand type for abs\(\): N
O not supported between instances of N and N
'O' not supported between instances of N and N
N object is not (callable|iterable|subscriptable|reversible|an iterator)
N object is not (callable|iterable|subscriptable); perhaps you missed a comma\?
N object cannot be interpreted as an integer
N object does not support (item assignment|item deletion|the context manager protocol)
N object doesn't support item (assignment|deletion)
cannot unpack non-iterable N object
P\(\) takes (no|exactly one) arguments?( \(C given\))?
P\(\) takes (from C to )?C positional arguments? but C (was|were) given
P\(\) missing C required (positional|keyword-only) arguments?: N(?:(?:, and |, | and )N){0,3}
P\(\) got an unexpected keyword argument N
P\(\) got multiple values for argument N
P(\(\))? expected (at (least|most) )?C arguments?, got C
P\(\) should return None, not N
P\(\) argument must be a string or a (real )?number, not N
must be real number, not N
a float is required
can only concatenate (str|list|tuple) \(not N\) to (str|list|tuple)
can't multiply sequence by non-int of type N
argument of type N is not (iterable|a container or iterable)
unhashable type: N
cannot use N as a (set element|dict key) \(unhashable type: N\)
(list|tuple|string|range object) (index out of range|indices must be integers or slices, not N)
list assignment index out of range
pop from (an )?empty (list|deque|set)
object of type N has no len\(\)
type N doesn't define N method
N object has no attribute N
type object N has no attribute N
module P has no attribute N
N object attribute N is read-only
can't set attribute( N)?
property N of N object has no (setter|deleter|getter)
name N is not defined
cannot access (local|free) variable N where it is not associated with a value( in enclosing scope)?
division by zero
float division by zero
(integer division or modulo|integer modulo|float floor division|float modulo) by zero
0.0 cannot be raised to a negative power
zero to a negative power
math (domain|range) error
\(34, 'Numerical result out of range'\)
cannot convert float (infinity|NaN) to integer
int too large to convert to float
complex exponentiation
not enough values to unpack \(expected (at least )?C, got C\)
too many values to unpack \(expected C(, got C)?\)
list.remove\(x\): x not in list
(max|min)\(\) (arg is an empty sequence|iterable argument is empty)
zip\(\) argument C is (longer|shorter) than arguments? C(-C)?
(dictionary|Set) changed size during iteration
dictionary keys changed during iteration
generator raised StopIteration
super\(\): (no arguments|__class__ cell not found)
no active exception to reraise
f takes numbers, not N
keyword argument repeated: N
exceptions must derive from BaseException
await wasn't used with future
No module named P
attempted relative import with no known parent package
cannot import name N from P( \(unknown location\))?
P is not available while this exercise is graded
P is not in Python 3\.\d\d, with which this exercise is graded
[a-z ]{1,24} is a whole number too large for a float
[a-z ]{1,24} is of type N, not a (number|Value)
N gave back N, which has no data: is a return missing, or the result not a Value\?
the loop gave back N, not a list of losses: is a return missing\?
an? N came back, not a pair of lists
an? N came back where the kind of number that went in is due
(probes|gradcheck|a probe's function) gave back N, not (a list|a node|True or False)
a probe is not a pair \(f, xs\)
N has neither layers nor neurons, nor w and b
N holds an? N among w and b, not a Value
N holds C weights and biases where C are due
C outputs came where C are due
an exponent is of type N, not plain
an operand was kept from an earlier call
the function is played on a kind of number whose value is not known yet; it has operators and \
methods, but float\(\), math and comparisons need a plain number
N returned non-N \(type N\)
"""
# What a parser says is told where it says so of the file itself.
PARSERS = ("SyntaxError", "IndentationError", "TabError")
# What Python says only when it generates code, which the judge does not: no word is the student's.
SAID_LATER = frozenset(
    (
        *("'return' outside function", "'yield' outside function", "'yield from' outside function"),
        *("'await' outside function", "'await' outside async function", "'break' outside loop"),
        *("'async for' outside async function", "'async with' outside async function"),
        *("'continue' not properly in loop", "'return' with value in async generator"),
        *("'yield from' inside async function", "default 'except:' must be last"),
        "asynchronous comprehension outside of an asynchronous function",
    )
)
CLASS = re.compile(r"^[ \t]*class[ \t]+(\w+)", re.MULTILINE)
EXCEPTIONS = frozenset(
    name
    for name, kind in vars(builtins).items()
    if isinstance(kind, type) and issubclass(kind, BaseException)
)
NO_DIGIT = re.compile(r"[^\d\n]+")
# What Python calls what has no name among the built-in ones, and the player's own.
OTHER_NAMES = [
    "NoneType",
    "function",
    "method",
    "builtin_function_or_method",
    "generator",
    "module",
    "string",
    "ellipsis",
    "NotImplementedType",
    "math",
    "numpy",
    "data",
    "grad",
    "Recorded",
    "Remote",
]


def _compiled(sentences: str) -> re.Pattern[str]:
    """One pattern that matches each of the sentences as a whole."""
    for letter, stands_for in (("N", NAME), ("P", PATH), ("C", COUNT), ("O", OPERATOR)):
        sentences = re.sub(
            rf"(?<![A-Za-z]){letter}(?![A-Za-z])", stands_for.replace("\\", r"\\"), sentences
        )
    each = sentences.replace("\\\n", "").strip().splitlines()
    return re.compile("|".join(f"(?:{one})" for one in each))


SENTENCE = _compiled(SENTENCES)
KNOWN = frozenset(
    (*WORD.findall(SENTENCES), *dir(builtins), *METHODS, *METHODS.values(), *OTHER_NAMES)
)


OURS = frozenset(
    (
        f"more than {limits.RECORDED_STEPS} operations were asked for",
        f"more than {limits.ENGINE_QUESTIONS:,} questions to one engine",
        f"graphs of more than {limits.ENGINE_EVENTS:,} nodes for one engine",
        "all the time that the engines have",
    )
)


def names_asked(compiled: CompiledExercise) -> frozenset[str]:
    """Every name that a run of this exercise can lack: operations, functions, classes."""
    cases = [case for check in compiled.checks for case in check.cases]
    names = {op for case in cases for op in case.ops} | CALLED
    names |= {word for case in cases for word in case.request.values() if isinstance(word, str)}
    for task in compiled.exercise.tasks:
        for region in task.regions:
            names.update(region.split("."))
    return frozenset(names)


class Teller:
    """Says what a student is told of the texts that one submission's run gave.

    Args:
        blocks: what was run: its names and its lines are the student's own.
        private: whether the run met hidden cases; if not, every text is passed on.

    Attributes:
        withheld: the texts that were not passed on, for staff, each once.
    """

    def __init__(self, blocks: Sequence[Block], *, private: bool) -> None:
        self.withheld: dict[str, None] = {}
        self._private = private
        self._blocks = blocks

    # subtle: worked out when the first text comes, for most runs give none

    @cached_property
    def _lines(self) -> dict[str, int]:
        return {block.label: block.source.count("\n") + 1 for block in self._blocks}

    @cached_property
    def _place(self) -> re.Pattern[str]:
        labels = "|".join(map(re.escape, self._lines)) or "(?!)"
        return re.compile(rf"(?P<label>{labels})(?:, line (?P<line>\d{{1,6}}))?")

    @cached_property
    def _and_where(self) -> re.Pattern[str]:
        return re.compile(rf"(?P<rest>.*) \({self._place.pattern}\)", re.DOTALL)

    @cached_property
    def _kinds(self) -> frozenset[str]:
        """Names of exceptions: the built-in ones, and the submission's own classes."""
        return EXCEPTIONS.union(*(CLASS.findall(block.source) for block in self._blocks))

    @cached_property
    def _names(self) -> frozenset[str]:
        return KNOWN.union(*(WORD.findall(block.source) for block in self._blocks))

    @cached_property
    def _parser_says(self) -> frozenset[str]:
        """What Python says of the blocks that it cannot compile, as the worker sends it."""
        said = (parser_says(block.source) for block in self._blocks)
        return frozenset(text.encode("ascii", "backslashreplace").decode() for text in said if text)

    def raised(self, detail: str) -> str:
        """What was raised and where, "KeyError: 3 (engine.py, line 12)", as far as it is told."""
        if not self._private:
            return detail
        where, rest = "", detail
        found = self._and_where.fullmatch(detail)
        if found is not None and self._is_there(found):
            rest = found["rest"]
            where = detail[len(rest) :]
        kind, _, text = rest.partition(": ")
        is_name = kind in self._kinds
        if is_name and (not text or self._is_told(kind, text)):
            return detail
        told = wording.OWN_TEXT.format(kind=kind if is_name else wording.AN_EXCEPTION)
        return self._withhold(detail, told + where)

    def said(self, detail: str) -> str:
        """What the player says of an answer, or a place; nothing where it is not told."""
        if not self._private or not detail:
            return detail
        if detail in OURS or detail in all_endings():  # our own words, number and all
            return detail
        place = self._place.fullmatch(detail)
        if (place is not None and self._is_there(place)) or self._is_told("", detail):
            return detail
        return self._withhold(detail, "")

    def _is_told(self, kind: str, text: str) -> bool:
        if len(text) > limits.DETAIL_BYTES:
            return False
        if SENTENCE.fullmatch(text) and all(map(self._may_be_named, WORD.findall(text))):
            return True
        if kind in PARSERS:
            return text in SAID_LATER or text in self._parser_says
        # a whole text of the file, as it stood there before it met any case
        return NO_DIGIT.fullmatch(text) is not None and any(
            f"{quote}{text}{quote}" in block.source for block in self._blocks for quote in "'\""
        )

    def _may_be_named(self, word: str) -> bool:
        digits = sum(character.isdigit() for character in word)
        return word in KNOWN or (digits <= DIGITS and word in self._names)

    def _is_there(self, place: re.Match[str]) -> bool:
        """Whether the submission has such a line."""
        return 1 <= int(place["line"] or 1) <= self._lines[place["label"]]

    def _withhold(self, detail: str, told: str) -> str:
        self.withheld[detail] = None
        return told
