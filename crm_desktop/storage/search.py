"""Full text: folded words by prefix, digits inside phone numbers, and similar words. SQLite only.

The rule (also in plain Python in the tests): a query is the AND of its folded words, each a prefix;
what looks like part of a number is also looked for inside numbers; with fewer than ten hits, words that
hold the typed one or are one edit away (two from eight letters) are searched too and marked "similar".
Nothing a user types reaches MATCH except letters and digits that were split and quoted here.
"""

import re
from collections.abc import Iterable, Sequence

from crm_desktop.domain.contacts import Category
from crm_desktop.domain.folding import tokens
from crm_desktop.storage.database import Connection, placeholders

# Private-use characters are token characters for unicode61 and never survive folding into tokens, so no
# typed text can collide with these markers of the two lists.
CATEGORY_TOKEN = {Category.CUSTOMER: "\ue000", Category.ADDRESS_BOOK: "\ue001"}
FEW = 10
SIMILAR_LIMIT = 200
_DIGITS_ONLY = re.compile(r"[+\d\s().\-/]+")
MIN_INNER_DIGITS = 3


def index_document(
    connection: Connection,
    contact_id: int,
    category: Category,
    *,
    texts: Iterable[str],
    numbers: Iterable[str],
) -> None:
    """Write the search document of one contact; replaces the one it had.

    ``texts`` are names, company, city, product, e-mail; ``numbers`` are digit strings (E.164 without
    plus, national spellings).
    """
    remove_document(connection, contact_id)
    numbers = list(dict.fromkeys(numbers))
    words = list(dict.fromkeys([*(token for text in texts for token in tokens(text)), *numbers]))
    body = " ".join([CATEGORY_TOKEN[category], *words])
    connection.execute("INSERT INTO search_word (rowid, body) VALUES (?, ?)", (contact_id, body))
    if numbers:
        connection.execute(
            "INSERT INTO search_digit (rowid, body) VALUES (?, ?)", (contact_id, " ".join(numbers))
        )
    _learn(connection, [word for word in words if not word.isdigit()])


def remove_document(connection: Connection, contact_id: int) -> None:
    """Take a contact out of the index."""
    connection.execute("DELETE FROM search_word WHERE rowid = ?", (contact_id,))
    connection.execute("DELETE FROM search_digit WHERE rowid = ?", (contact_id,))


def _learn(connection: Connection, words: Sequence[str]) -> None:
    if not words:
        return
    known = {
        token
        for (token,) in connection.execute(
            f"SELECT token FROM search_token WHERE token IN ({placeholders(len(words))})",  # noqa: S608
            words,
        )
    }
    for word in dict.fromkeys(words):
        if word not in known:
            cursor = connection.execute("INSERT INTO search_token (token) VALUES (?)", (word,))
            connection.execute(
                "INSERT INTO search_token_part (rowid, body) VALUES (?, ?)", (cursor.lastrowid, word)
            )


def match_expression(words: Sequence[str], category: Category) -> str:
    """Return the MATCH expression for ``words`` (already folded and split) within a list."""
    return " AND ".join([*(f'"{word}"*' for word in words), f'"{CATEGORY_TOKEN[category]}"'])


def digits_of(text: str) -> str | None:
    """Return the digits when ``text`` looks like (part of) a phone number, else None."""
    if not _DIGITS_ONLY.fullmatch(text.strip()):
        return None
    digits = "".join(ch for ch in text if ch.isdigit())
    return digits or None


def find(connection: Connection, text: str, category: Category) -> list[int]:
    """Return the ids of all contacts that hold ``text`` by the exact rule, in no particular order."""
    digits = digits_of(text)
    if digits is not None:
        return _find_number(connection, digits, category)
    words = tokens(text)
    if not words:
        return []
    expression = match_expression(words, category)
    return [
        row_id
        for (row_id,) in connection.execute(
            "SELECT rowid FROM search_word WHERE search_word MATCH ?", (expression,)
        )
    ]


def _find_number(connection: Connection, digits: str, category: Category) -> list[int]:
    spellings = {digits, digits.lstrip("0")} - {""}
    expression = (
        "(" + " OR ".join(f'"{s}"*' for s in sorted(spellings)) + f') AND "{CATEGORY_TOKEN[category]}"'
    )
    found = [
        row_id
        for (row_id,) in connection.execute(
            "SELECT rowid FROM search_word WHERE search_word MATCH ?", (expression,)
        )
    ]
    inner = digits.lstrip("0")
    if len(inner) < MIN_INNER_DIGITS:
        return found
    # Trigrams with detail=none find rows that hold all three-digit pieces; instr() on the numbers
    # themselves keeps those that hold them in a row.
    grams = " AND ".join(f'"{inner[i : i + 3]}"' for i in range(len(inner) - 2))
    rows = connection.execute(
        "SELECT DISTINCT p.contact_id FROM search_digit d JOIN phone p ON p.contact_id = d.rowid"
        " JOIN contact c ON c.id = p.contact_id"
        " WHERE search_digit MATCH ? AND c.category = ? AND instr(coalesce(p.e164, p.raw), ?) > 0",
        (grams, category.value, inner),
    )
    return list(dict.fromkeys([*found, *(row_id for (row_id,) in rows)]))


def find_similar(connection: Connection, text: str, category: Category) -> list[int]:
    """Return contacts with words that hold the typed ones or are an edit or two away."""
    words = tokens(text)
    if digits_of(text) is not None or not words or len(words) > 6:
        return []
    groups = [[word, *_similar_words(connection, word)] for word in words]
    expression = " AND ".join(
        ["(" + " OR ".join(f'"{word}"*' for word in group) + ")" for group in groups]
        + [f'"{CATEGORY_TOKEN[category]}"']
    )
    rows = connection.execute(
        "SELECT rowid FROM search_word WHERE search_word MATCH ? LIMIT ?", (expression, SIMILAR_LIMIT)
    )
    return [row_id for (row_id,) in rows]


def _similar_words(connection: Connection, word: str) -> list[str]:
    if len(word) < 3:
        return []
    grams = sorted({word[i : i + 3] for i in range(len(word) - 2)})
    allowed = 2 if len(word) >= 8 else 1
    # A word within `allowed` edits shares at least all but 3 × allowed of the trigrams; with few
    # trigrams any shared one will do.
    expression = " OR ".join(f'"{gram}"' for gram in grams)
    rows = connection.execute(
        "SELECT t.token FROM search_token_part p JOIN search_token t ON t.id = p.rowid"
        " WHERE search_token_part MATCH ? LIMIT 5000",
        (expression,),
    )
    return [
        token for (token,) in rows if token != word and (word in token or within_edits(word, token, allowed))
    ][:30]


def within_edits(word: str, other: str, allowed: int) -> bool:
    """Return whether ``other`` is at most ``allowed`` insertions, deletions or changes from ``word``."""
    if abs(len(word) - len(other)) > allowed:
        return False
    previous = list(range(len(other) + 1))
    for i, left in enumerate(word, 1):
        current = [i]
        for j, right in enumerate(other, 1):
            current.append(min(previous[j] + 1, current[j - 1] + 1, previous[j - 1] + (left != right)))
        if min(current) > allowed:
            return False
        previous = current
    return previous[-1] <= allowed


def optimize(connection: Connection) -> None:
    """Merge the index so that removed words leave the file; slow on a large file, run when idle."""
    for table in ("search_word", "search_digit", "search_token_part"):
        connection.execute(f"INSERT INTO {table} ({table}) VALUES ('optimize')")  # noqa: S608 - fixed names
