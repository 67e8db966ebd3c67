"""Interview questions of notebook 04."""

from labkit.lab.exercises.interview import Question

QUESTIONS = (
    Question(
        "late_interaction.worth",
        "When is one vector a token worth its bytes?",
        "One vector a text is an average: a part number or a rare term is one token in a hundred and hardly moves it. Late "
        "interaction keeps every token and lets each query token look for its own match, so it gains where details decide: "
        "codes, names, questions with two parts. It costs a hundred times the vectors, a heavier scoring step and a harder "
        "index; int8, pooling and residuals of 1 to 4 bits take back most of the bytes. It is not worth it where texts are short, "
        "where questions are paraphrases without a detail, or where BM25 beside a single vector already finds the same. Measure "
        "by kind of query, against hybrid search and not only against the dense encoder, and state bytes a document.",
        (
            "One vector averages details away",
            "MaxSim: each query token takes its best document token, summed",
            "Gains on codes, names, several conditions; says where it does not",
            "Costs: vectors a token, scoring, index",
            "Compression by pooling, int8 or residuals takes bytes back",
            "Compares with hybrid search, by kind of query, with a number",
        ),
    ),
    Question(
        "late_interaction.plaid",
        "Walk through a PLAID search, and say at which stage a relevant document can be lost.",
        "Each token is stored as the number of its nearest centroid plus a residual of 1 to 4 bits a dimension. A query's tokens "
        "are first scored against the centroids; the documents whose tokens lie in the nprobe best cells become candidates, and "
        "a cheap score from centroid numbers alone keeps the best of them. Only those are decompressed and scored by MaxSim. A "
        "document is lost if none of its tokens lies in a probed cell, if the centroid-only score ranks it too low, or if the "
        "residuals are so coarse that the last order is wrong; only the last can be seen in the final list. Recall against exact "
        "MaxSim, with nprobe, the number kept and the bits varied one at a time, tells which stage it was.",
        (
            "A token is a centroid's number and a residual of a few bits",
            "Query tokens against centroids; nprobe cells give candidates",
            "A centroid-only score keeps some of the candidates",
            "Only the kept ones are decompressed and scored exactly",
            "Names the loss of each stage: not probed, pruned, coarse",
            "Recall of exact MaxSim, one setting varied at a time",
        ),
    ),
    Question(
        "late_interaction.padding",
        "Your MaxSim scores on a GPU differ from those on a CPU for short documents only. What do you suspect?",
        "Padding. In a batch, short documents are filled up with made-up tokens. If they are masked by multiplying with 0, each "
        "scores 0, and 0 is above every negative similarity; the maximum takes it, so short documents gain. The mask must set "
        "them to minus infinity before the maximum, or the documents must not be padded at all (ragged storage with offsets). "
        "To prove it, score one document alone and in a batch with a long one: the numbers must agree. Other suspects are a "
        "different limit on tokens, half precision, and query padding that is counted on one side only.",
        (
            "Batches are padded, and short documents have the most padding",
            "Multiplying by 0 gives padding a score of 0, above negative similarities",
            "Mask with minus infinity before the maximum, or store ragged",
            "Test: a document alone and in a batch must score the same",
            "Names another suspect: token limit, precision, query padding",
        ),
    ),
)
