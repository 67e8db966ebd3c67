"""Interview questions of notebook 08."""

from labkit.lab.exercises.interview import Question

QUESTIONS = (
    Question(
        "billion.matryoshka",
        "Why would you choose a Matryoshka model for an index of a billion vectors? Give the arithmetic.",
        "A billion vectors of 1,536 float32 numbers are 1e9 x 1,536 x 4 bytes = 6.1 TB, before links and ids: dozens of large "
        "machines. A Matryoshka model puts the important numbers first, so that the first 128 alone rank usably: 512 bytes, 512 "
        "GB. One bit for each of them makes 16 bytes: 16 GB, 384 times less, which one machine scans or holds in memory. The "
        "full vectors stay on SSD; a query reads some hundred to a thousand candidates of them and rescores. What is lost is "
        "what the first pass never hands over, so measure its recall, and expect the shortlist to grow with the collection. "
        "Without training for it, cut vectors lose far more; and the length can be chosen later without embedding anew.",
        (
            "1e9 x 1,536 x 4 bytes = 6.1 TB in float32",
            "The first 128 numbers: 512 GB; as bits 16 bytes each: 16 GB",
            "The full vectors live on SSD and rescore a shortlist",
            "The training puts the important numbers first; other models cannot simply be cut",
            "Rescoring cannot lift the first pass's recall: measure it, and the shortlist grows with n",
            "Length can be chosen afterwards, without embedding again",
        ),
    ),
    Question(
        "billion.bottleneck",
        "Your first pass needs 16 bytes a document for a billion documents. What limits the queries a second, and what would you "
        "do about it?",
        "A scan reads all the codes: 16 GB for each query. One core gets through some GB of them a second, so use all cores; then "
        "memory bandwidth sets the limit: some tens of GB a second on a desktop, a few hundred on a server, so one to three scans "
        "a second, or ten to twenty. Batch queries, so that one pass over the codes serves many; split the collection over "
        "machines, which divides the time of a query; or read less: partitions (IVF) or a graph, at a price in recall and, for a "
        "graph, in memory that is larger than the codes. The second pass is limited by random reads of the SSD: candidates a query "
        "times queries a second. Shards and replicas both multiply the queries a second; only shards cut the time of one query, "
        "and only replicas survive a failure.",
        (
            "A scan is limited by memory bandwidth: 16 GB a query",
            "Batching queries shares one pass over the codes",
            "Shards divide a query's time; shards and replicas both multiply throughput",
            "IVF or a graph reads less, for some recall and memory",
            "Rescoring is limited by random reads from disk",
            "Estimates with numbers, then measures",
        ),
    ),
    Question(
        "billion.extrapolate",
        "You measured on one million documents. What may you say about a billion?",
        "Bytes extrapolate exactly: they are a sum of terms, each proportional to n or constant. The time of a scan grows in "
        "proportion to n as soon as the codes no longer fit into the caches, so measure at several sizes and check the slope. "
        "Quality does not carry over: with a thousand times more documents, a thousand times more of them are nearly as close as "
        "the answer, so the recall of a coarse first pass falls and its shortlist must grow. Measure the trend over sizes, say "
        "what was measured and what was extrapolated, and test on a sample of the real data as large as you can afford.",
        (
            "Bytes extrapolate term by term",
            "Scan time is linear beyond the caches; several sizes show it",
            "More near competitors: first-pass recall falls with n",
            "The shortlist has to grow with the collection",
            "Labels what is measured and what is extrapolated",
        ),
    ),
)
