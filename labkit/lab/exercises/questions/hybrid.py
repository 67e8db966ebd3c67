"""Interview questions of notebook 06."""

from labkit.lab.exercises.interview import Question

QUESTIONS = (
    Question(
        "hybrid.ranks",
        "Why fuse ranks and not scores, and what does that throw away?",
        "Scores of different searches are on different scales and their distributions change from query to query, so a sum lets "
        "the larger scale win. Ranks are always comparable and need no fitting: robust, no parameters to speak of. But ranks "
        "throw away how sure a search is: a perfect hit and a poor first hit both get 1/61, and two mediocre ranks beat one sure "
        "hit. Score fusion (min-max, z-score, distribution-based) keeps that, but is sensitive to outliers and to the depth of "
        "the lists. With judged queries, measure both by kind of query, and choose weights on other queries than those "
        "reported; without, take the one that fails more gently.",
        (
            "Scores of different searches are on different scales",
            "Ranks are comparable and robust without fitting",
            "Ranks lose how sure a search is",
            "Gives an example: two mediocre ranks beat one sure hit",
            "Score fusion is sensitive to outliers and list depth",
            "Weights are chosen on queries other than the reported ones",
        ),
    ),
    Question(
        "hybrid.harm",
        "When does a re-ranker make a search worse?",
        "When the first order was already better than the judge: exact codes that a web-trained cross-encoder cannot tell apart, "
        "domains far from its training (code, tables, other languages), passages cut before the answer begins, and shortlists so "
        "deep that they offer many plausible wrong texts. It also cannot help where the answer is missing from the shortlist, "
        "and it costs time in proportion to the depth. Measure by kind and by depth, keep the first stage's score as a feature "
        "or fall back to it where the judge loses.",
        (
            "Domain far from its training data",
            "Exact codes that it cannot tell apart",
            "A deep shortlist brings plausible distractors",
            "It cannot find what the shortlist lacks",
            "Latency grows with depth",
            "Measure by kind of query, with an interval",
        ),
    ),
    Question(
        "hybrid.when",
        "When is hybrid search not worth it?",
        "When one search is so much weaker that its noise pushes the other's answers down: on a collection of code or of very "
        "short texts BM25 or the encoder may lose clearly, and fusion lands between them. When all queries are of one kind, for "
        "example part numbers, a look-up does it alone. It costs a second index, memory, latency and a weight to keep tuned. "
        "Decide by measuring the fused list against the better single search, by kind of query and with an interval, and "
        "consider routing by query instead: codes to the word search, questions to both.",
        (
            "If one arm is much weaker, its noise harms the other",
            "If all queries are of one kind, one search may do",
            "Costs: second index, memory, latency, tuning",
            "Compare with the better single search, with an interval",
            "Route by kind of query as an alternative",
        ),
    ),
)
