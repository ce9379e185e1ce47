"""The house rules as tests: who may import whom, shapes, sentences, the schema's one source.

What a change touches (more files than these means that something is in the wrong place):

- a new call-log format: ``importers/call_logs/x.py``, one line of its registry, a test, a sample
- a new customer field: ``domain/contacts.py``, a migration, ``ui/pages/customers/fields.py``, a test
- a new page over existing data: ``ui/pages/x/``, one line in ``ui/shell``, ``operations/x.py``, tests
- a new right: ``domain/permissions.py``, the check in ``operations/x.py``, ``needs=`` on the action, tests
"""

import ast
import dataclasses
import re
import shutil
import string
import subprocess
import sys
import types
import typing
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlcipher3

from crm_desktop.domain import errors
from crm_desktop.domain.calls import Call
from crm_desktop.domain.consents import Consent
from crm_desktop.domain.contacts import Contact, Email, Phone, PostalAddress, Product, ProductUse
from crm_desktop.domain.follow_ups import FollowUp, KeepInTouch
from crm_desktop.domain.imports import ImportProblem, ImportRun
from crm_desktop.domain.organization import Member, Organization
from crm_desktop.domain.relations import Relation
from crm_desktop.domain.sentences import SENTENCES
from crm_desktop.storage.schema import MIGRATIONS

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "crm_desktop"
MODULES = sorted(PACKAGE.rglob("*.py"))
TREES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in MODULES}


def place(path: Path) -> str:
    """Return ``path`` as messages name it."""
    return path.relative_to(ROOT).as_posix()


# --- directions -----------------------------------------------------------------------------------------


def lint_imports(folder: Path) -> tuple[int, str]:
    """Check the contracts on the tree in ``folder``, in a process that imports only that tree."""
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache", "--no-logo"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def test_every_import_contract_holds() -> None:
    status, output = lint_imports(ROOT)
    assert status == 0, output


PLANTED = {
    "qt_in_operations": ({"operations/planted.py": "import PySide6\n"}, "Qt lives in ui"),
    "sqlcipher_in_ui": ({"ui/planted.py": "import sqlcipher3\n"}, "Only storage speaks SQLCipher"),
    "storage_in_ui": (
        {"ui/planted.py": "import crm_desktop.storage\n"},
        "Data and keys are reached through operations",
    ),
    "security_in_cli": (
        {"cli/planted.py": "import crm_desktop.security\n"},
        "Data and keys are reached through operations",
    ),
    "page_in_page": (
        {
            "ui/pages/first/__init__.py": "",
            "ui/pages/first/page.py": "import crm_desktop.ui.pages.second.page\n",
            "ui/pages/second/__init__.py": "",
            "ui/pages/second/page.py": "",
        },
        "Pages do not know each other",
    ),
    "circle": (
        {
            "domain/first.py": "import crm_desktop.domain.second\n",
            "domain/second.py": "import crm_desktop.domain.first\n",
        },
        "No import circles",
    ),
    "upwards": ({"domain/planted.py": "import crm_desktop.storage\n"}, "The rooms"),
    "siblings": ({"security/planted.py": "import crm_desktop.storage\n"}, "The rooms"),
    "unlisted_room": ({"attic/__init__.py": ""}, "The rooms"),
}


@pytest.mark.parametrize("planted", PLANTED)
def test_a_planted_violation_is_caught(planted: str, tmp_path: Path) -> None:
    files, contract = PLANTED[planted]
    shutil.copytree(PACKAGE, tmp_path / "crm_desktop", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for name, text in files.items():
        path = tmp_path / "crm_desktop" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    status, output = lint_imports(tmp_path)
    broken = [line for line in output.splitlines() if line.endswith("BROKEN") and contract in line]
    missing_layer = contract == "The rooms" and "attic" in output
    assert status != 0, output
    assert broken or missing_layer, output


def test_operations_read_where_errors_of_the_file_are_known() -> None:
    """A bare connection would make a busy or damaged file a bug report: ``Database.read`` and ``write``."""
    bare = {
        place(path)
        for path, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and node.attr in {"connection", "separate_connection"}
        and isinstance(node.value, ast.Name | ast.Attribute)
        and getattr(node.value, "attr", getattr(node.value, "id", "")) == "database"
    }
    assert {name for name in bare if not name.startswith("crm_desktop/storage/")} == set()


def sql_outside(trees: dict[Path, ast.Module]) -> set[str]:
    """Return the modules outside storage and importers that run SQL, whoever gave them the connection."""
    calls = {
        place(path)
        for path, tree in trees.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in {"execute", "executemany", "executescript"}
    }
    return {name for name in calls if not name.startswith(("crm_desktop/storage/", "crm_desktop/importers/"))}


def test_only_storage_and_importers_speak_sql() -> None:
    assert sql_outside(TREES) == set()


def test_sql_planted_in_a_page_is_caught() -> None:
    planted = PACKAGE / "ui" / "pages" / "calls" / "planted.py"
    tree = ast.parse('session.database.connection().execute("SELECT count(*) FROM call")\n')
    assert sql_outside({**TREES, planted: tree}) == {place(planted)}


# --- shapes ---------------------------------------------------------------------------------------------


def test_modules_stay_readable() -> None:
    lines = {place(path): len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}
    assert {name: count for name, count in lines.items() if count > 500} == {}


def test_functions_stay_readable() -> None:
    long = [
        f"{place(path)}:{node.lineno} {node.name}"
        for path, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno + 1 > 55
    ]
    assert long == []


def test_every_module_says_what_it_is_for() -> None:
    assert [place(path) for path, tree in TREES.items() if not ast.get_docstring(tree)] == []


def test_room_files_hold_their_docstring_only() -> None:
    more = [place(path) for path, tree in TREES.items() if path.name == "__init__.py" and len(tree.body) != 1]
    assert more == []


# Where a fault of any kind ends: the task runner, the command line's edge, a foreign file's reader.
EDGES = ("crm_desktop/ui/tasks.py", "crm_desktop/cli/output.py", "crm_desktop/importers/")


def test_only_the_edges_catch_everything() -> None:
    wide = [
        f"{place(path)}:{node.lineno}"
        for path, tree in TREES.items()
        if not place(path).startswith(EDGES)
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or (isinstance(node.type, ast.Name) and node.type.id == "Exception"))
    ]
    assert wide == []


REGISTRIES = (
    ("cli/main.py", "COMMANDS"),
    ("domain/permissions.py", "RIGHTS"),
    ("importers/call_logs/registry.py", "FORMATS"),
    ("storage/schema.py", "MIGRATIONS"),
    ("ui/shell/actions.py", "ACTIONS"),
    ("ui/shell/pages.py", "PAGES"),
)


@pytest.mark.parametrize(("module", "name"), REGISTRIES)
def test_registries_are_tuples(module: str, name: str) -> None:
    """Written out, one line per entry: greppable, and nothing an installer could lose."""
    values = [
        node.value
        for node in TREES[PACKAGE / module].body
        if isinstance(node, ast.AnnAssign) and ast.unparse(node.target) == name
    ]
    assert [type(value) for value in values] == [ast.Tuple]
    assert isinstance(values[0], ast.Tuple)
    assert values[0].elts


def test_every_migration_is_listed() -> None:
    assert (
        tuple(sorted(path.name for path in (PACKAGE / "storage" / "migrations").glob("*.sql"))) == MIGRATIONS
    )


# --- sentences ------------------------------------------------------------------------------------------


def known_errors() -> set[str]:
    """Return the names of every class of known errors, also of those defined in other rooms."""
    names = {name for name, value in vars(errors).items() if isinstance(value, type)}
    for tree in TREES.values():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef) and any(ast.unparse(base) in names for base in node.bases):
                names.add(node.name)
    return names


def raised() -> Iterator[tuple[str, str, set[str] | None]]:
    """Yield (place, code, facts) of every known error made with a literal code; facts None where unseen."""
    names = known_errors()
    for path, tree in TREES.items():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else ast.unparse(node.func)
            code = node.args[0]
            if name in names and isinstance(code, ast.Constant) and isinstance(code.value, str):
                facts = {keyword.arg for keyword in node.keywords}
                seen = None if None in facts else {fact for fact in facts if fact}
                yield f"{place(path)}:{node.lineno}", code.value, seen


def placeholders(code: str) -> set[str]:
    """Return the facts the sentence of ``code`` names."""
    return {name for _, name, _, _ in string.Formatter().parse(SENTENCES[code]) if name}


def test_every_known_error_has_a_sentence() -> None:
    assert [(where, code) for where, code, _ in raised() if code not in SENTENCES] == []


def test_every_sentence_gets_its_facts() -> None:
    missing = [
        (where, code, placeholders(code) - facts)
        for where, code, facts in raised()
        if code in SENTENCES and facts is not None and placeholders(code) - facts
    ]
    assert missing == []


def test_no_sentence_is_left_over() -> None:
    used = {
        node.value
        for path, tree in TREES.items()
        if not path.name.endswith("sentences.py")
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert [code for code in SENTENCES if code not in used] == []


# --- the schema -----------------------------------------------------------------------------------------

STORED: tuple[tuple[type, str, frozenset[str]], ...] = (
    (Organization, "organization", frozenset({"salt"})),
    (Member, "member", frozenset({"salt"})),
    (ImportRun, "import_run", frozenset({"salt"})),
    (ImportProblem, "import_problem", frozenset()),
    (Contact, "contact", frozenset({"salt"})),
    (Phone, "phone", frozenset({"salt"})),
    (Email, "email", frozenset({"salt"})),
    (PostalAddress, "postal_address", frozenset({"salt"})),
    (Product, "product", frozenset({"salt"})),
    (ProductUse, "product_use", frozenset({"salt"})),
    (Consent, "consent", frozenset({"salt"})),
    (Call, "call", frozenset({"salt", "row_key"})),
    (Relation, "relation", frozenset({"salt"})),
    (FollowUp, "follow_up", frozenset({"salt"})),
    (KeepInTouch, "keep_in_touch", frozenset({"salt"})),
)


@pytest.fixture(scope="module")
def schema() -> Iterator[sqlcipher3.Connection]:
    """Give an empty database with every migration applied."""
    connection = sqlcipher3.connect(":memory:")
    for script in sorted((PACKAGE / "storage" / "migrations").glob("*.sql")):
        connection.executescript(script.read_text(encoding="utf-8"))
    yield connection
    connection.close()


@pytest.mark.parametrize(("stored", "table", "hidden"), STORED, ids=[row[1] for row in STORED])
def test_fields_are_the_columns(
    stored: type, table: str, hidden: frozenset[str], schema: sqlcipher3.Connection
) -> None:
    columns = {row[1]: bool(row[3]) for row in schema.execute(f"PRAGMA table_info({table})")}
    hints = typing.get_type_hints(stored)
    fields = {field.name: not accepts_none(hints[field.name]) for field in dataclasses.fields(stored)}
    assert set(columns) == set(fields) | hidden
    # A rowid alias is never null, whatever the pragma says of its declaration.
    assert {n: c for n, c in columns.items() if n not in hidden | {"id"}} == {
        n: f for n, f in fields.items() if n != "id"
    }


def accepts_none(hint: object) -> bool:
    """Return whether a field with this type may be None."""
    return isinstance(hint, types.UnionType) and type(None) in typing.get_args(hint)


# --- what stands in the files ---------------------------------------------------------------------------

TEXT_FILES = sorted(
    path
    for top in (
        *ROOT.glob("*.md"),
        *ROOT.glob("*.toml"),
        *ROOT.glob("*.py"),
        *map(ROOT.joinpath, ("crm_desktop", "tests", "installer", "resources")),
    )
    for path in ([top] if top.is_file() else top.rglob("*"))
    if path.suffix in {".py", ".md", ".toml", ".sql", ".txt", ".qss", ".json", ".desktop", ".html"}
)
# Written so that this file does not hold what it looks for.
ELSEWHERE = re.compile(
    r"/wor[k]/|/far[m]/|\.librar[y]|\.\./share[d]|pythonhoste[d]|pyp[i]\.org|npmj[s]|debian\.or[g]"
)
UNFINISHED = re.compile(
    r"\b(?:TO[D]O|FIX[M]E|XX[X]|NotImplemented[E]rror|not implemented ye[t]|placeholder fo[r])\b"
)


def hits(pattern: re.Pattern[str]) -> list[str]:
    """Return where ``pattern`` stands in the project's text files."""
    return [
        f"{place(path)}:{number}"
        for path in TEXT_FILES
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if pattern.search(line)
    ]


def test_the_project_names_no_machine() -> None:
    assert len(TEXT_FILES) > len(MODULES)
    assert hits(ELSEWHERE) == []


def test_nothing_is_left_unfinished() -> None:
    assert hits(UNFINISHED) == []


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_requirements_are_locked_and_name_no_index(name: str) -> None:
    text = (ROOT / "installer" / name).read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    unlocked = [line for line in lines if not re.match(r"[\w.-]+==\S+ .*--hash=sha256:[0-9a-f]{64}", line)]
    assert lines
    assert unlocked == []
    assert "://" not in text
