import pytest

from labkit.lab.exercises.exercise import Finding, UnsolvedError
from labkit.lab.exercises.setting import setting

ALLOWED = {"dims": range(8, 385), "bits": (1, 8), "share": (0.0, 2.0)}


def judge(dims, bits, share):
    return None if dims == 8 else Finding("given", "got", "wanted", f"{dims}, {bits}, {share}")


@pytest.mark.parametrize("answer", [None, {"dims": ..., "bits": 1, "share": 0.5}])
def test_a_setting_with_gaps_is_not_solved_yet(answer):
    with pytest.raises(UnsolvedError):
        setting("choice", ALLOWED, judge)(answer)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (3, "a dictionary with these keys"),
        ({"dims": 8, "bits": 1}, "a dictionary with these keys"),
        ({"dims": 7, "bits": 1, "share": 0.5}, "`dims` cannot be 7"),
        ({"dims": 385, "bits": 1, "share": 0.5}, "`dims` cannot be 385"),
        ({"dims": True, "bits": 1, "share": 0.5}, "`dims` cannot be True"),
        ({"dims": 8.0, "bits": 1, "share": 0.5}, "`dims` cannot be 8"),
        ({"dims": 8, "bits": 2, "share": 0.5}, "`bits` cannot be 2"),
        ({"dims": 8, "bits": 1, "share": 2.5}, "`share` cannot be 2.5"),
        ({"dims": 8, "bits": 1, "share": float("nan")}, "`share` cannot be nan"),
        ({"dims": 8, "bits": 1, "share": "1"}, "`share` cannot be '1'"),
    ],
)
def test_what_cannot_be_run_is_named_with_what_can(answer, said):
    finding = setting("choice", ALLOWED, judge)(answer)
    assert said in finding.mistake
    assert finding.wanted == '{"dims": a whole number from 8 to 384, "bits": 1 or 8, "share": a number from 0 to 2}'


def test_what_can_be_run_is_judged():
    check = setting("choice", ALLOWED, judge)
    assert check({"dims": 8, "bits": 1, "share": 2}) is None
    assert check({"dims": 384, "bits": 8, "share": 0.0}).mistake == "384, 8, 0.0"
