"""The drawing library as the course uses it: the committed files, the pictures, the questions, the training sheets."""

import shutil
import warnings
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from labkit import settings
from labkit.data import schematics
from labkit.data.drawing import captions, pictures, queries, specify, store
from labkit.data.drawing.kinds import NAMES, UNSEEN
from labkit.data.schematics import Schematics

FOLDER = settings.repo_data_dir() / "schematics"


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    """The library, drawn afresh into an empty cache; a pixel that differs from the promised ones is an error."""
    patch = pytest.MonkeyPatch()
    patch.setenv("LABKIT_CACHE", str(tmp_path_factory.mktemp("cache")))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield Schematics.load()
    patch.undo()


def test_library_is_large_and_complete(library):
    assert len(library) >= 600 and len(set(library.ids)) == len(library)
    assert library.images.shape == (len(library), 256, 256) and library.images.dtype == np.uint8
    assert min(Counter(library.types).values()) >= 150
    assert all(len(words) == 6 and all(words) for words in library.captions)


def test_second_load_maps_the_cached_pictures(library, monkeypatch):
    monkeypatch.setattr(pictures, "draw_all", lambda *_: pytest.fail("drew the library a second time"))
    assert isinstance(Schematics.load().images, np.memmap)


def test_a_damaged_cache_is_drawn_again(library, monkeypatch, tmp_path):
    few = store.read(FOLDER / "specification.jsonl")[:3]
    (tmp_path / "few.jsonl").write_text(store.lines(few))
    monkeypatch.setenv("LABKIT_CACHE", str(tmp_path / "cache"))
    first = np.array(pictures.cached(tmp_path / "few.jsonl", few, ""))
    (file,) = (tmp_path / "cache" / "schematics").glob("*.npy")
    file.write_bytes(b"not an array")
    np.testing.assert_array_equal(pictures.cached(tmp_path / "few.jsonl", few, ""), first)
    np.testing.assert_array_equal(first, library.images[:3])


def test_other_pixels_than_promised_are_reported(monkeypatch, tmp_path):
    few = store.read(FOLDER / "specification.jsonl")[:1]
    (tmp_path / "few.jsonl").write_text(store.lines(few))
    monkeypatch.setenv("LABKIT_CACHE", str(tmp_path / "cache"))
    with pytest.warns(RuntimeWarning, match="other pixels"):
        pictures.cached(tmp_path / "few.jsonl", few, "0" * 64)


def test_the_generator_remakes_the_committed_specification(library):
    made = specify.library()
    assert store.lines(made) == (FOLDER / "specification.jsonl").read_text(encoding="utf-8")
    words = [captions.caption_list(d, specify.caption_dice("library", d)) for d in made]
    assert words == library.captions


def test_queries_and_judgements_follow_from_the_specification(library):
    made = queries.build(library.drawings)
    assert [(q.id, q.text, q.kind, q.asks) for q in made] == list(
        zip(library.query_ids, library.queries, library.kinds, library.asks, strict=True)
    )
    assert queries.judgements(library.drawings, made) == library.qrels


def test_queries_cover_their_kinds(library):
    assert len(library.queries) >= 150 and len(set(library.queries)) == len(library.queries)
    counts = Counter(library.kinds)
    assert set(counts) == {"kind", "count", "relation", "room", "tag", "negation", "synonym"}
    assert min(counts.values()) >= 20
    assert {a["kind"] for a, k in zip(library.asks, library.kinds, strict=True) if k == "kind"} == set(NAMES)
    for text, grades in zip(library.queries, library.relevance(), strict=True):
        assert 2 in grades.values(), text
        assert len(grades) < len(library) // 3, text  # most drawings answer no given query


def test_negations_cost_those_who_ignore_them(library):
    for asks, kind, grades in zip(library.asks, library.kinds, library.relevance(), strict=True):
        if kind == "negation":
            having = [i for i, parts in enumerate(library.components) if any(c.kind == asks["kind"] for c in parts)]
            assert set(grades) < set(having) and len(grades) <= 0.6 * len(having)


def test_no_query_copies_a_caption(library):
    said = {c.lower().strip(" .?") for words in library.captions for c in words}
    for text, kind in zip(library.queries, library.kinds, strict=True):
        if kind not in ("kind", "count"):  # "three gas detectors" is how anyone would say it
            assert text.lower().strip(" .?") not in said
    for kind, words in UNSEEN.items():
        names = {w for name in (kind, *NAMES[kind]) for w in name.replace("-", " ").split()}
        assert not names & {w for w in words.replace("?", "").split() if len(w) > 3}, words


def test_captions_as_a_text_collection(library):
    collection = library.collection()
    assert collection.doc_ids == library.ids and collection.relevance() == library.relevance()
    assert library.captions[5][3] in collection.documents[5]


def test_boxes_of_a_kind(library):
    position = next(i for i, parts in enumerate(library.components) if any(c.kind == "relief valve" for c in parts))
    boxes = library.boxes(position, "relief valve")
    assert boxes == [c.box for c in library.components[position] if c.kind == "relief valve"] and boxes
    assert library.boxes(position, "no such thing") == []


def test_training_sheets_repeat_and_come_in_parts():
    whole = schematics.generate(4, seed=11, size=64)
    part = schematics.generate(2, seed=11, start=2, size=64)
    np.testing.assert_array_equal(whole.images[2:], part.images)
    assert whole.captions[2:] == part.captions and whole.ids[2:] == part.ids
    assert schematics.generate(1, seed=12, size=64).images.tobytes() != whole.images[:1].tobytes()


@pytest.mark.parametrize(("n", "seed", "start"), [(0, 1, 0), (1, -1, 0), (1, 1, -1)])
def test_training_sheets_refuse_bad_numbers(n, seed, start):
    with pytest.raises(ValueError, match="n >= 1"):
        schematics.generate(n, seed, start=start)


def _shrunk(images):
    small = images.reshape(len(images), 32, 8, 32, 8).mean(axis=(2, 4)).reshape(len(images), -1)
    small -= small.mean(axis=1, keepdims=True)
    return small / np.linalg.norm(small, axis=1, keepdims=True)


def test_no_two_drawings_alike_and_no_training_sheet_copies_the_library(library):
    ours = _shrunk(np.asarray(library.images))
    within = ours @ ours.T
    np.fill_diagonal(within, -1)
    assert within.max() < 0.9
    training = specify.training(150, seed=1)
    assert (_shrunk(pictures.draw_all(training)) @ ours.T).max() < 0.9
    layouts = {_layout(d) for d in library.drawings}
    assert len(layouts) == len(library)
    assert not layouts & {_layout(d) for d in training}


def _layout(drawing):
    return tuple((c.kind, c.x, c.y) for c in drawing.components)


def test_unknown_library():
    with pytest.raises(ValueError, match="'plant'.*'library'"):
        Schematics.load("plant")


@pytest.fixture
def copy(tmp_path, monkeypatch):
    monkeypatch.setenv("LABKIT_CACHE", str(tmp_path / "cache"))
    return Path(shutil.copytree(FOLDER, tmp_path / "schematics"))


def test_reading_names_a_damaged_specification_line(copy):
    file = copy / "specification.jsonl"
    lines = file.read_text().splitlines()
    lines[6] = lines[6].replace('"type":"piping"', '"type":"poem"')
    file.write_text("\n".join(lines))
    with pytest.raises(ValueError, match=r"specification.jsonl, line 7: type must be one of .*'poem'"):
        schematics.read(copy)


def test_reading_names_a_damaged_question(copy):
    file = copy / "queries.jsonl"
    lines = file.read_text().splitlines()
    lines[1] = lines[1].replace('"asks"', '"sks"')
    file.write_text("\n".join(lines))
    with pytest.raises(ValueError, match=r"queries.jsonl, line 2: 'asks'"):
        schematics.read(copy)


def test_reading_refuses_captions_of_other_drawings(copy):
    file = copy / "corpus.jsonl"
    lines = file.read_text().splitlines()
    file.write_text("\n".join([lines[1], lines[0], *lines[2:]]))
    with pytest.raises(ValueError, match="same ids in the same order"):
        schematics.read(copy)


def test_reading_says_which_file_is_missing(copy):
    (copy / "specification.jsonl").unlink()
    with pytest.raises(FileNotFoundError, match="specification"):
        schematics.read(copy)
