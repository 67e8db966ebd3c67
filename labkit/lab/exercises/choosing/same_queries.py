"""Exercise: two averages over different queries."""

from labkit.lab.exercises.calls import Try
from labkit.lab.exercises.exercise import Exercise, WrongAnswer

# B refused the two hard queries, so its own average is higher although it is worse on each query that both answered.
_A = {"q1": 0.9, "q2": 0.8, "q3": 0.1, "q4": 0.2}
_B = {"q1": 0.8, "q2": 0.7, "q5": 0.9}
_OWN = "each model is averaged over the queries that *it* answered: refusing the hard ones then looks like quality."
_ZERO = "a query without an answer counted 0. That is a rule one can have, but the task asks for the queries of both."
_SUM = "that is a sum of differences. Divide by the number of queries that both answered."

SAME_QUERIES = Exercise(
    id="choosing.same-queries",
    title="The model that refuses hard questions",
    kind="bug",
    difficulty=1,
    minutes=10,
    task="Model B refuses long queries, and leads. On every query that both answered A is better! Mend the comparison: only "
    "queries that both have answered count, and the number of the others is given too, because it matters.",
    defines="lead",
    stub='''def lead(a, b):
    """a, b: {query: nDCG}. Gives (mean lead of a over b, number of queries that only one of them answered)."""
    difference = sum(a.values()) / len(a) - sum(b.values()) / len(b)
    return difference, 0
''',
    solution='''def lead(a, b):
    """a, b: {query: nDCG}. Gives (mean lead of a over b, number of queries that only one of them answered)."""
    both = [query for query in a if query in b]
    difference = sum(a[query] - b[query] for query in both) / len(both)
    return difference, len(a) + len(b) - 2 * len(both)
''',
    checks=(
        Try(
            "lead",
            (_A, _B),
            (0.1, 3),
            (
                ((-0.3, 0), _OWN),
                ((-0.3, 3), _OWN),
                ((-0.4 / 5, 3), _ZERO),
                ((-0.4 / 5, 0), _ZERO),
                ((0.2, 3), _SUM),
                (
                    (0.1, 0),
                    "the lead is right. How many queries did only one of the two answer? That belongs beside it.",
                ),
                ((0.1, 2), "queries that only b answered count as well as those that only a answered."),
                ((0.1, 1), "queries that only a answered count as well as those that only b answered."),
                ((0.1, 5), "those are all queries; wanted are those that only one of the two answered."),
                (0.1, "give both numbers: the lead, and how many queries only one of them answered."),
            ),
        ),
        Try("lead", ({"a": 0.5}, {"a": 0.7}), (-0.2, 0)),
        Try("lead", ({"a": 0.5, "b": 0.1, "c": 0.3}, {"c": 0.1}), (0.2, 2)),
    ),
    hints=(
        "Write down which queries go into the one average and which into the other.",
        "`[query for query in a if query in b]` holds those of both.",
        "All of a and all of b, less twice those of both, are those of one only. (Or: `len(set(a) ^ set(b))`.)",
    ),
    wrong_answers=(
        WrongAnswer(
            "def lead(a, b):\n    only = len(set(a) ^ set(b))\n"
            "    return sum(a.values()) / len(a) - sum(b.values()) / len(b), only\n",
            "refusing the hard ones",
        ),
        WrongAnswer(
            "def lead(a, b):\n    every = set(a) | set(b)\n"
            "    return sum(a.get(q, 0) - b.get(q, 0) for q in every) / len(every), len(set(a) ^ set(b))\n",
            "counted 0",
        ),
        WrongAnswer(
            "def lead(a, b):\n    both = set(a) & set(b)\n    return sum(a[q] - b[q] for q in both) / len(both), 0\n",
            "belongs beside it",
        ),
    ),
    why="Time-outs, texts above a model's context and refusals never happen at random. Compare on the same queries, and say "
    "how many fell out: if they are many, that is the result.",
)
