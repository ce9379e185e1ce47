"""Whether two names may be one person's or one company's.

A number or an address two people share says nothing by itself: couples have one landline, colleagues one
mailbox. So a match by phone or e-mail counts only between names that may be one.
"""

from crm_desktop.domain.folding import tokens

# Legal forms say little: half of all lists leave them out.
_LEGAL_WORDS = (
    "gmbh ag kg ohg gbr ug co mbh eg ev ltd limited inc llc llp plc corp corporation company sa sarl sas srl "
    "spa bv nv ab as oy sl slu kft sro doo ek und and the"
)
_LEGAL_FORMS = frozenset(_LEGAL_WORDS.split())
_LIKE = 92


def may_be_one(first: str, second: str, *, companies: bool) -> bool:
    """Return whether two names differ only in order, initials, legal form, titles or a typing error."""
    one, two = name_words(first, companies=companies), name_words(second, companies=companies)
    if not one or not two:
        return True
    if set(one) <= set(two) or set(two) <= set(one):
        return (
            not companies
            or min(len(one), len(two)) == max(len(one), len(two))
            or len(set(one) & set(two)) > 1
        )
    if not companies and _initials_fit(one, two):
        return True
    from rapidfuzz import fuzz

    return fuzz.ratio(" ".join(sorted(one)), " ".join(sorted(two))) >= _LIKE and len(one) == len(two)


def name_words(name: str, *, companies: bool) -> list[str]:
    """Return the words of a name, folded; of a company without its legal form where there is more."""
    words = tokens(name)
    return [word for word in words if word not in _LEGAL_FORMS] or words if companies else words


def _initials_fit(one: list[str], two: list[str]) -> bool:
    """Return whether the words are equal but for initials: ``e grun`` and ``eva grun``."""
    if len(one) != len(two) or one[-1] != two[-1]:
        return False
    return all(a == b or (min(len(a), len(b)) == 1 and a[0] == b[0]) for a, b in zip(one, two, strict=True))
