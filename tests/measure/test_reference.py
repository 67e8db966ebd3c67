"""The whole measuring chain against a figure that was measured elsewhere: MiniLM on Cranfield."""

from pathlib import Path

import pytest

from labkit.data.collection import Collection
from labkit.measure.compare import compare
from labkit.models.load import load_encoder
from labkit.search.flat import FlatIndex
from labkit.search.retriever import DenseRetriever

FOLDER = Path(__file__).parents[3] / "shared" / "beir" / "cranfield"


def cranfield():
    """Cranfield as it is: two of its documents are empty, and stay in, as in every published figure."""
    if not FOLDER.is_dir():
        pytest.skip(f"LOUD: {FOLDER} is absent, so nothing was compared with MiniLM's published figure")
    with pytest.warns(UserWarning, match="2 documents have neither title nor text"):
        return Collection.from_beir(FOLDER)


@pytest.mark.slow
def test_minilm_on_cranfield_scores_what_it_should():
    collection = cranfield()
    encoder = load_encoder("all-MiniLM-L6-v2")
    retriever = DenseRetriever(encoder, FlatIndex(encoder.encode_documents(collection.documents)))
    row = compare({"MiniLM": retriever}, collection, latency=False)["MiniLM"]
    assert row.quality["nDCG@10"].mean == pytest.approx(0.500, abs=0.005)
    assert row.quality["recall@100"].mean == pytest.approx(0.791, abs=0.01)
    assert row.quality["nDCG@10"].low < 0.48 < 0.52 < row.quality["nDCG@10"].high
    assert row.bytes_per_document == 384 * 4
