"""Parts of a document that a program makes: <!-- WORD: NAME -->, the text, <!-- end -->."""
import re
from collections.abc import Callable


def marked(word: str) -> re.Pattern:
    """Matches such a part; its groups are the name and the text."""
    return re.compile(rf'<!-- {word}: ([^>]*?) -->\n(.*?)<!-- end -->', re.DOTALL)


def rewritten(text: str, word: str, made: Callable[[str], str]) -> str:
    """The document with each part made again. made: name -> Markdown."""
    return marked(word).sub(lambda mark: f'<!-- {word}: {mark[1]} -->\n\n{made(mark[1])}\n\n'
                                         '<!-- end -->', text)
