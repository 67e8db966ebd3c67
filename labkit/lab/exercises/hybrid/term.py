"""Exercise: what one word is worth to BM25."""

import math

from labkit.lab.exercises.calls import Try
from labkit.lab.exercises.exercise import Exercise, WrongAnswer


def _term(tf: float, length: float, mean: float, df: float, n: float, k1: float = 1.2, b: float = 0.75) -> float:
    """One term of BM25, the plain definition that the checks compare with."""
    return math.log(1 + (n - df + 0.5) / (df + 0.5)) * tf / (tf + k1 * (1 - b + b * length / mean))


_A, _B = (2, 50, 100, 3, 1000), (1, 200, 100, 900, 1000)
_IDF_A, _IDF_B = (math.log(1 + (n - df + 0.5) / (df + 0.5)) for *_, df, n in (_A, _B))

TERM = Exercise(
    id="hybrid.term",
    title="What one word is worth to BM25",
    kind="write",
    difficulty=2,
    minutes=15,
    task="Write `term(tf, length, mean_length, df, n, k1=1.2, b=0.75)` by the formula of section 1: "
    r"$\ln\left(1 + \frac{n - df + 0.5}{df + 0.5}\right) \cdot \frac{tf}{tf + k_1 (1 - b + b \cdot length / mean)}$.",
    defines="term",
    stub='''def term(tf, length, mean_length, df, n, k1=1.2, b=0.75):
    """Score of a word that occurs tf times in a document of so many words, and in df of n documents."""
    return ...  # your code
''',
    solution='''def term(tf, length, mean_length, df, n, k1=1.2, b=0.75):
    """Score of a word that occurs tf times in a document of so many words, and in df of n documents."""
    rarity = np.log(1 + (n - df + 0.5) / (df + 0.5))
    return rarity * tf / (tf + k1 * (1 - b + b * length / mean_length))
''',
    checks=(
        Try(
            "term",
            _A,
            _term(*_A),
            (
                (_IDF_A, "that is the rarity alone: tf and the length do not count yet."),
                (_IDF_A * 2, "tf counts without limit: the second factor is missing its divisor."),
                (
                    _term(2, 200, 100, 3, 1000),
                    "length and mean are the wrong way round: a *short* document should gain.",
                ),
                (math.log(997.5 / 3.5) * _term(*_A) / _IDF_A, "the `1 +` inside the logarithm is missing."),
                (_term(*_A) / math.log(2), "that is a logarithm to base 2; the formula has the natural one."),
                (_term(*_A) / math.log(10), "that is a logarithm to base 10; the formula has the natural one."),
            ),
        ),
        Try(
            "term",
            _B,
            _term(*_B),
            ((math.log(100.5 / 900.5) * _term(*_B) / _IDF_B, "a frequent word costs points: the `1 +` is missing."),),
        ),
        Try("term", (*_A, 2.0, 0.0), _term(*_A, 2.0, 0.0), otherwise="with b = 0 the length should not matter at all."),
        Try("term", (*_B, 0.0, 0.5), _IDF_B, otherwise="with k1 = 0 only the rarity is left: does k1 count?"),
        Try("term", (0, 50, 100, 3, 1000), 0.0, otherwise="a word that does not occur adds nothing."),
    ),
    hints=(
        "Work out the two factors by themselves: how rare the word is, and how much this document has of it.",
        "The first is `np.log(1 + ...)`. In the second, brackets: everything behind `tf +` is multiplied by k1.",
        "`tf / (tf + k1 * (1 - b + b * length / mean_length))`.",
    ),
    wrong_answers=(
        WrongAnswer(
            "def term(tf, length, mean_length, df, n, k1=1.2, b=0.75):\n    idf = np.log((n - df + 0.5) / (df + 0.5))\n"
            "    return idf * tf / (tf + k1 * (1 - b + b * length / mean_length))\n",
            "`1 +`",
        ),
        WrongAnswer(
            "def term(tf, length, mean_length, df, n, k1=1.2, b=0.75):\n"
            "    idf = np.log(1 + (n - df + 0.5) / (df + 0.5))\n"
            "    return idf * tf / (tf + k1 * (1 - b + b * mean_length / length))\n",
            "wrong way round",
        ),
        WrongAnswer(
            "def term(tf, length, mean_length, df, n, k1=1.2, b=0.75):\n"
            "    return np.log(1 + (n - df + 0.5) / (df + 0.5)) * tf\n",
            "without limit",
        ),
    ),
    why="Diminishing returns (k1), a handicap for length (b), and rarity: three lines that are hard to beat on exact codes.",
)
