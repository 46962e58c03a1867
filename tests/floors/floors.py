"""The building rules, read off the syntax trees: which folder stands on which, what is banned where."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

# From the ground up. A module imports from its own unit and from the floors below it, nothing else:
# units of one floor do not know one another.
FLOORS: tuple[tuple[str, ...], ...] = (
    ("lib",),
    ("lib.words",),
    ("lib.settings",),
    ("lib.rulebook",),
    ("lib.store",),
    ("lib.work",),
    (
        "lib.care",
        "lib.churn",
        "lib.complaints",
        "lib.customers",
        "lib.engagement",
        "lib.enquiries",
        "lib.imports",
        "lib.products",
        "lib.review",
        "lib.satisfaction",
        "lib.staff",
        "lib.tags",
        "lib.tiers",
    ),
    ("lib.kpi",),
    ("lib.meeting",),
    ("lib.export", "lib.jobs"),
    ("lib.cli", "lib.ui", "lib.web"),
    ("lib.__main__", "pages"),
    ("app",),
)
FLOOR_OF = {unit: floor for floor, units in enumerate(FLOORS) for unit in units}
OWN_PACKAGES = ("lib", "pages", "app")
SCREEN_UNITS = ("lib.ui", "pages", "app")
SCREEN_PACKAGES = ("streamlit", "plotly")
BANNED_FILE_WORDS = ("utils", "util", "helpers", "helper", "common", "misc")
COSTLY_CHARTS = ("line_chart", "bar_chart", "area_chart", "scatter_chart", "map")
ROUND_THE_SCOPE = (
    "create_engine", "connection", "bind", "get_bind", "write_engine", "engine_for", "__table__", "read_sql",
    "read_sql_query", "read_sql_table",
)  # fmt: skip
# What lib/store keeps to itself: its engines, its way to a session's connection, and opening sealed values.
OF_THE_STORE = (
    "lib.store.door", "lib.store.engine.engine", "lib.store.engine.write_engine", "lib.store.engine.engine_for",
    "lib.store.crypto.unseal",
)  # fmt: skip
# The whole bank without a person's scope is for named jobs.
BULK_UNITS = ("lib.store", "lib.jobs", "lib.imports", "lib.staff", "lib.cli")
CLOCK_TYPES = ("date", "datetime", "Timestamp")


def problems(root: Path) -> list[str]:
    """Everything under `root` that breaks a rule, as `file:line what`; empty when the house stands."""
    return [
        f"{path.relative_to(root)}:{line} {what}"
        for path in modules(root)
        for line, what in _module_problems(root, path)
    ]


def modules(root: Path) -> list[Path]:
    """The application's Python files."""
    return sorted([*root.glob("app.py"), *root.glob("lib/**/*.py"), *root.glob("pages/**/*.py")])


def unit_of(module: str) -> str:
    """The unit a dotted module belongs to: `lib.store.models.customer` → `lib.store`, pages as one."""
    parts = module.split(".")
    return parts[0] if parts[0] != "lib" else ".".join(parts[:2])


def _module_problems(root: Path, path: Path) -> Iterator[tuple[int, str]]:
    module = _dotted(root, path)
    unit = unit_of(module)
    tree = ast.parse(path.read_text(encoding="utf-8"))
    if unit not in FLOOR_OF:
        yield 1, f"{unit} has no floor: put it in the list"
        return
    if set(path.stem.split("_")) & set(BANNED_FILE_WORDS):
        yield 1, "a file is named for what it holds"
    if tree.body and not (ast.get_docstring(tree) or "").strip():
        yield 1, "the module has no caption"
    for node in ast.walk(tree):
        yield from ((node.lineno, what) for what in _import_problems(node, module, path, unit))
        yield from ((node.lineno, what) for what in _use_problems(node, unit))


def _import_problems(node: ast.AST, module: str, path: Path, unit: str) -> Iterator[str]:
    for target in _imported(node, module, path):
        package = target.split(".")[0]
        if package in SCREEN_PACKAGES and unit not in SCREEN_UNITS:
            yield f"{package} belongs to lib/ui and the pages"
        if target.startswith("plotly.express"):
            yield "plotly.express costs ten times plotly.graph_objects"
        if target == "sqlalchemy.text" and unit != "lib.store":
            yield "text() goes round the scope"
        if target.split(".")[-1] == "create_engine" and unit != "lib.store":
            yield "create_engine goes round the scope"
        if unit != "lib.store" and target.startswith(OF_THE_STORE):
            yield f"{target} goes round the scope"
        if unit not in BULK_UNITS and target.startswith("lib.store.bulk"):
            yield "bulk is the whole bank: it belongs to jobs"
        if package in OWN_PACKAGES:
            yield from _floor_problem(unit, unit_of(target))


def _floor_problem(unit: str, other: str) -> Iterator[str]:
    if other == unit:
        return
    if other not in FLOOR_OF:
        yield f"imports {other}, which has no floor"
    elif FLOOR_OF[other] >= FLOOR_OF[unit]:
        yield f"{unit} imports {other}, which does not stand below it"


def _imported(node: ast.AST, module: str, path: Path) -> Iterator[str]:
    """Dotted names an import statement may load; `from lib import words` is lib.words."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        base = node.module or ""
        if node.level:
            parents = module.split(".") if path.stem == "__init__" else module.split(".")[:-1]
            base = ".".join([*parents[: len(parents) - node.level + 1], *([base] if base else [])])
        yield from (f"{base}.{alias.name}" for alias in node.names)


def _use_problems(node: ast.AST, unit: str) -> Iterator[str]:
    if isinstance(node, ast.Attribute):
        yield from _attribute_problems(node, unit)
    elif isinstance(node, ast.keyword) and node.arg == "unsafe_allow_html":
        yield "unsafe_allow_html lets data draw on the page"


def _attribute_problems(node: ast.Attribute, unit: str) -> Iterator[str]:
    owner = node.value.attr if isinstance(node.value, ast.Attribute) else getattr(node.value, "id", "")
    if unit != "lib.store" and node.attr in ROUND_THE_SCOPE:
        yield f".{node.attr} goes round the scope"
    if unit != "lib.store" and node.attr == "text" and owner in ("sqlalchemy", "sa"):
        yield "text() goes round the scope"
    if owner == "st" and node.attr in COSTLY_CHARTS:
        yield f"st.{node.attr} costs twenty times a graph_objects figure"
    clock = node.attr in ("now", "today") and owner in CLOCK_TYPES
    if unit != "lib.settings" and (clock or node.attr in ("utcnow", "utcfromtimestamp")):
        yield "the clock is lib.settings"


def _dotted(root: Path, path: Path) -> str:
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
