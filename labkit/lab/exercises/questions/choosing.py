"""Interview questions of notebook 07."""

from labkit.lab.exercises.interview import Question

QUESTIONS = (
    Question(
        "choosing.how",
        "How would you choose an embedding model for our data?",
        "First facts that rule models out: licence, languages, context length against the lengths of our texts, whether texts may "
        "leave the house, price. Then a judged set from our own queries, spread over the kinds of question we get: a hundred or so "
        "rule out what is clearly worse, and to part finalists that are close takes as many as the spread of the differences asks "
        "for, often a thousand for two points; otherwise they count as equal. Then a bake-off of two or three finalists with BM25 "
        "and a hybrid as baselines, in the form in which the vectors will be stored: quality with intervals, bytes a document, "
        "milliseconds a query. Choose on one part of the queries and report on the other. Write down the weights of the decision "
        "and when to look again.",
        (
            "Facts first: licence, language, context, privacy, price",
            "A judged set from own queries, by kind of question",
            "BM25 and hybrid as baselines",
            "Measures the stored form: quality, bytes, milliseconds",
            "Intervals or a paired test on the differences",
            "Chooses and reports on different queries",
        ),
    ),
    Question(
        "choosing.switch",
        "Model B is 2 points better on 50 queries. Do we switch?",
        "Not on that alone. Look at the difference on each query, take a paired bootstrap interval or a randomisation test; with "
        "50 queries and the usual spread s of 0.2 to 0.3, 2 points are well inside the noise: to see them four times in five takes "
        "(2.8 s / 0.02)^2 queries, about a thousand. If more than two models were compared, correct for that. Even a real 2 points must pay for "
        "re-embedding everything, for other bytes, speed and licence. So: judge more queries, look at the kinds where B gains "
        "and loses, and decide then.",
        (
            "Paired differences per query, not two averages",
            "An interval or a test: 50 queries are few for 2 points",
            "Says how many queries it would take, or how to find out",
            "Corrects for several comparisons",
            "Switching costs: re-embedding, bytes, speed, licence",
        ),
    ),
    Question(
        "choosing.leaderboard",
        "What does a leaderboard not tell you?",
        "It is an average over other people's collections, often ones that models were trained near to or tuned on, so the order "
        "can be another one on yours. It says little about your kinds of query, such as codes and new words, nothing about your "
        "text lengths against the model's context, and little about speed on your hardware, bytes after compression, licence or "
        "price. It seldom shows intervals: neighbours on it are often equal. Use it to pick candidates, not winners.",
        (
            "An average over other collections; the order changes on yours",
            "Models may have been trained on, or tuned to, its tasks",
            "Says little about own kinds of query and text lengths",
            "Leaves out speed, bytes, licence and price",
            "Without intervals neighbours cannot be told apart",
            "Good for picking candidates",
        ),
    ),
)
