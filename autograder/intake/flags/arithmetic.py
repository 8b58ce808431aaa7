"""One way to write arithmetic: what operators, functions and methods say becomes an operator."""

import ast

from autograder import limits

OPERATORS: dict[str, type[ast.operator]] = {
    **dict.fromkeys(("add", "__add__", "iadd"), ast.Add),
    **dict.fromkeys(("sub", "__sub__", "isub"), ast.Sub),
    **dict.fromkeys(("mul", "__mul__", "imul"), ast.Mult),
    **dict.fromkeys(("truediv", "__truediv__", "itruediv"), ast.Div),
    **dict.fromkeys(("pow", "__pow__", "ipow"), ast.Pow),
}
REFLECTED = {
    "__radd__": ast.Add,
    "__rsub__": ast.Sub,
    "__rmul__": ast.Mult,
    "__rtruediv__": ast.Div,
}
SUMS = frozenset(("sum", "fsum"))


class Plainly(ast.NodeTransformer):
    """Writes `truediv(a, b)`, `a * b ** -1` and `a.__truediv__(b)` as `a / b`, and sums with +."""

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """A function or a method that does what an operator does."""
        self.generic_visit(node)
        made: ast.expr | None = None
        match node:
            case ast.Call(ast.Name(name) | ast.Attribute(_, name), [one, other], []) if (
                name in OPERATORS
            ):
                made = ast.BinOp(one, OPERATORS[name](), other)
            case ast.Call(ast.Attribute(one, name), [other], []) if name in OPERATORS:
                made = ast.BinOp(one, OPERATORS[name](), other)
            case ast.Call(ast.Attribute(other, name), [one], []) if name in REFLECTED:
                made = ast.BinOp(one, REFLECTED[name](), other)
            case ast.Call(ast.Name("neg") | ast.Attribute(_, "neg"), [one], []):
                made = ast.UnaryOp(ast.USub(), one)
            case ast.Call(
                ast.Name(name) | ast.Attribute(_, name), [ast.Tuple() | ast.List() as of]
            ):
                if name in SUMS and 0 < len(of.elts) <= limits.SPELLED_PARTS:
                    made = of.elts[0]
                    for part in of.elts[1:]:
                        made = ast.BinOp(made, ast.Add(), part)
                        ast.copy_location(made, node)
        if isinstance(made, ast.BinOp):
            return self._divided(ast.copy_location(made, node))
        return node if made is None else ast.copy_location(made, node)

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        """A product with what is raised to -1."""
        self.generic_visit(node)
        return self._divided(node)

    def _divided(self, node: ast.BinOp) -> ast.AST:
        made: ast.BinOp | None = None
        match node:
            case ast.BinOp(run, ast.Pow(), power) if _is_minus_one(power):
                made = ast.BinOp(ast.copy_location(ast.Constant(1.0), node), ast.Div(), run)
            case ast.BinOp(rise, ast.Mult(), ast.BinOp(ast.Constant(1.0), ast.Div(), run)):
                made = ast.BinOp(rise, ast.Div(), run)
            case ast.BinOp(ast.BinOp(ast.Constant(1.0), ast.Div(), run), ast.Mult(), rise):
                made = ast.BinOp(rise, ast.Div(), run)
        return node if made is None else ast.copy_location(made, node)

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.AST:
        """`d /= h` as `d = d / h`, of a name; others are left, because they move something."""
        self.generic_visit(node)
        match node:
            case ast.AugAssign(ast.Name(name), ast.Div() | ast.Mult() as operator, value):
                read = ast.copy_location(ast.Name(name, ast.Load()), node)
                product = self._divided(ast.copy_location(ast.BinOp(read, operator, value), node))
                return ast.copy_location(ast.Expr(product), node)  # type: ignore[arg-type]
        return node


def _is_minus_one(node: ast.expr) -> bool:
    match node:
        case ast.UnaryOp(ast.USub(), ast.Constant(value)):
            return bool(value == 1)
    return False
