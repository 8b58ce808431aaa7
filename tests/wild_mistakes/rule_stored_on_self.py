"""self._backward = _backward: the rule hangs on the operand, where the output's belongs.

expect: the rule is attached to the operand
fails: gradients, graphs, deep graphs
"""
import math


class Value:
  def __init__(self, data, _children=(), _op=''):
    self.data = data
    self.grad = 0.0
    self._prev = _children
    self._op = _op
    self._backward = lambda: None

  def __add__(self, other):
    if not isinstance(other, Value): other = Value(other)
    res = Value(self.data + other.data, (self, other), '+')
    def _backward():
      self.grad += res.grad
      other.grad += res.grad
    self._backward = _backward
    return res

  def __mul__(self, other):
    if not isinstance(other, Value): other = Value(other)
    res = Value(self.data * other.data, (self, other), '*')
    def _backward():
      self.grad += other.data * res.grad
      other.grad += self.data * res.grad
    self._backward = _backward
    return res

  def __pow__(self, n):
    res = Value(self.data ** n, (self,), 'pow')
    def _backward():
      self.grad += n * self.data ** (n - 1) * res.grad
    self._backward = _backward
    return res

  def exp(self):
    res = Value(math.exp(self.data), (self,), 'exp')
    def _backward():
      self.grad += res.data * res.grad
    self._backward = _backward
    return res

  def log(self):
    res = Value(math.log(self.data), (self,), 'log')
    def _backward():
      self.grad += res.grad / self.data
    self._backward = _backward
    return res

  def tanh(self):
    res = Value(math.tanh(self.data), (self,), 'tanh')
    def _backward():
      self.grad += (1 - res.data ** 2) * res.grad
    self._backward = _backward
    return res

  def relu(self):
    res = Value(max(0.0, self.data), (self,), 'relu')
    def _backward():
      self.grad += (res.data > 0) * res.grad
    self._backward = _backward
    return res

  def sigmoid(self):
    res = Value(1 / (1 + math.exp(-self.data)), (self,), 'sigmoid')
    def _backward():
      self.grad += res.data * (1 - res.data) * res.grad
    self._backward = _backward
    return res

  def __neg__(self): return self * -1
  def __sub__(self, other): return self + (-other)
  def __truediv__(self, other): return self * other ** -1
  def __radd__(self, other): return self + other
  def __rsub__(self, other): return -self + other
  def __rmul__(self, other): return self * other
  def __rtruediv__(self, other): return self ** -1 * other

  def backward(self):
    topo, visited = [], set()
    def build(v):
      if v not in visited:
        visited.add(v)
        for c in v._prev: build(c)
        topo.append(v)
    build(self)
    self.grad = 1.0
    for v in reversed(topo):
      v._backward()
