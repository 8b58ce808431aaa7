"""A beginner's long way round: prints at import, everything spelled out, tests left at the end.

expect: full
"""
print("loading my engine...")

import math
import random

print("math.pi is", math.pi)   # just checking that the import works


class Value(object):
    # This class stores ONE number and remembers where it came from

    def __init__(self, data):
        # the number
        self.data = data
        # the gradient, at the start nobody knows it so it is zero
        self.grad = 0.0
        # who made me?
        self.parent_1 = None
        self.parent_2 = None
        # with what?
        self.operation = "nothing"
        # only for powers
        self.exponent = None

    def __repr__(self):
        return "Value(data=" + str(self.data) + ", grad=" + str(self.grad) + ")"

    def make_sure_it_is_a_value(self, thing):
        if isinstance(thing, Value) == True:
            return thing
        else:
            new_thing = Value(thing)
            return new_thing

    def __add__(self, other):
        other = self.make_sure_it_is_a_value(other)
        answer = Value(self.data + other.data)
        answer.parent_1 = self
        answer.parent_2 = other
        answer.operation = "add"
        return answer

    def __radd__(self, other):
        return self + other

    def __mul__(self, other):
        other = self.make_sure_it_is_a_value(other)
        answer = Value(self.data * other.data)
        answer.parent_1 = self
        answer.parent_2 = other
        answer.operation = "mul"
        return answer

    def __rmul__(self, other):
        return self * other

    def __pow__(self, exponent):
        answer = Value(self.data ** exponent)
        answer.parent_1 = self
        answer.exponent = exponent
        answer.operation = "pow"
        return answer

    def __neg__(self):
        return self * (-1)

    def __sub__(self, other):
        other = self.make_sure_it_is_a_value(other)
        return self + (-other)

    def __rsub__(self, other):
        other = self.make_sure_it_is_a_value(other)
        return other - self

    def __truediv__(self, other):
        other = self.make_sure_it_is_a_value(other)
        one_over_other = other ** (-1)
        return self * one_over_other

    def __rtruediv__(self, other):
        other = self.make_sure_it_is_a_value(other)
        return other / self

    def exp(self):
        answer = Value(math.exp(self.data))
        answer.parent_1 = self
        answer.operation = "exp"
        return answer

    def log(self):
        answer = Value(math.log(self.data))
        answer.parent_1 = self
        answer.operation = "log"
        return answer

    def tanh(self):
        answer = Value(math.tanh(self.data))
        answer.parent_1 = self
        answer.operation = "tanh"
        return answer

    def relu(self):
        if self.data > 0:
            answer = Value(self.data)
        else:
            answer = Value(0.0)
        answer.parent_1 = self
        answer.operation = "relu"
        return answer

    def sigmoid(self):
        if self.data > 0:
            answer = Value(1 / (1 + math.exp(-self.data)))
        else:
            # the same thing, but this way round it can not explode
            answer = Value(math.exp(self.data) / (math.exp(self.data) + 1))
        answer.parent_1 = self
        answer.operation = "sigmoid"
        return answer

    def give_gradient_to_parents(self):
        if self.operation == "add":
            self.parent_1.grad = self.parent_1.grad + self.grad
            self.parent_2.grad = self.parent_2.grad + self.grad
        elif self.operation == "mul":
            self.parent_1.grad = self.parent_1.grad + self.grad * self.parent_2.data
            self.parent_2.grad = self.parent_2.grad + self.grad * self.parent_1.data
        elif self.operation == "pow":
            n = self.exponent
            derivative = n * self.parent_1.data ** (n - 1)
            self.parent_1.grad = self.parent_1.grad + self.grad * derivative
        elif self.operation == "exp":
            self.parent_1.grad = self.parent_1.grad + self.grad * self.data
        elif self.operation == "log":
            self.parent_1.grad = self.parent_1.grad + self.grad / self.parent_1.data
        elif self.operation == "tanh":
            derivative = 1 - self.data * self.data
            self.parent_1.grad = self.parent_1.grad + self.grad * derivative
        elif self.operation == "relu":
            if self.parent_1.data > 0:
                self.parent_1.grad = self.parent_1.grad + self.grad
        elif self.operation == "sigmoid":
            derivative = self.data * (1 - self.data)
            self.parent_1.grad = self.parent_1.grad + self.grad * derivative

    def backward(self):
        # STEP 1: find all the values and count by how many each one is used
        everything = [self]
        used_by = {}
        used_by[self] = 0
        position = 0
        while position < len(everything):
            current = everything[position]
            for parent in [current.parent_1, current.parent_2]:
                if parent is not None:
                    if parent not in used_by:
                        used_by[parent] = 0
                        everything.append(parent)
                    used_by[parent] = used_by[parent] + 1
            position = position + 1

        # STEP 2: start at the end, go to a parent only when all its users are done
        self.grad = 1.0
        ready = [self]
        while len(ready) > 0:
            current = ready.pop()
            current.give_gradient_to_parents()
            for parent in [current.parent_1, current.parent_2]:
                if parent is not None:
                    used_by[parent] = used_by[parent] - 1
                    if used_by[parent] == 0:
                        ready.append(parent)


# ------------- my tests -------------
a = Value(2.0)
b = Value(-3.0)
c = a * b + a
c.backward()
print("c is", c)
print("a.grad should be -2 and it is", a.grad)
print("b.grad should be 2 and it is", b.grad)
for i in range(3):
    x = Value(random.uniform(-1, 1))
    y = x.tanh()
    y.backward()
    print("x", x, "y", y)
print("done!!")
