"""Written in French, with accents in the names; the rule is a bound method of a small class.

expect: full
"""
import math


class Règle:
    """Une règle : un parent et la dérivée locale."""

    def __init__(self, parent, dérivée):
        self.parent = parent
        self.dérivée = dérivée

    def appliquer(self, amont):
        self.parent.grad += amont * self.dérivée


class Value:
    """Un nombre qui se souvient d'où il vient."""

    def __init__(self, data, règles=()):
        self.data = data
        self.grad = 0.0
        self.règles = règles

    # --- outils

    @staticmethod
    def _nœud(x):
        return x if isinstance(x, Value) else Value(x)

    def _résultat(self, data, *couples):
        return Value(data, [Règle(parent, dérivée) for parent, dérivée in couples])

    # --- opérations

    def __add__(self, autre):
        autre = self._nœud(autre)
        return self._résultat(self.data + autre.data, (self, 1.0), (autre, 1.0))

    def __sub__(self, autre):
        autre = self._nœud(autre)
        return self._résultat(self.data - autre.data, (self, 1.0), (autre, -1.0))

    def __mul__(self, autre):
        autre = self._nœud(autre)
        return self._résultat(self.data * autre.data, (self, autre.data), (autre, self.data))

    def __truediv__(self, autre):
        autre = self._nœud(autre)
        q = self.data / autre.data
        return self._résultat(q, (self, 1 / autre.data), (autre, -q / autre.data))

    def __pow__(self, n):
        return self._résultat(self.data**n, (self, n * self.data ** (n - 1)))

    def __neg__(self):
        return self._résultat(-self.data, (self, -1.0))

    def __radd__(self, autre):
        return self._nœud(autre) + self

    def __rsub__(self, autre):
        return self._nœud(autre) - self

    def __rmul__(self, autre):
        return self._nœud(autre) * self

    def __rtruediv__(self, autre):
        return self._nœud(autre) / self

    # --- fonctions

    def exp(self):
        y = math.exp(self.data)
        return self._résultat(y, (self, y))

    def log(self):
        return self._résultat(math.log(self.data), (self, 1 / self.data))

    def tanh(self):
        y = math.tanh(self.data)
        return self._résultat(y, (self, 1 - y**2))

    def relu(self):
        return self._résultat(max(self.data, 0.0), (self, 1.0 if self.data > 0 else 0.0))

    def sigmoid(self):
        y = (1 + math.tanh(self.data / 2)) / 2
        return self._résultat(y, (self, y * (1 - y)))

    # --- rétropropagation

    def backward(self):
        ordre, vus, pile = [], set(), [(self, False)]
        while pile:
            nœud, fini = pile.pop()
            if fini:
                ordre.append(nœud)
            elif nœud not in vus:
                vus.add(nœud)
                pile.append((nœud, True))
                pile.extend((règle.parent, False) for règle in nœud.règles)
        self.grad = 1.0
        for nœud in reversed(ordre):
            for règle in nœud.règles:
                règle.appliquer(nœud.grad)
