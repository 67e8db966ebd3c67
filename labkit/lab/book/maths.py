"""Formulas as MathML, which a browser draws by itself: no MathJax, no network."""

import re
from html import escape

from nbconvert.filters.markdown_mistune import markdown2html_mistune

# Code first: a dollar sign inside it is no formula. `$5 and $6` is none either: no space inside the dollars, no digit behind.
_FORMULA = re.compile(
    r"(?P<code>```.*?```|`[^`\n]*`)|\$\$(?P<block>.+?)\$\$|\$(?P<inline>[^\s$](?:[^$\n]*[^\s$])?)\$(?!\d)", re.DOTALL
)


def markdown_to_html(text: str) -> str:
    """HTML of a Markdown text, its formulas drawn as MathML (or shown as TeX where latex2mathml is not installed).

    Example:
        >>> "<math" in markdown_to_html("length $d$") and "$" not in markdown_to_html("length $d$")
        True
        >>> markdown_to_html("`$x$` for $5 and $6").strip()
        '<p><code>$x$</code> for $5 and $6</p>'
    """
    formulas: list[str] = []

    def set_aside(found: re.Match[str]) -> str:
        if found["code"]:
            return found["code"]
        tex, block = found["block"] or found["inline"], bool(found["block"])
        formulas.append(formula(tex, block=block))
        return f"FORMULA{len(formulas) - 1}END"  # letters and digits: Markdown leaves them alone

    html: str = markdown2html_mistune(_FORMULA.sub(set_aside, text))
    return re.sub(r"FORMULA(\d+)END", lambda found: formulas[int(found[1])], html)


def formula(tex: str, *, block: bool = False) -> str:
    """MathML of a TeX formula; the TeX itself, as code, where it cannot be converted.

    Example:
        >>> formula("a < b").startswith("<math")
        True
    """
    as_code = f"<code>{escape(tex)}</code>"
    try:
        from latex2mathml import exceptions
        from latex2mathml.converter import convert
    except ImportError:  # TeX can be read as well
        return as_code
    named = vars(exceptions).values()
    refusals = tuple(kind for kind in named if isinstance(kind, type) and issubclass(kind, Exception))
    try:
        return str(convert(tex, display="block" if block else "inline"))
    except refusals:  # it knows less TeX than MathJax
        return as_code
