"""Interview questions of notebook 05."""

from labkit.lab.exercises.interview import Question

QUESTIONS = (
    Question(
        "image_text.ocr",
        "Two colleagues argue about a library of engineering drawings: one wants to run OCR and index the text, the other wants "
        "image embeddings. Who is right?",
        "It depends on the questions, so count them first. Tags, numbers and titles are written on the sheet: OCR and BM25 find "
        "them exactly, and an image vector of 128 or 512 numbers cannot spell. What is shown and not written, such as a symbol, "
        "a layout, or 'something like this sheet', is only in the pixels. So index both, fuse the two lists, and measure by kind "
        "of question. Relations and counts need a structured extraction of the drawing, not a better vector.",
        (
            "Separates what is written on the sheet from what is only shown",
            "Tags and numbers need OCR and an exact match",
            "Symbols and similar layouts need the image",
            "Index both and fuse the lists",
            "Counts and relations need extraction, not a better vector",
            "Measures by kind of question before deciding",
        ),
    ),
    Question(
        "image_text.counting",
        "Why does a CLIP model rank a drawing with three pumps no better for “three pumps” than one with two?",
        "The training loss only asks which of the other pictures in the batch belongs to a text. Almost always the word 'pump' "
        "decides that alone, so nothing pushes the model to count. And pooling over places hides the number: a maximum forgets it, a "
        "mean keeps it only as a small change beside everything else on the sheet. Hard negatives that differ only in the number help a little. Detecting the symbols "
        "and counting them in code helps a lot, and so does saying honestly that the search does not count.",
        (
            "The contrastive loss is solved by the noun alone: negatives in the batch differ in more than the number",
            "Pooling over places hides how many there were (a maximum forgets it)",
            "The same holds for word order and negation: a bag of words",
            "Hard negatives that differ only in the number help a little",
            "Detect and count in code",
        ),
    ),
    Question(
        "image_text.gap",
        "You put pages and their captions into one index, and text queries hardly ever return a page image. Why, and what do you "
        "do?",
        "That is the modality gap: the text tower and the image tower put their vectors into two separate cones, so a text query "
        "is closer to every text that is at all about the matter than to the right picture. Ranking pictures alone is not hurt, because all of them lie on the far "
        "side alike; a mixed list is. Keep two indexes and fuse by rank or by scores scaled for each list, or subtract each "
        "side's mean before comparing, and measure what that does. A larger k brings "
        "pictures late, behind all captions that fit halfway.",
        (
            "Texts and images lie in two separate cones: the modality gap",
            "A text query is nearer to the texts that fit than to the right image",
            "A list of images alone is not harmed",
            "Two indexes, fused by rank or by scores scaled per list",
            "Or subtract each side's mean, and measure the effect",
        ),
    ),
)
