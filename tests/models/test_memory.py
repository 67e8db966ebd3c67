import pytest

from labkit.models.memory import forgotten, may_remember


def test_nested_clocks_end_one_by_one_and_after_errors():
    with forgotten():
        with pytest.raises(ZeroDivisionError), forgotten():
            _ = 1 / 0
        assert not may_remember()
    assert may_remember()
