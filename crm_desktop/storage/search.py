"""Full text: folded words by prefix, digits inside phone numbers, and similar words. SQLite only.

The rule (also in plain Python in the tests): a query is the AND of its folded words, each a prefix;
what looks like part of a number is also looked for inside numbers; with fewer than ten hits, words that
hold the typed one or are one edit away (two from eight letters) are searched too and marked "similar".
Nothing a user types reaches MATCH except letters and digits that were split and quoted here.
"""

import re
import string
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise

from crm_desktop.domain.contacts import Category
from crm_desktop.domain.folding import plain_digits, tokens
from crm_desktop.storage.database import Connection, placeholders
from crm_desktop.storage.packed_ids import packed_ids

# Private-use characters are token characters for the index and never survive folding into tokens, so no
# typed text can collide with these markers of the two lists.
CATEGORY_TOKEN = {Category.CUSTOMER: "\ue000", Category.ADDRESS_BOOK: "\ue001"}
FEW = 10
SIMILAR_LIMIT = 200
SIMILAR_WORDS = 30
CANDIDATES = 5000
_DIGITS_ONLY = re.compile(r"[+\d\s().\-/]+")
MIN_INNER_DIGITS = 3
_WORDS_AT_ONCE = 500
INDEXES = ("search_word", "search_digit", "search_token_part")
_UNUSED = "NOT EXISTS (SELECT 1 FROM search_vocabulary v WHERE v.term = t.token)"


@dataclass(frozen=True, slots=True)
class Document:
    """What one contact is found by.

    ``texts`` are names, company, city, product, e-mail; ``numbers`` are digit strings (E.164 without
    plus, national spellings).
    """

    contact_id: int
    category: Category
    texts: Sequence[str]
    numbers: Sequence[str]


def index_new_documents(connection: Connection, documents: Sequence[Document], vocabulary: set[str]) -> None:
    """Write the documents of contacts that have none yet.

    ``vocabulary``: every word learned so far; the new ones are added.
    """
    words = _write(connection, documents)
    unknown = {word for own in words for word in own[1:] if word not in vocabulary and not word.isdigit()}
    _learn_new(connection, sorted(unknown))
    vocabulary |= unknown


def index_documents(connection: Connection, documents: Sequence[Document], *, digits: bool = True) -> None:
    """Write the documents of contacts that are not in the index; without ``digits`` only their words."""
    words = _write(connection, documents, digits=digits)
    _learn(connection, list({word for own in words for word in own[1:] if not word.isdigit()}))


def _write(connection: Connection, documents: Sequence[Document], *, digits: bool = True) -> list[list[str]]:
    """Write documents into the indexes; return the words of each, the marker of its list first."""
    words = [document_words(new.category, texts=new.texts, numbers=new.numbers) for new in documents]
    connection.executemany(
        "INSERT INTO search_word (rowid, body) VALUES (?, ?)",
        [(new.contact_id, " ".join(own)) for new, own in zip(documents, words, strict=True)],
    )
    if digits:
        connection.executemany(
            "INSERT INTO search_digit (rowid, body) VALUES (?, ?)",
            [(new.contact_id, " ".join(dict.fromkeys(new.numbers))) for new in documents if new.numbers],
        )
    return words


def document_words(category: Category, *, texts: Iterable[str], numbers: Iterable[str]) -> list[str]:
    """Return the distinct words of a search document, the marker of its list first."""
    found = [token for text in texts for token in tokens(text)]
    return list(dict.fromkeys([CATEGORY_TOKEN[category], *found, *numbers]))


def word_counts(connection: Connection) -> Counter[str]:
    """Return in how many documents each word stands."""
    return Counter(dict(connection.execute("SELECT term, doc FROM search_vocabulary").fetchall()))


def vocabulary(connection: Connection) -> set[str]:
    """Return every word learned so far."""
    return {token for (token,) in connection.execute("SELECT token FROM search_token")}


def remove_documents(connection: Connection, contact_ids: Sequence[int], *, digits: bool = True) -> None:
    """Take contacts out of the index; without ``digits`` only their words."""
    ids = [(contact_id,) for contact_id in contact_ids]
    connection.executemany("DELETE FROM search_word WHERE rowid = ?", ids)
    if digits:
        connection.executemany("DELETE FROM search_digit WHERE rowid = ?", ids)


def _learn(connection: Connection, words: Sequence[str]) -> None:
    known: set[str] = set()
    for start in range(0, len(words), _WORDS_AT_ONCE):
        part = words[start : start + _WORDS_AT_ONCE]
        found = connection.execute(
            f"SELECT token FROM search_token WHERE token IN ({placeholders(len(part))})",  # noqa: S608
            part,
        )
        known.update(token for (token,) in found)
    _learn_new(connection, sorted(set(words) - known))


def _learn_new(connection: Connection, words: Sequence[str]) -> None:
    connection.executemany("INSERT INTO search_token (token) VALUES (?)", [(word,) for word in words])
    connection.executemany(
        "INSERT INTO search_token_part (rowid, body) SELECT id, token FROM search_token WHERE token = ?",
        [(word,) for word in words],
    )


def exact_expression(text: str, category: Category) -> str | None:
    """Return the MATCH expression of what was typed, within a list; None where it holds nothing to find."""
    words, digits = tokens(text), digits_of(text)
    ways = [" AND ".join(f'"{word}"*' for word in words)] if words else []
    if digits is not None:
        ways += [f'"{start}"*' for start in sorted({digits, digits.lstrip("0")} - {""})]
    if not ways:
        return None
    return _within(" OR ".join(f"({way})" for way in ways), category)


def _within(expression: str, category: Category) -> str:
    """Keep an expression to one list.

    Each hit is looked up among the documents of a marker, which takes the longer the more there are. The
    address book is mostly the smaller list: of customers it is asked that they are not in it.
    """
    if category is Category.CUSTOMER:
        return f'({expression}) NOT "{CATEGORY_TOKEN[Category.ADDRESS_BOOK]}"'
    return f'({expression}) AND "{CATEGORY_TOKEN[category]}"'


def digits_of(text: str) -> str | None:
    """Return the digits when ``text`` looks like (part of) a phone number, else None."""
    if not _DIGITS_ONLY.fullmatch(text.strip()):
        return None
    return plain_digits(text) or None


def find(connection: Connection, text: str, category: Category, *, limit: int | None = None) -> "array[int]":
    """Return the ids of the contacts that hold ``text`` by the exact rule: oldest first, numbers last.

    With ``limit`` the beginning of the same list.
    """
    expression = exact_expression(text, category)
    if expression is None:
        return array("I")
    statement = "SELECT rowid AS id FROM search_word WHERE search_word MATCH ? LIMIT ?"
    found = packed_ids(connection, statement, (expression, -1 if limit is None else limit))
    digits = digits_of(text)
    if digits is None or len(digits.lstrip("0")) < MIN_INNER_DIGITS or len(found) == limit:
        return found
    inner = _with_inner_digits(connection, digits.lstrip("0"), category, besides=set(found))
    # Short pieces stand in the numbers of very many: no more of them are looked at than are wanted.
    found.extend(islice(inner, None if limit is None else limit - len(found)))
    return found


def count(connection: Connection, text: str, category: Category) -> int:
    """Return how many contacts :func:`find` returns."""
    expression, digits = exact_expression(text, category), digits_of(text)
    if expression is None or (digits is not None and len(digits.lstrip("0")) >= MIN_INNER_DIGITS):
        return len(find(connection, text, category))
    (number,) = connection.execute(
        "SELECT count(*) FROM search_word WHERE search_word MATCH ?", (expression,)
    ).fetchone()
    return int(number)


def _with_inner_digits(
    connection: Connection, digits: str, category: Category, *, besides: set[int]
) -> Iterator[int]:
    """Yield who has ``digits`` inside a number, each once and none of ``besides``, oldest first."""
    # Trigrams with detail=none find rows that hold all three-digit pieces; the numbers themselves show
    # which hold them in a row.
    grams = " AND ".join(f'"{digits[i : i + 3]}"' for i in range(len(digits) - 2))
    rows = connection.execute(
        "SELECT p.contact_id, p.e164 IS NULL, p.raw FROM search_digit d"
        " JOIN phone p ON p.contact_id = d.rowid JOIN contact c ON c.id = p.contact_id"
        " WHERE search_digit MATCH ? AND c.category = ? AND (p.e164 IS NULL OR instr(p.e164, ?) > 0)"
        " ORDER BY d.rowid",
        (grams, category.value, digits),
    )
    for row_id, raw_only, raw in rows:
        if row_id not in besides and (not raw_only or digits in plain_digits(raw)):
            besides.add(row_id)
            yield row_id


def find_similar(connection: Connection, text: str, category: Category) -> list[int]:
    """Return contacts with words that hold the typed ones or are an edit or two away."""
    words = tokens(text)
    if digits_of(text) is not None or not words or len(words) > 6:
        return []
    groups = [[word, *_similar_words(connection, word)] for word in words]
    words_or_near = ("(" + " OR ".join(f'"{word}"*' for word in group) + ")" for group in groups)
    expression = _within(" AND ".join(words_or_near), category)
    rows = connection.execute(
        "SELECT rowid FROM search_word WHERE search_word MATCH ? LIMIT ?", (expression, SIMILAR_LIMIT)
    )
    return [row_id for (row_id,) in rows]


def _similar_words(connection: Connection, word: str) -> list[str]:
    """Return known words that hold ``word``, and those an edit away (two from eight letters)."""
    if len(word) < 3:
        return []
    holding = [token for token in _words_with(connection, _all_grams(word), word, 64) if word in token]
    allowed = 2 if len(word) >= 8 else 1
    near = {
        token
        for token in (*_words_with(connection, _near_grams(word, allowed), word, allowed),
                      *_short_variants(connection, word))
        if within_edits(word, token, allowed)
    }  # fmt: skip
    return [token for token in dict.fromkeys([*holding, *sorted(near)]) if token != word][:SIMILAR_WORDS]


def _all_grams(text: str) -> str:
    return " AND ".join(f'"{text[i : i + 3]}"' for i in range(len(text) - 2))


def _near_grams(word: str, allowed: int) -> str:
    """Return the trigrams one of which a word within ``allowed`` edits has.

    Of ``allowed`` + 1 pieces of the word at least one is untouched; where the pieces are too short for
    trigrams, any trigram of the word will do.
    """
    size = len(word) // (allowed + 1)
    if size < 3:
        return " OR ".join(f'"{word[i : i + 3]}"' for i in range(len(word) - 2))
    cuts = [*range(0, size * allowed + 1, size), len(word)]
    return " OR ".join(f"({_all_grams(word[a:b])})" for a, b in pairwise(cuts))


def _words_with(connection: Connection, expression: str, word: str, difference: int) -> list[str]:
    rows = connection.execute(
        "SELECT t.token FROM search_token_part p JOIN search_token t ON t.id = p.rowid"
        " WHERE search_token_part MATCH ? AND abs(length(t.token) - ?) <= ? LIMIT ?",
        (expression, len(word), difference, CANDIDATES),
    )
    return [token for (token,) in rows]


def _short_variants(connection: Connection, word: str) -> list[str]:
    """Return known words one edit from a short one, which may share no three letters with it."""
    if len(word) >= 6:
        return []
    letters = string.ascii_lowercase + string.digits + word
    halves = [(word[:i], word[i:]) for i in range(len(word) + 1)]
    variants = {left + right[1:] for left, right in halves if right}
    variants |= {
        left + letter + right[cut:] for left, right in halves for letter in letters for cut in (0, 1)
    }
    rows = connection.execute(
        f"SELECT token FROM search_token WHERE token IN ({placeholders(len(variants))})",  # noqa: S608
        list(variants),
    )
    return [token for (token,) in rows]


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


def merge_some(connection: Connection, table: str, *, pages: int, begin: bool = False) -> bool:
    """Merge about so many pages of one index of ``INDEXES``; return whether there may be more to merge.

    Once begun and gone on with to its end, words removed from the index have left its pages.
    """
    assert table in INDEXES  # noqa: S101 - the name goes into the statement
    before = connection.total_changes
    connection.execute(
        f"INSERT INTO {table} ({table}, rank) VALUES ('merge', ?)",  # noqa: S608 - fixed names
        (-pages if begin else pages,),
    )
    # The rule of SQLite's documentation: the INSERT itself counts for one.
    return connection.total_changes - before >= 2


def unused_tokens(connection: Connection) -> list[int]:
    """Return the ids of words kept for similar names that no record has any more."""
    rows = connection.execute(f"SELECT t.id FROM search_token t WHERE {_UNUSED}")  # noqa: S608
    return [row_id for (row_id,) in rows]


def forget_tokens(connection: Connection, ids: Sequence[int]) -> None:
    """Remove those of the words that are still unused."""
    found = connection.execute(
        f"SELECT t.id FROM search_token t WHERE t.id IN ({placeholders(len(ids))}) AND {_UNUSED}",  # noqa: S608
        list(ids),
    ).fetchall()
    connection.executemany("DELETE FROM search_token_part WHERE rowid = ?", found)
    connection.executemany("DELETE FROM search_token WHERE id = ?", found)
