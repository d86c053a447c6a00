"""What import-linter cannot see. Each rule takes one file and yields what breaks it, as `path:line what`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tests.architecture.source import LEVEL, Source

MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 60
DRAWERS = {"utils", "util", "common", "core", "helpers", "misc", "shared", "lib"}
MODEL_SIGNALS = set("pre_init post_init pre_save post_save pre_delete post_delete m2m_changed".split())
# As a remark's first word, or with a colon; elsewhere it is a word, or a code on a poster.
UNFINISHED = re.compile(r"(?:(?:#|//|\*|<!--|\{#)\s*|\b(?=\w+:))(TODO|FIXME|XXX|HACK)\b")
READ_ONLY = set("api views pages tasks admin receivers topics slots apps urls selectors".split())
_SYNC_WRITES = "save create update delete bulk_create bulk_update get_or_create update_or_create".split()
WRITES = {*_SYNC_WRITES, *(f"a{name}" for name in _SYNC_WRITES)}
# Things that have an `update` or a `delete` of their own and are no tables.
NO_TABLES = set("cache context headers kwargs data session response digest seen super() __dict__".split())

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef


def functions(tree: ast.AST) -> Iterator[FunctionNode]:
    for node in ast.walk(tree):
        if isinstance(node, FunctionNode):
            yield node


def long_file(source: Source) -> Iterator[str]:
    lines = source.text.count("\n")
    if lines > MAX_FILE_LINES:
        yield source.at(lines, f"has {lines} lines, {MAX_FILE_LINES} at most: split it by noun")


def long_function(source: Source) -> Iterator[str]:
    for function in functions(source.tree):
        lines = (function.end_lineno or function.lineno) - function.lineno + 1
        if lines > MAX_FUNCTION_LINES:
            yield source.at(function.lineno, f"{function.name} has {lines} lines, {MAX_FUNCTION_LINES} at most")


def drawer(source: Source) -> Iterator[str]:
    for name in DRAWERS & set(source.parts):
        yield source.at(1, f"`{name}` says nothing: name the file after what it holds")


def model_signal(source: Source) -> Iterator[str]:
    for node in source.walk():
        if isinstance(node, ast.ImportFrom) and node.module in {
            "django.db.models",
            "django.db.models.signals",
        }:
            for name in node.names:
                if name.name in MODEL_SIGNALS or name.name == "signals":
                    yield source.at(node.lineno, f"imports {name.name}: publish a domain event instead")
        if isinstance(node, ast.ImportFrom) and node.module == "django.dispatch":
            yield source.at(node.lineno, "uses Django's signals: publish a domain event instead")


def unfinished(source: Source) -> Iterator[str]:
    for number, line in enumerate(source.text.splitlines(), start=1):
        if match := UNFINISHED.search(line):
            yield source.at(number, f"{match[1]}: finish it or leave it out")


def write_outside_services(source: Source) -> Iterator[str]:
    """ORM writes in entry points and selectors, told as `path: code` so that an exception can be listed."""
    if source.role not in READ_ONLY or source.is_test:
        return
    for node in source.walk():
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITES:
            receiver = ast.unparse(node.func.value)
            if receiver.split(".")[-1] not in NO_TABLES:
                yield f"{source.path}: {receiver}.{node.func.attr}"


def loose_service(source: Source) -> Iterator[str]:
    """Public functions of services.py and services/: everything annotated, and by keyword.

    A step that several verbs share may take the one thing it works on by position: `reveal(play, reason=…)`.
    """
    if source.role != "services" or source.is_test:
        return
    for function in source.tree.body:
        if not isinstance(function, FunctionNode) or function.name.startswith("_"):
            continue
        arguments = function.args
        by_position = [*arguments.posonlyargs, *arguments.args]
        if len(by_position) > 1 or arguments.vararg or any(argument.arg == "by" for argument in by_position):
            yield source.at(function.lineno, f"{function.name} takes too much by position: put `*` first")
        everything = [*by_position, *arguments.kwonlyargs]
        if function.returns is None or any(argument.annotation is None for argument in everything):
            yield source.at(function.lineno, f"{function.name} is not fully annotated")


def loose_domain_event(source: Source) -> Iterator[str]:
    if source.role != "domain_events":
        return
    for node in source.tree.body:
        if isinstance(node, ast.ClassDef) and not any(_is_frozen(d) for d in node.decorator_list):
            yield source.at(node.lineno, f"{node.name} needs @dataclass(frozen=True, kw_only=True)")
        if isinstance(node, FunctionNode):
            yield source.at(node.lineno, f"{node.name}: domain events hold no logic")


def _is_frozen(decorator: ast.expr) -> bool:
    if not isinstance(decorator, ast.Call) or ast.unparse(decorator.func).split(".")[-1] != "dataclass":
        return False
    options = {keyword.arg: ast.unparse(keyword.value) for keyword in decorator.keywords}
    return options.get("frozen") == "True" and options.get("kw_only") == "True"


def upward_string(source: Source) -> Iterator[str]:
    """`send_task("badges.tasks.…")`, `ForeignKey("badges.Award")`, `reverse("badges:mine")` and their like."""
    if source.is_test or not (above := _apps_above(source)):
        return
    names = "|".join(above)
    dotted = re.compile(rf"^(echoroom\.)?({names})[.:][A-Za-z_]")
    for node in source.walk():
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and dotted.match(node.value):
            yield source.at(node.lineno, f'"{node.value}" names a higher app: let it listen or use a slot')
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in {
            "get_model",
            "get_app_config",
        }:
            first = node.args[0] if node.args else None
            if isinstance(first, ast.Constant) and first.value in above:
                yield source.at(node.lineno, f"{ast.unparse(node)} reaches for a higher app")


def upward_template(source: Source) -> Iterator[str]:
    """`{% url "badges:mine" %}`, `{% include "badges/shelf.html" %}`, `{% load badges_tags %}`."""
    if not (above := _apps_above(source)):
        return
    reference = re.compile(rf"{{%\s*(?:url|include|extends|load)\s+[\"']?({'|'.join(above)})[:/_]")
    for number, line in enumerate(source.text.splitlines(), start=1):
        if match := reference.search(line):
            yield source.at(number, f"names {match[1]}, a higher app: use a slot")


def _apps_above(source: Source) -> list[str]:
    return [app for app, level in LEVEL.items() if app != source.app and level >= source.level]
