"""Interview questions of notebook 00."""

from labkit.lab.exercises.interview import Question

QUESTIONS = (
    Question(
        "start.metrics",
        "nDCG@10 is the same for two systems, but recall@100 is 0.95 against 0.75. Which one do you take as the first stage "
        "of a pipeline with a re-ranker?",
        "The one with recall 0.95. A re-ranker can repair the order of what it is given; it cannot find what it is not given. "
        "nDCG@10 judges the final list that a user sees, recall@100 judges what a first stage hands over. I would also ask "
        "what a shortlist of 100 costs at the re-ranker, whether recall at a shorter depth tells the same story, and for the "
        "interval of the difference before I believe it.",
        (
            "Takes the system with the higher recall",
            "A re-ranker cannot find what it is not given",
            "nDCG@10 judges the top of the final list, recall@100 a first stage",
            "Mentions the cost of re-ranking a longer shortlist",
            "Asks for the confidence interval of the difference",
        ),
    ),
    Question(
        "start.pipeline",
        "What does an embedding search do between a typed question and ten results? Go step by step.",
        "Before any question is asked, every document is encoded once into a vector and put into an index. The question is cut "
        "into word pieces and encoded by the same model into one vector of length 1. The index compares it with the document "
        "vectors by inner product, which is the cosine for unit vectors, exactly or approximately, and returns positions and "
        "scores of the best k. A later stage may re-rank them; then positions are turned back into documents and shown. How "
        "good it is, is measured on judged queries.",
        (
            "Documents are encoded once, beforehand",
            "The query is encoded by the same model",
            "Inner product of unit vectors is the cosine",
            "The k best are selected and returned with ids and scores",
            "Optional re-ranking of the shortlist",
            "Quality is measured on judged queries",
        ),
    ),
)
