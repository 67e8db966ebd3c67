"""Exercise: a model and a form of its vectors, under three limits."""

from functools import lru_cache
from typing import Any

from labkit.lab.exercises.exercise import Exercise, Finding, WrongAnswer
from labkit.lab.exercises.plant import Vectors, ordered, plant
from labkit.lab.exercises.setting import setting
from labkit.search.hits import Hits

MOST_BYTES, MOST_MS, LEAST = 64, 10, 0.60
# Of the task, not of this machine: a check must not depend on what else runs while it does.
MS = {"wordllama-256": 1, "all-MiniLM-L6-v2": 7, "adapted": 7, "bge-small-en-v1.5": 14}


@lru_cache(maxsize=4)
def _vectors(model: str) -> tuple[Vectors, Vectors]:
    data = plant()
    if model == "all-MiniLM-L6-v2":
        return data.documents, data.queries
    if model == "adapted":
        return ordered()
    from labkit.models.load import load_encoder

    encoder = load_encoder(model)
    return encoder.encode_documents(data.collection.documents), encoder.encode_queries(data.collection.queries)


def _run(model: str, dims: int, bits: int) -> Finding | None:
    from labkit.compress.binary import BinaryQuantizer
    from labkit.compress.int8 import Int8Quantizer
    from labkit.compress.matryoshka import truncate

    given, size = f"{model}, {dims} numbers of {bits} bits", dims * bits / 8
    if MS[model] > MOST_MS:
        said = "this model takes too long for a query, whatever it finds."
        return Finding(given, f"{MS[model]} ms a query", f"at most {MOST_MS} ms", said)
    if size > MOST_BYTES:
        return Finding(given, f"{size:g} bytes a document", f"at most {MOST_BYTES}", "the vectors do not fit.")
    documents, queries = _vectors(model)
    if dims > documents.shape[1]:
        said = f"this model's vectors have only {documents.shape[1]} numbers."
        return Finding(given, f"{dims} numbers", f"at most {documents.shape[1]}", said)
    documents, queries = truncate(documents, dims), truncate(queries, dims)
    if bits < 32:
        quantizer: Any = (BinaryQuantizer if bits == 1 else Int8Quantizer).fit(documents)
        documents = quantizer.decode(quantizer.encode(documents))
        queries = quantizer.transform(queries) if bits == 1 else queries
    quality = plant().mean(Hits.from_scores(queries @ documents.T, 10))
    if quality >= LEAST:
        return None
    said = "the model is fast, but it finds too little, and no form of its vectors will mend that."
    if model != "wordllama-256":
        said = "the bytes are spent on the wrong thing: more numbers of fewer bits find more here."
        if bits == 1:
            said = "too few bits: use more of the bytes that you may have."
    return Finding(given, f"nDCG@10 {quality:.3f}", f"at least {LEAST:.2f}", said)


BUDGET = Exercise(
    id="choosing.budget",
    title="A model and a form, under three limits",
    kind="decide",
    difficulty=2,
    minutes=15,
    task=f"At most {MOST_BYTES} bytes a document, at most {MOST_MS} ms to encode a query, at least {LEAST:.2f} nDCG@10 on the "
    "plant (float query on the stored form, no rescoring). On the machine it must run on, a query takes "
    + ", ".join(f"{name} {ms} ms" for name, ms in MS.items())
    + ". Choose `model`, `dims` (the first so many numbers) and `bits` (1, 8 or 32). Several answers pass.",
    defines="choice",
    stub='choice = {"model": ..., "dims": ..., "bits": ...}\n',
    solution='choice = {"model": "adapted", "dims": 384, "bits": 1}\n',
    checks=(setting("choice", {"model": tuple(MS), "dims": range(8, 385), "bits": (1, 8, 32)}, _run),),
    hints=(
        "Two limits need no measurement. What do they leave over?",
        "64 bytes are 512 numbers of 1 bit, 64 of 8 bits or 16 of 32 bits. Which of them kept most in notebook 03?",
        "Take MiniLM, plain or adapted, with all of its numbers, and one bit for each.",
    ),
    wrong_answers=(
        WrongAnswer('choice = {"model": "bge-small-en-v1.5", "dims": 384, "bits": 1}', "too long"),
        WrongAnswer('choice = {"model": "all-MiniLM-L6-v2", "dims": 384, "bits": 8}', "do not fit"),
        WrongAnswer('choice = {"model": "wordllama-256", "dims": 256, "bits": 1}', "finds too little"),
        WrongAnswer('choice = {"model": "adapted", "dims": 64, "bits": 8}', "fewer bits"),
        WrongAnswer('choice = {"model": "wordllama-256", "dims": 384, "bits": 1}', "only 256 numbers"),
    ),
    why="Rule out by facts first, then measure what is left, in the form in which it will be kept: the order of models in "
    "float32 need not be their order in bits.",
)
