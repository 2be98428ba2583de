"""What can be expected of a picture: a count, or a pattern; all else is refused by name."""

import pytest

from zeronine.errors import ExpectationError
from zeronine.options import Expected, expected


@pytest.mark.parametrize("count", [1, 4, 1000])
def test_a_count_is_one_group(count: int) -> None:
    assert expected(count) == Expected((count,))


@pytest.mark.parametrize(
    ("pattern", "groups"),
    [
        ("d", (1,)),
        ("dddd-dd", (4, 2)),
        ("dd.dd.dddd", (2, 2, 4)),
        ("dd/dd:dd", (2, 2, 2)),
        ("d,dd d", (1, 2, 1)),
        ("DDdd", (4,)),
        (" d - dd ", (1, 2)),
        ("d" * 1000, (1000,)),
    ],
)
def test_a_pattern_is_a_group_for_each_number(pattern: str, groups: tuple[int, ...]) -> None:
    found = expected(pattern)
    assert found is not None
    assert found.groups == groups
    assert found.count == sum(groups)


def test_nothing_is_expected_where_nothing_is_said() -> None:
    assert expected(None) is None


@pytest.mark.parametrize("odd", [0, -1, 1001, "", "-", "abc", "ddx", "d9", "d_d", "d" * 1001, "d " * 1001])
def test_a_count_or_pattern_out_of_range_is_named(odd: int | str) -> None:
    with pytest.raises(ExpectationError, match="from 1 to 1000, a pattern such as 'dddd-dd'") as error:
        expected(odd)
    assert str(error.value).startswith(f"expect is {odd!r}: ")


@pytest.mark.parametrize("odd", [2.5, True, [3], b"dd"])
def test_another_type_is_named(odd: object) -> None:
    with pytest.raises(ExpectationError, match="give a count from 1 to 1000") as error:
        expected(odd)  # type: ignore[arg-type]
    assert repr(odd) in str(error.value)
