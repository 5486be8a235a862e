"""Whether a name that somebody typed is an operator's (同一人): one person must not do both parts of an act.

An operator acts under an account. The officer of another system is a typed name, so the two are compared as people read
them: width, case, spaces, punctuation and what cannot be seen make no other person. ``财政厅 李经办`` is ``李经办``.
Nobody can tell that two different names are one person's; that is why what an officer typed takes effect nowhere before
somebody else, under an account, has confirmed it.
"""

import re
import unicodedata

from gateway.accounts import Operator

_SHORTEST_WITHIN = 2
"""Characters of a Chinese name from which on it is looked for within what was typed: there are no spaces to part it."""


def plain_name(name: str) -> str:
    """A name as it is compared: letters and digits only, one width and case."""
    return "".join(_words(name))


def is_named(operator: Operator, typed: str) -> bool:
    """Whether a typed name is, or holds, an operator's name as it is known here."""
    words = _words(typed)
    whole = "".join(words)
    for known in (operator.name, operator.display_name):
        name = plain_name(known)
        if name and (name == whole or name in words):
            return True
        if len(name) >= _SHORTEST_WITHIN and not re.search(r"[a-z0-9]", name) and name in whole:
            return True
    return False


def _words(text: str) -> list[str]:
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    # What cannot be seen parts nothing; all else that is neither letter nor digit does.
    seen = "".join(each for each in folded if unicodedata.category(each) not in {"Cf", "Mn", "Me"})
    return re.findall(r"[^\W_]+", seen)
