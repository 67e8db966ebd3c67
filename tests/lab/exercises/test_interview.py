"""Interview questions: complete, kept, and shown without widgets too."""

import inspect
import re

import numpy as np
import pytest

from labkit import interview, load_encoder
from labkit.lab.exercises import catalogue, store
from labkit.lab.exercises import coverage as coverage_module
from labkit.lab.exercises.coverage import CAPTION, LIKELY, PERHAPS, coverage, sentences
from labkit.lab.exercises.interview import Interview

QUESTIONS = catalogue.all_questions()


@pytest.fixture(params=QUESTIONS, ids=lambda question: question.id)
def question(request):
    return request.param


def test_is_complete(question):
    assert 4 <= len(question.rubric) <= 6 and len(question.answer.split()) >= 60
    assert question.question.rstrip("* ")[-1] in ".?"
    assert len(set(question.rubric)) == len(question.rubric)


def test_every_notebook_asks_two_or_more():
    assert all(len(catalogue.questions_of(notebook)) >= 2 for notebook in catalogue.NOTEBOOKS)
    assert len({question.id for question in QUESTIONS}) == len(QUESTIONS)


def test_plain_text_shows_the_question_only_and_html_unfolds_the_rest():
    asked = interview("matryoshka.billion")
    assert asked.question.question in repr(asked) and "6.1 TB" not in repr(asked)
    assert "<details>" in asked._repr_html_() and "6.1 TB" in asked._repr_html_()


def parts(form):
    field, button, told, after = form.children
    return field, button, told, after


def test_the_form_keeps_the_answer_and_then_shows_the_model():
    field, button, told, after = parts(interview("start.metrics").widget())
    button.click()
    assert after.layout.display == "none" and "Write a few sentences" in told.value
    field.value = "The one with the higher recall."
    button.click()
    assert after.layout.display == "flex"
    assert store.read("start.metrics")["answer"] == "The one with the higher recall."
    again, *_ = parts(interview("start.metrics").widget())
    assert again.value == "The one with the higher recall."


def test_ticks_are_counted_and_kept():
    *_, after = parts(interview("start.metrics").widget())
    model, *boxes, count, rough, covered = after.children
    boxes[0].value = boxes[2].value = True
    assert count.value == "2 of 5 points"
    boxes[0].value = False
    assert count.value == "1 of 5 points" and store.read("start.metrics")["ticked"] == [2]


def test_the_count_is_there_again_with_the_ticks():
    store.write("start.metrics", answer="The first.", ticked=[0, 2])
    *_, after = parts(interview("start.metrics").widget())
    model, *boxes, count, rough, covered = after.children
    assert [box.value for box in boxes] == [True, False, True, False, False] and count.value == "2 of 5 points"


def test_controls_have_names_for_a_screen_reader():
    field, button, _, after = parts(interview("start.metrics").widget())
    assert field.description == "Answer" and field.tooltip and button.description and button.tooltip


def test_html_comes_first_and_the_form_after_it(monkeypatch):
    shown = []
    monkeypatch.setattr("IPython.display.display", lambda bundle, raw: shown.append(set(bundle)))
    interview("start.metrics")._ipython_display_()
    assert shown == [{"text/plain", "text/html"}, {"application/vnd.jupyter.widget-view+json", "text/plain"}]
    monkeypatch.setattr(Interview, "widget", lambda self: (_ for _ in ()).throw(ImportError("no ipywidgets")))
    interview("start.metrics")._ipython_display_()
    assert shown[2:] == [{"text/plain", "text/html"}]


def test_a_plain_page_shows_the_question_and_its_answer(monkeypatch):
    """As `jupyter nbconvert --to html` makes it: the widget's place stays empty there."""
    import nbformat
    from nbconvert import HTMLExporter

    outputs = []
    monkeypatch.setattr(
        "IPython.display.display",
        lambda bundle, raw: outputs.append(nbformat.v4.new_output("display_data", bundle)),
    )
    interview("matryoshka.billion")._ipython_display_()
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("x", outputs=outputs)])
    page = HTMLExporter(template_name="basic").from_notebook_node(book)[0]
    assert "<details>" in page and "6.1 TB" in page


def test_sentences():
    assert sentences("One.  Two; three\n\nfour?") == ["One.", "Two;", "three", "four?"]
    assert sentences("  \n ") == []


def test_coverage_of_nothing_needs_no_encoder():
    assert coverage(" ", ("a point",)).rows == (("a point", "no answer yet", ""),)


def test_coverage_sees_what_is_said_and_not_what_is_not():
    table = coverage("A re-ranker cannot find what it was never given.", ("A re-ranker cannot find what it is not given",
                                                                         "Asks for the interval of the difference"))  # fmt: skip
    assert table.rows[0][1].startswith("likely") and table.rows[1][1].startswith("not seen")
    assert table.caption == CAPTION and "rough guide" in CAPTION


def test_the_shares_beside_the_thresholds_are_those_of_the_model_answers():
    encoder, own, others = load_encoder("all-MiniLM-L6-v2"), [], []
    points = [encoder.encode_queries(list(question.rubric)) for question in QUESTIONS]
    for place, question in enumerate(QUESTIONS):
        said = encoder.encode_documents(sentences(question.answer))
        for other, rubric in enumerate(points):
            (own if other == place else others).extend((rubric @ said.T).max(axis=1))
    comment = " ".join(re.findall(r"^# (.*)", inspect.getsource(coverage_module), re.MULTILINE))
    assert re.findall(r"the (\d+) model answers", comment) == [str(len(QUESTIONS))]
    measured = [100 * np.mean(np.array(values) >= least) for values in (own, others) for least in (LIKELY, PERHAPS)]
    assert [int(share) for share in re.findall(r"(\d+) %", comment)] == pytest.approx(measured, abs=1)
