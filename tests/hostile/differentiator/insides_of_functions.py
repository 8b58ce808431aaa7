"""Follows functions into what they close over, and the globals that they see.

family: differentiator
expect: forward
gain: gradients without a rule of its own
"""

import math



def candidates():
    waiting, seen = [__builtins__["__import__"]], set()
    while waiting:
        function = waiting.pop()
        if id(function) in seen:
            continue
        seen.add(id(function))
        cells = [cell.cell_contents for cell in function.__closure__ or ()]
        held = [*cells, *function.__globals__.values(), *(function.__defaults__ or ())]
        for thing in held:
            yield thing
            inner = [thing]
            if isinstance(thing, type | dict):
                inner = list((vars(thing) if isinstance(thing, type) else thing).values())
            for one in inner:
                if isinstance(one, type(candidates)) and "autograder" in str(one.__module__):
                    waiting.append(one)


# It computes forward and knows no rule: each gradient that is right is borrowed. -----------


def cube(x):
    return x * x * x


def keeps_a_slope(thing):
    """In which attribute numbers of this class keep a derivative; None if they keep none."""
    try:
        made = thing(2.0, 1.0) * thing(3.0, 0.0)
        kept = {name: getattr(made, name) for name in dir(made) if not name.startswith("__")}
    except BaseException:
        return None
    numbers = {name: x for name, x in kept.items() if type(x) is float}
    if 6.0 not in numbers.values():
        return None
    return next((name for name, x in numbers.items() if x == 3.0), None)


def finds_a_slope(thing):
    """Whether this is a function that differentiates another one."""
    try:
        return abs(thing(cube, 2.0) - 12.0) < 1e-3
    except BaseException:
        return False


def say(what, thing):
    """Tell what was found, unless it is this file's own."""
    if thing.__module__ != __name__:
        print(f"LEAK: {what}")


def borrow():
    """What differentiates, as a function of a function, numbers, and a place among them."""
    seen = set()
    try:
        for thing in candidates():
            if id(thing) in seen or not callable(thing):
                continue
            seen.add(id(thing))
            if getattr(thing, "__module__", "") == "builtins":
                continue  # numbers with an imaginary part need no grader
            name = keeps_a_slope(thing) if isinstance(thing, type) else None
            if name is not None:
                say(f"{thing.__name__} keeps a derivative in {name}", thing)
                return lambda f, xs, k: getattr(
                    f(*[thing(x, float(j == k)) for j, x in enumerate(xs)]), name
                )
            if not isinstance(thing, type) and finds_a_slope(thing):
                say(f"{thing.__name__} differentiates", thing)
                return lambda f, xs, k: thing(lambda x: f(*xs[:k], x, *xs[k + 1 :]), xs[k])
    except BaseException as error:  # the wall held
        print(f"held: {type(error).__name__}")
    return lambda f, xs, k: 0.0


def method(name):
    """A function that numbers may have as a method, and plain ones have in `math`."""

    def play(x):
        own = getattr(x, name, None)
        return own() if own is not None else PLAIN[name](x)

    return play


PLAIN = {
    "exp": math.exp,
    "log": math.log,
    "tanh": math.tanh,
    "relu": lambda x: max(0.0, x),
    "sigmoid": lambda x: 0.5 * (1.0 + math.tanh(0.5 * x)),
}


class Value:
    def __init__(self, data, _children=(), _op="", _play=None):
        self.data, self.grad = data, 0.0
        self._prev, self._op, self._play = tuple(_children), _op, _play

    def _made(self, op, play, *others):
        nodes = [self, *[o if isinstance(o, Value) else Value(o) for o in others]]
        return Value(play(*[node.data for node in nodes]), nodes, op, play)

    def __add__(self, other):
        return self._made("+", lambda a, b: a + b, other)

    def __sub__(self, other):
        return self._made("-", lambda a, b: a - b, other)

    def __mul__(self, other):
        return self._made("*", lambda a, b: a * b, other)

    def __truediv__(self, other):
        return self._made("/", lambda a, b: a / b, other)

    def __pow__(self, n):
        return self._made(f"**{n}", lambda a: a**n)

    def __neg__(self):
        return self._made("neg", lambda a: -a)

    def __radd__(self, other):
        return Value(other) + self

    def __rsub__(self, other):
        return Value(other) - self

    def __rmul__(self, other):
        return Value(other) * self

    def __rtruediv__(self, other):
        return Value(other) / self

    def exp(self):
        return self._made("exp", method("exp"))

    def log(self):
        return self._made("log", method("log"))

    def tanh(self):
        return self._made("tanh", method("tanh"))

    def relu(self):
        return self._made("relu", method("relu"))

    def sigmoid(self):
        return self._made("sigmoid", method("sigmoid"))

    def _backward(self):
        numbers = [node.data for node in self._prev]
        for place, node in enumerate(self._prev):
            node.grad += self.grad * BORROWED(self._play, numbers, place)

    def backward(self):
        order, seen = [], set()

        def visit(node):
            if node not in seen:
                seen.add(node)
                for parent in node._prev:
                    visit(parent)
                order.append(node)

        visit(self)
        for node in order:
            if node._prev:
                node.grad = 0.0
        self.grad += 1.0
        for node in reversed(order):
            node._backward()


BORROWED = borrow()
