"""The HTML of pages without what it need not have: every page made of it is smaller.

Attributes are there where they say something, and templates lose indentation, quotes and end tags
that no browser asks for.
"""

from __future__ import annotations

import re

from markupsafe import Markup, escape

_PLAIN = re.compile(r"[\w./:#?&%~;,+-]*[\w#?%~+-]")  # needs no quotes (HTML, 13.1.2.3)


def attribute(name: str, value: str) -> Markup:
    """Return an attribute, in quotes if its value needs them.

    Args:
        name: Its name.
        value: Its value, as text.

    Example:
        >>> print(attribute("href", "../id/unodc.html"), attribute("title", "it's"))
         href=../id/unodc.html  title="it&#39;s"
    """
    said = escape(value)
    return Markup(f" {name}={said}" if _PLAIN.fullmatch(value) else f' {name}="{said}"')


def href(address: str) -> Markup:
    """Return the attribute that leads to an address.

    Args:
        address: A URL.
    """
    return attribute("href", address)


def tongue(lang: str, code: str) -> Markup:
    """Return the attribute of words in another language than their page; "" for the same.

    Args:
        lang: Language of the page.
        code: That of the words; "" if it is not known.
    """
    return Markup(' lang="{}"').format(code or "und") if code != lang else Markup()


# Letters from right to left, and the marks that turn or keep apart what stands beside them.
_TURNING = re.compile(
    "[\u0590-\u08ff\u200e\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufefc"
    "\U00010800-\U00010fff\U0001e800-\U0001efff]"
)


def direction(*texts: str) -> Markup:
    """Return the attribute of an element whose text could turn what stands beside it, or "".

    All other text looks the same with it and without (UAX #9).

    Args:
        *texts: What stands in it.

    Example:
        >>> print(direction("שלום"), direction("UNODC", "国連"), ".")
         dir="auto"  .
    """
    turns = any(not text.isascii() and _TURNING.search(text) for text in texts)
    return Markup(' dir="auto"') if turns else Markup()


# --- templates ------------------------------------------------------------------------------------

_SPOKEN = re.compile(r"(\{[{%#].*?[}%#]\})", re.DOTALL)  # what Jinja reads
_INDENT = re.compile(r"\s*\n\s*")
_BLOCKS = (
    "html|head|meta|link|title|script|body|header|main|footer|nav|section|article|div|figure|"
    "figcaption|form|h1|h2|h3|p|pre|ul|ol|li|dl|dt|dd|table|caption|thead|tbody|tr|th|td|details|"
    "summary|svg|path|blockquote"
)
_BEFORE_BLOCK = re.compile(rf"\n(?=</?(?:{_BLOCKS})\b)")
# HTML, 13.1.2.3: a value that needs no quotes. One before "/>" does, for the slash would be of it.
_PLAIN_VALUE = re.compile(r"""(?<=\s[a-z])([a-z-]*)="([\w.,:;#+-]+)"(?=[\s>]|\Z)""")
# HTML, 13.1.2.4: tags that are always understood where our templates have them.
_OPTIONAL = re.compile(r"</(?:li|dt|dd|td|th|tr|tbody|thead|option|head|body|html)>")


def compact(template: str) -> str:
    r"""Return a template without the indentation, quotes and end tags that pages need not have.

    Args:
        template: The text of a template.

    Example:
        >>> compact('<ul class="a">\n  <li>{{ "one" }}</li>\n</ul>')
        '<ul class=a><li>{{ "one" }}</ul>'
    """
    parts = _SPOKEN.split(_INDENT.sub("\n", template))
    # Every second part is read by Jinja.
    return "".join(part if odd % 2 else _shorten(part) for odd, part in enumerate(parts))


def _shorten(text: str) -> str:
    text = _BEFORE_BLOCK.sub("", text)
    return _OPTIONAL.sub("", _PLAIN_VALUE.sub(r"\1=\2", text))
