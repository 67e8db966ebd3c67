"""Interview questions of notebook 02."""

from labkit.lab.exercises.interview import Question

QUESTIONS = (
    Question(
        "matryoshka.smaller",
        "Why Matryoshka, and not simply a smaller model?",
        "One encoding serves every budget: the short prefix for the first pass in memory, the full vector on disk for "
        "refinement, and both come from one pass of the encoder. A smaller model would need its own encoding of every document "
        "and of every query, and its vectors could not be refined by the large model's without encoding twice. The price: the "
        "prefix must be trained, or rotated, to carry the meaning, it has to be made unit length again, and a short prefix "
        "loses the order at the top long before it loses recall, which is why it belongs into the first stage of a funnel.",
        (
            "A prefix of the vector is itself a usable vector",
            "The model must be trained, or its vectors rotated, for that",
            "Renormalise after truncation",
            "A short prefix loses precision before it loses recall",
            "Use it as the first stage of a funnel, full vectors refine",
            "One pass of the encoder serves all sizes",
        ),
    ),
    Question(
        "matryoshka.billion",
        "Why would you choose a Matryoshka model for an index of one billion vectors? Do the arithmetic.",
        "Full vectors of 1,536 float32 numbers take 1e9 x 1,536 x 4 bytes = 6.1 TB before any graph; an HNSW graph with M = 32 "
        "adds roughly 0.3 TB. That is a cluster of memory for vectors alone. With a Matryoshka model the first 128 numbers, one "
        "bit each, are 16 bytes a vector: 16 GB for the first pass, 99.7 % less, on one machine. That pass finds some 1,000 "
        "candidates a query; their full vectors are read from SSD, 1,000 x 6 KB = 6 MB a query, and put into order. So memory "
        "is paid for the prefix and disk reads for the refinement. Conditions: the shortlist must hold the answers, which has "
        "to be measured on our own queries; the full vectors still need 6 TB of disk; and even 16 GB scanned per query is too "
        "slow without an index or shards over it.",
        (
            "1e9 x 1,536 x 4 bytes is about 6.1 TB of vectors",
            "An HNSW graph comes on top of the vectors",
            "128 dimensions of one bit are 16 bytes: 16 GB for the first pass",
            "Full vectors stay on SSD and refine a shortlist",
            "Counts the reads: candidates x bytes per query",
            "The recall of the first pass must be measured on your own queries",
        ),
    ),
    Question(
        "matryoshka.hundred-million",
        "You have 100 million documents and 16 GB of memory for vectors. Which dimension?",
        "16 GB / 100 million = 160 bytes a document = 40 float32 numbers, and that only if nothing else lives there: so 32 "
        "dimensions in float32, or 128 in int8, or 1,024 bits. Measure the three as the first pass of a funnel on a sample of "
        "your queries, with intervals, and take the one whose shortlist of a few hundred holds the answer as often as the full "
        "search does. Full vectors stay on SSD: a few hundred reads a query.",
        (
            "16 GB over 100 million is 160 bytes a document",
            "Leaves room for the rest: ids, graph, operating system",
            "Weighs dimensions against bits: 32 float32, 128 int8, 1,024 bits",
            "Measures recall of the first pass on own queries",
            "Full vectors on SSD refine a shortlist",
        ),
    ),
)
