"""What a reader sees, step by step: verdicts, hints, the solution, progress and its file."""

import csv

import pytest

from labkit import Collection, check, hint, progress, solution
from labkit.lab.exercises import catalogue, store
from labkit.lab.exercises.catalogue import find_exercise, find_question
from labkit.lab.exercises.exercise import is_stub
from labkit.lab.exercises.show import Note

ID = "start.recall"
EXERCISE = find_exercise(ID)
RIGHT, STUB = EXERCISE.make(EXERCISE.solution), EXERCISE.make(EXERCISE.stub)
WRONG = EXERCISE.make(EXERCISE.wrong_answers[0].source)


def test_a_wrong_answer_shows_input_result_wish_mistake_and_hint():
    text = repr(check(ID, WRONG))
    assert text.splitlines()[0].startswith("Wrong because: you divide by k")
    for part in ("Tried:", "recall_at([7, 2, 9, 4], {2, 4, 5}, 2)", "Came back:", "0.5", "Wanted:", "0.333333"):
        assert part in text
    assert f"Hint 1 of 3: {EXERCISE.hints[0]}" in text


def test_each_wrong_try_brings_the_next_hint_up_to_the_last():
    assert [check(ID, WRONG).hint for _ in range(5)] == [1, 2, 3, 3, 3]


def test_once_passed_stays_passed():
    check(ID, RIGHT)
    first = store.read(ID)
    check(ID, WRONG)
    state = store.read(ID)
    assert state["state"] == "passed" and state["passed_at"] == first["passed_at"] and state["tries"] == 2


def test_the_untouched_stub_is_no_try():
    check(ID, STUB)
    assert store.read(ID) == {}


def test_strict_mode_keeps_no_progress(monkeypatch):
    monkeypatch.setenv("LABKIT_STRICT", "1")
    check(ID, RIGHT)
    assert store.read(ID) == {}


def test_progress_that_cannot_be_saved_is_said_and_stops_nothing(monkeypatch):
    def refuse(*_, **__):
        raise OSError("read-only")

    monkeypatch.setattr(store, "write", refuse)
    verdict = check(ID, RIGHT)
    assert verdict.state == "passed" and "read-only" in repr(verdict)
    assert "Hint 1" in repr(hint(ID))


def test_all_hints_and_the_code_can_be_reached_where_nothing_can_be_saved(monkeypatch):
    def refuse(*_):
        raise OSError("read-only")

    monkeypatch.setattr(store, "write_whole", refuse)
    assert [repr(hint(ID)).count("Hint ") for _ in range(3)] == [1, 2, 3]
    assert "def recall_at" not in repr(solution(ID)) and "def recall_at" in repr(solution(ID))
    verdicts = [check(ID, WRONG) for _ in range(2)]
    assert [verdict.hint for verdict in verdicts] == [1, 2]
    assert all("Progress not saved" in repr(verdict) and "read-only" in repr(verdict) for verdict in verdicts)


def test_an_error_in_the_answer_is_told_with_its_message():
    def recall_at(ids, relevant, k):
        return ids[99]

    verdict = check(ID, recall_at)
    assert verdict.state == "wrong" and "IndexError: list index out of range" in verdict.finding.got


def test_a_missing_return_is_named():
    def recall_at(ids, relevant, k):
        len(ids)

    assert "`return`" in check(ID, recall_at).finding.mistake


@pytest.mark.parametrize("answer", [lambda *a: ..., lambda *a: NotImplemented], ids=["dots", "NotImplemented"])
def test_a_half_written_stub_is_not_yet(answer):
    verdict = check(ID, answer)
    assert verdict.state == "not yet" and "A part of your answer is still `...`" in repr(verdict)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"dims": ..., "bits": ..., "shortlist": ...}, "The stub is untouched"),
        ({"dims": 64, "bits": ..., "shortlist": ...}, "A part of your answer is still `...`"),
        (None, "The stub is untouched"),
    ],
)
def test_a_setting_with_a_gap_is_not_called_untouched(given, said):
    verdict = check("quantization.memory", given)
    assert verdict.state == "not yet" and said in repr(verdict)


def test_an_answer_that_changes_its_input_harms_nobody():
    def recall_at(ids, relevant, k):
        share = RIGHT(ids, relevant, k)
        ids.clear()
        relevant.clear()
        return share

    assert check(ID, recall_at).state == check(ID, recall_at).state == "passed"


def test_the_called_function_handed_over_is_explained():
    assert "without brackets" in check(ID, 0.5).finding.mistake


def test_an_unknown_id_names_the_nearest():
    with pytest.raises(ValueError, match="did you mean matryoshka.truncate"):
        check("matryoshka.truncat", ...)
    with pytest.raises(ValueError, match="embeddings.mismatch"):
        find_question("embeddings.mismatches")
    with pytest.raises(ValueError, match="there is no exercise 'nonsense'"):
        hint("nonsense")


def test_comments_and_layout_do_not_make_a_stub_an_answer():
    again = EXERCISE.make(EXERCISE.stub.replace("# your code", "# what now?") + "\n\n")
    assert is_stub(again, STUB) and not is_stub(RIGHT, STUB) and not is_stub(WRONG, STUB)


def test_hints_come_one_by_one():
    shown = [repr(hint(ID)) for _ in range(4)]
    assert [text.count("Hint ") for text in shown] == [1, 2, 3, 3]
    assert "lk.solution" in shown[2]


def test_the_solution_comes_after_the_way():
    first, second = solution(ID), solution(ID)
    assert "def recall_at" not in repr(first) and EXERCISE.hints[2] in repr(first)
    assert "def recall_at" in repr(second) and EXERCISE.why in repr(second)


def test_whoever_has_passed_sees_the_code_at_once():
    check(ID, RIGHT)
    assert "def recall_at" in repr(solution(ID))


def test_html_escapes_what_the_reader_made():
    note = Note("a `b`", (("Came back", "<script>"),), code="a < b", state="wrong")
    text = note._repr_html_()
    assert 'role="status"' in text and "&lt;script&gt;" in text and "<script" not in text and "<code>b</code>" in text


def test_progress_counts():
    check(ID, WRONG)
    check(ID, RIGHT)
    store.write("start.metrics", answer="The first.")
    table = progress()
    assert table.rows[0] == ("00_start_here", "███░░░░░░░░░", "1 of 4", "2", "1 of 2")
    assert f"1 of {len(catalogue.all_exercises())} exercises solved" in table.caption


def test_a_book_does_not_say_where_progress_is_kept(monkeypatch):
    assert str(store.folder()) in progress().caption
    monkeypatch.setenv("LABKIT_BOOK", "1")
    assert progress().caption.endswith("Kept on this machine only")


def test_progress_as_a_file(tmp_path):
    check(ID, RIGHT)
    path = progress(export="csv", folder=tmp_path)
    rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    assert len(rows) == len(catalogue.all_exercises()) + len(catalogue.all_questions())
    assert rows[0]["id"] == ID and rows[0]["state"] == "passed" and rows[0]["tries"] == "1"
    assert {row["state"] for row in rows[1:]} == {"not yet"}


def test_only_csv_can_be_exported():
    with pytest.raises(ValueError, match="'xls'"):
        progress(export="xls")


def test_the_decisions_are_judged_on_the_plant_itself():
    from labkit.lab.exercises.plant import plant

    assert plant().documents.shape[0] == len(Collection.load("plant"))
