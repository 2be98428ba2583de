"""No test asserts nothing: some assert of each runs, whatever comes, or stands in both ways of an `if`."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
#: what asserts inside: helpers of the suite, NumPy's and Playwright's
ASSERTING = (
    "assert",
    "expect",
    "check",
    "answered",
    "hardly_differ",
    "same",
    "quiet",
    "look",
    "guarded",
    "_check",
    "raises",
)


def surely(body: list[ast.stmt]) -> bool:
    """Return whether some statement of a block asserts, whatever comes; a loop is taken to run."""
    return any(_asserts(one) for one in body)


def _asserts(one: ast.stmt) -> bool:
    match one:
        case ast.Assert():
            return True
        case ast.If():
            return surely(one.body) and surely(one.orelse)
        case ast.Try():
            return surely(one.body) or surely(one.finalbody)
        case ast.For() | ast.While():
            return surely(one.body)
        case ast.With():
            return any(_calls(item.context_expr) for item in one.items) or surely(one.body)
        case ast.Expr() | ast.Assign() | ast.Return():
            return one.value is not None and _calls(one.value)
    return False


def _calls(value: ast.expr) -> bool:
    names = [ast.unparse(one.func).rpartition(".")[2] for one in ast.walk(value) if isinstance(one, ast.Call)]
    return any(name.startswith(ASSERTING) for name in names)


def named_tests(path: Path) -> Iterator[ast.FunctionDef]:
    for one in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(one, ast.FunctionDef) and one.name.startswith("test_"):
            yield one


def test_every_test_asserts_whatever_comes() -> None:
    files = sorted(TESTS.rglob("test_*.py"))
    found = [(path.name, one) for path in files for one in named_tests(path)]
    assert len(found) > 500
    assert [f"{name}: {one.name}" for name, one in found if not surely(one.body)] == []


@pytest.mark.parametrize(
    ("body", "sure"),
    [
        ("assert x", True),
        ("if x:\n    assert x", False),
        ("if x:\n    assert x\nelse:\n    assert y", True),
        ("try:\n    pass\nexcept E:\n    assert x", False),
        ("for x in y:\n    if x:\n        assert x", False),
        ("with pytest.raises(E):\n    x()", True),
        ("x()", False),
    ],
)
def test_what_is_sure(body: str, sure: bool) -> None:
    assert surely(ast.parse(body).body) is sure
