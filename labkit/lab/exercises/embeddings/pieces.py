"""Exercise: cut a word into pieces."""

from labkit.lab.exercises.calls import Try
from labkit.lab.exercises.exercise import Exercise, WrongAnswer

_WORDS = {"pump", "des", "d", "##al", "##a", "##alin", "##ation", "##s", "e", "##e"}

PIECES = Exercise(
    id="embeddings.pieces",
    title="Cut a word into pieces",
    kind="write",
    difficulty=3,
    minutes=20,
    task="Write `pieces(word, vocabulary)` as WordPiece does it: take the **longest** beginning that is in the vocabulary, "
    "then go on with the rest, whose pieces are written with `##` in front. If some rest has no piece at all, the whole "
    'word is `["[UNK]"]`.',
    defines="pieces",
    stub='''def pieces(word, vocabulary):
    """word: letters; vocabulary: a set of pieces, those within a word written with ## in front."""
    return ...  # your code
''',
    solution='''def pieces(word, vocabulary):
    """word: letters; vocabulary: a set of pieces, those within a word written with ## in front."""
    found, rest, mark = [], word, ""
    for _ in word:  # at most one piece a letter
        if not rest:
            break
        fitting = [end for end in range(len(rest), 0, -1) if mark + rest[:end] in vocabulary]
        if not fitting:
            return ["[UNK]"]
        found.append(mark + rest[: fitting[0]])
        rest, mark = rest[fitting[0] :], "##"
    return found
''',
    checks=(
        Try("pieces", ("pump", _WORDS), ["pump"], shown="pieces('pump', vocabulary)"),
        Try(
            "pieces",
            ("desalination", _WORDS),
            ["des", "##alin", "##ation"],
            (
                (["des", "alin", "ation"], "pieces within a word are looked up, and written, with ## in front."),
                (["[UNK]"], "you looked for the rest without its ##, or took a piece too short to go on from."),
            ),
            "take the longest piece that fits, not the first or the shortest.",
            shown="pieces('desalination', vocabulary)",
        ),
        Try(
            "pieces",
            ("pumpx", _WORDS),
            ["[UNK]"],
            (
                (["pump", "[UNK]"], "a rest without a piece makes the *whole* word unknown."),
                (["pump"], "the rest `x` was lost without a word."),
            ),
            shown="pieces('pumpx', vocabulary)",
        ),
        Try("pieces", ("see", {"s", "##e", "##ee"}), ["s", "##ee"], otherwise="take the longest piece that fits."),
        Try(
            "pieces",
            ("seal", {"se", "sea", "##al"}),
            ["[UNK]"],
            (
                (
                    ["se", "##al"],
                    "you went back to a shorter piece. WordPiece takes the longest and goes on from there.",
                ),
            ),
            shown="pieces('seal', {'se', 'sea', '##al'})",
        ),
        Try("pieces", ("al", _WORDS), ["[UNK]"], otherwise="a word cannot begin with a ## piece."),
    ),
    hints=(
        "Do it by hand for `desalination` with the pieces des, ##al, ##alin, ##ation. What do you repeat?",
        "For `end` from the length of the rest down to 1: is `mark + rest[:end]` in the vocabulary? The first that is, wins.",
        'Keep three things: the pieces found, the rest of the word, and a mark that is "" at first and "##" afterwards.',
    ),
    wrong_answers=(
        WrongAnswer(
            "def pieces(word, vocabulary):\n    found, mark = [], ''\n    while word:\n"
            "        end = next((e for e in range(1, len(word) + 1) if mark + word[:e] in vocabulary), 0)\n"
            "        if not end:\n            return ['[UNK]']\n"
            "        found.append(mark + word[:end])\n        word, mark = word[end:], '##'\n    return found\n",
            "too short to go on from",
        ),
        WrongAnswer(
            "def pieces(word, vocabulary):\n    found, mark = [], ''\n    while word:\n"
            "        end = next((e for e in range(len(word), 0, -1) if mark + word[:e] in vocabulary), 0)\n"
            "        if not end:\n            return found + ['[UNK]']\n"
            "        found.append(mark + word[:end])\n        word, mark = word[end:], '##'\n    return found\n",
            "*whole* word unknown",
        ),
        WrongAnswer(
            "def pieces(word, vocabulary, mark=''):\n    for end in range(len(word), 0, -1):\n"
            "        if mark + word[:end] in vocabulary:\n"
            "            rest = pieces(word[end:], vocabulary, '##') if word[end:] else []\n"
            "            if rest != ['[UNK]']:\n                return [mark + word[:end]] + rest\n    return ['[UNK]']\n",
            "went back to a shorter piece",
        ),
    ),
    why="No word is unknown to a tokenizer whose vocabulary holds every letter: a part number becomes pieces with "
    "meanings of their own.",
)
