"""Interview questions of notebook 03."""

from labkit.lab.exercises.interview import Question

QUESTIONS = (
    Question(
        "quantization.one-bit",
        "Why does one bit a dimension work at all, and when does it not?",
        "A sign says on which side of a hyperplane a vector lies, and two vectors at an angle theta are separated by a random "
        "plane with probability theta / pi; so the share of differing bits estimates the angle, with the noise of d coin flips. "
        "It works if there are many dimensions, roughly balanced signs and little correlation between them; it fails where "
        "dimensions lean to one side or where near neighbours differ by less than the noise. How much is kept depends on the "
        "model. Rescoring puts a shortlist in order, which lifts the recall of the few that are shown; what is not on the "
        "shortlist stays lost.",
        (
            "Each bit is a side of a hyperplane; differing bits estimate the angle",
            "The noise shrinks as the number of dimensions grows",
            "Signs should be balanced and dimensions little correlated",
            "What is kept depends on the model",
            "Rescoring cannot find what the shortlist missed",
            "Gives a number that was measured",
        ),
    ),
    Question(
        "quantization.memory",
        "You store 100 million documents of 1,024 dimensions. Design the memory.",
        "float32 needs 410 GB. Bits need 12.8 GB: that fits one machine. Search the bits, take 10 to 40 times as many candidates "
        "as hits are wanted (100 to 400 for ten), rescore with a float query on the bits (free: nothing else is read), or with int8 (102 "
        "GB on SSD) or float32 vectors on SSD if the measured quality asks for it. Say what is in RAM and what on disk, how many "
        "reads a query that means, and measure recall of the first pass on your own queries before you buy anything.",
        (
            "float32 needs about 410 GB",
            "One bit a dimension needs 12.8 GB",
            "Oversample: take more candidates than hits wanted and rescore them",
            "Says what lies in RAM and what on SSD, and the reads a query",
            "Rescoring with the float query on the bits reads nothing more",
            "Measures recall on own queries first",
        ),
    ),
)
