"""Interview questions of notebook 01."""

from labkit.lab.exercises.interview import Question

QUESTIONS = (
    Question(
        "embeddings.mismatch",
        "What is the vocabulary mismatch problem, and how do hybrid search or a cross-encoder answer it?",
        "Question and document name the same thing with different words, so a search that compares words does not find it. An "
        "encoder compares meanings and finds paraphrases, but it has a weakness of its own, where the words do match: codes, part "
        "numbers and names that its training never saw are cut into pieces, and E-1042 lies beside E-1043. Hybrid search runs both and fuses the "
        "lists, so that each covers the other's blind side; it costs a second index and a fusion that has to be measured, "
        "because where one search finds nothing its noise can push the other's answer down. A cross-encoder reads query and "
        "document together, so it sees the exact code and the meaning, but only for the shortlist it is given: it repairs the "
        "order, and never brings back what the first stage missed.",
        (
            "A word search fails where asker and writer use different words",
            "An encoder fails on rare codes, part numbers and new names",
            "Gives an example of each",
            "Hybrid search fuses both lists, and noise of one can harm the other",
            "A cross-encoder re-ranks and cannot find what the first stage missed",
            "Says to measure by kind of query",
        ),
    ),
    Question(
        "embeddings.threshold",
        "A colleague keeps only hits with a cosine above 0.7. What do you say?",
        "A cosine has no absolute meaning: the scale belongs to the model (random pairs have a mean near 0.1 in one encoder and "
        "about 0.5 in another) and moves with the length and kind of text. Changing the model silently changes what the filter "
        "does. Ranks within one model are safe; a threshold must be chosen on judged pairs of one's own, with the share of "
        "answers lost and of rubbish let through, and chosen again with each new model.",
        (
            "The scale of cosines depends on the model",
            "Unrelated texts already have a positive cosine (anisotropy)",
            "Choose a threshold on judged pairs of your own data",
            "State the share of answers lost and of rubbish let through",
            "Choose again when the model changes",
        ),
    ),
    Question(
        "embeddings.unseen",
        "What does an encoder do with a word it has never seen?",
        "It cuts the word into pieces that its vocabulary holds, the longest first, down to single letters, so hardly "
        "anything is unknown (only a character outside the vocabulary is). The network then makes the best of the pieces and of the words around them; for a compound or an inflection "
        "that often works. For a part number or a new product name the pieces carry meanings that have nothing to do with it, "
        "and two codes that differ in one digit come out nearly equal. So exact identifiers need a word search or a look-up "
        "beside the encoder.",
        (
            "The word is cut into word pieces, so it is hardly ever unknown",
            "Pieces carry meanings of their own",
            "The context can help with compounds and inflections",
            "Codes that differ in one digit get nearly the same vector",
            "Exact identifiers need a word search or a look-up",
        ),
    ),
)
