"""Reads a mapping file under a strict schema: an unknown, missing or ill-fitting word is an error."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from lib.imports.conversions import CONVERSIONS
from lib.imports.fields import Field
from lib.imports.mapping import PICKS, FileSpec, Lookup, Source, Table
from lib.imports.targets import TARGETS, Target
from lib.imports.values import OptionError
from lib.rulebook import RuleFileError, RuleRow, parse_folder
from lib.words import _


class MappingError(ValueError):
    """A mapping file says something the schema does not know; the message is a sentence naming the place."""


def read_mapping(path: Path) -> Source:
    """Read and check a mapping; MappingError with one sentence on any doubt."""
    try:
        raw = path.read_bytes()
        said = tomllib.loads(raw.decode("utf-8"))
    except OSError:
        raise MappingError(_("找不到映射文件 {path}").format(path=path)) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise MappingError(_("{file} 不是有效的 TOML：{why}").format(file=path.name, why=error)) from None
    return _Reading(path.name).source(said, path, raw)


class _Reading:
    """Reads one mapping, remembering where it stands so that an error can say so."""

    def __init__(self, name: str) -> None:
        self.where = name
        self.currency = ""

    def source(self, said: dict[str, Any], path: Path, raw: bytes) -> Source:
        self._words(said, {"source", "file", "table"}, {"lookup"})
        head = said["source"]
        self.at(f"{path.name} [source]")
        self._words(head, {"key", "title", "bank", "base_currency"}, {"refused_share", "rules"})
        self._demand(len(str(head["key"])) <= 40, _("key 不得超过 40 个字"))
        self._demand(len(head["base_currency"]) == 3, _("base_currency 须为三位货币代码"))
        self.currency = head["base_currency"]
        files = self._unique(self._file(one, path.name) for one in said["file"])
        lookups = self._unique(self._lookup(one, path.name) for one in said.get("lookup", ()))
        tables = self._unique(self._table(one, path.name) for one in said["table"])
        rules, rules_raw = self._rules(head.get("rules"), path)
        source = Source(
            key=head["key"], title=head["title"], bank=head["bank"], base_currency=self.currency,
            refused_share=head.get("refused_share"), files=files, lookups=tuple(lookups.values()),
            tables=tuple(tables.values()), rules=rules, digest=hashlib.sha256(raw + rules_raw).hexdigest(),
            used=_columns_used([*lookups.values()], [*tables.values()]),
        )  # fmt: skip
        self._check_names(source, path.name)
        return source

    def at(self, where: str) -> None:
        self.where = where

    def _file(self, said: dict[str, Any], name: str) -> tuple[str, FileSpec]:
        self.at(f"{name} [[file]] {said.get('key', '')}".strip())
        optional = {"separator", "encoding", "sheet", "nulls", "multiline", "header", "optional"}
        self._words(said, {"key", "names"}, optional)
        self._demand(len(said.get("separator", ",")) == 1, _("separator 须为一个字符"))
        try:
            "".encode(said.get("encoding", "utf-8"))
        except LookupError:
            self._demand(False, _("不认识编码 {name}").format(name=said["encoding"]))
        given = {key: value for key, value in said.items() if key not in ("names", "nulls", "header")}
        if given.get("encoding", "").lower() in ("utf-8", "utf8"):
            given["encoding"] = "utf-8-sig"
        nulls = frozenset({"", *said.get("nulls", ())})
        header = tuple(said.get("header", ()))
        return said["key"], FileSpec(**given, names=tuple(said["names"]), nulls=nulls, header=header)

    def _lookup(self, said: dict[str, Any], name: str) -> tuple[str, Lookup]:
        where = f"{name} [[lookup]] {said.get('key', '')}".strip()
        self.at(where)
        self._words(said, {"key", "file", "by", "value"}, {"where", "pick"})
        pick = said.get("pick", "only")
        self._demand(pick in PICKS, _("pick 须为 {known} 之一").format(known=_("、").join(PICKS)))
        by, value = self._field("by", said["by"], where), self._field("value", said["value"], where)
        self.at(where)
        return said["key"], Lookup(said["key"], said["file"], by, value, self._where(said), pick)

    def _table(self, said: dict[str, Any], name: str) -> tuple[str, Table]:
        where = f"{name} [[table]] {said.get('entity', '')}".strip()
        self.at(where)
        self._words(said, {"entity", "target", "key", "fields"}, {"file", "rows", "where"})
        self._demand(("file" in said) != ("rows" in said), _("须给出 file 或 rows 其中之一"))
        self._demand(said["target"] in TARGETS, _("不认识目标表 {name}").format(name=said["target"]))
        self._demand(bool(said["key"]), _("key 不能为空"))
        target = TARGETS[said["target"]]
        fields = tuple(self._field(key, one, where) for key, one in said["fields"].items())
        self.at(where)
        table = Table(
            said["entity"], target, said.get("file"), tuple(said.get("rows", ())), tuple(said["key"]),
            self._where(said), fields,
        )  # fmt: skip
        self._check_fields(table)
        return said["entity"], table

    def _where(self, said: dict[str, Any]) -> dict[str, frozenset[str]]:
        return {column: frozenset(values) for column, values in said.get("where", {}).items()}

    def _field(self, name: str, said: dict[str, Any], where: str) -> Field:
        self.at(f"{where} {name}")
        self._demand(isinstance(said, dict), _("字段须写成一张表，如 from = 列名"))
        given = [key for key in ("from", "value", "text") if key in said]
        self._demand(len(given) == 1, _("须给出 from、value、text 其中之一"))
        kind = said.get("as", "text")
        self._demand(kind in CONVERSIONS, _("不认识转换 {name}").format(name=kind))
        own = {"from", "value", "text", "as", "lookup", "refers", "default", "missing"}
        conversion = CONVERSIONS[kind]
        self._words({k: v for k, v in said.items() if k not in own}, conversion.needs, conversion.may)
        columns = said.get("from", ())
        columns = (columns,) if isinstance(columns, str) else tuple(columns)
        if "from" in said and conversion.columns:
            needed = _("转换 {name} 读 {n} 列").format(name=kind, n=conversion.columns)
            self._demand(len(columns) == conversion.columns, needed)
        try:
            convert = conversion.make({"currency": self.currency} | said)
        except OptionError as error:
            self._demand(False, str(error))
        constant = None if said.get("value") is None else _as_text(said["value"])
        return Field(
            name, columns, constant, said.get("text"), said.get("lookup"), convert, conversion.gives,
            said.get("refers"), said.get("default"), said.get("missing", ""),
        )  # fmt: skip

    def _check_fields(self, table: Table) -> None:
        given = {one.name: one for one in table.fields}
        missing = sorted(table.target.required - set(given))
        self._demand(not missing, _("缺少字段 {names}").format(names=_("、").join(missing)))
        for name, one in given.items():
            kind = table.target.fields.get(name)
            unknown = _("目标表 {target} 没有字段 {name}").format(target=table.target.key, name=name)
            self._demand(kind is not None, unknown)
            ill = _("字段 {name} 的 default 不是 {kind}").format(name=name, kind=kind)
            self._demand(_suits(one.default, kind), ill)
            if kind == "reference":
                self._demand(one.refers is not None, _("字段 {name} 须用 refers 指明实体").format(name=name))
            else:
                fits = _("字段 {name} 需要 {kind}，转换给出 {gives}")
                said = fits.format(name=name, kind=kind, gives=one.gives)
                self._demand(one.refers is None and one.gives == kind, said)
        if table.target.of_customer:
            owner = {"customer", "account"} & set(given)
            self._demand(bool(owner), _("须用 customer 或 account 字段指明所属客户"))

    def _check_names(self, source: Source, name: str) -> None:
        """Files, lookups and entities that are named must exist, the latter two before they are used."""
        ready: set[str] = set()
        for lookup in source.lookups:
            self.at(f"{name} [[lookup]] {lookup.key}")
            self._demand(lookup.file in source.files, _("没有文件 {name}").format(name=lookup.file))
            self._check_uses((lookup.by, lookup.value), ready, {})
            ready.add(lookup.key)
        landed: dict[str, Target] = {}
        for table in source.tables:
            self.at(f"{name} [[table]] {table.entity}")
            if table.file is not None:
                self._demand(table.file in source.files, _("没有文件 {name}").format(name=table.file))
            self._check_uses(table.fields, ready, landed, table.target)
            landed[table.entity] = table.target

    def _check_uses(
        self, fields: Iterable[Field], lookups: set[str], landed: Mapping[str, Target], target: Target | None = None
    ) -> None:
        for one in fields:
            if one.lookup is not None:
                self._demand(one.lookup in lookups, _("没有更早的 [[lookup]] {name}").format(name=one.lookup))
            if one.refers is None:
                continue
            self._demand(one.refers in landed, _("没有更早的 [[table]] {name}").format(name=one.refers))
            assert target is not None
            fits = target.references[one.name].targets
            wrong = _("字段 {name} 不能指向 {entity}").format(name=one.name, entity=one.refers)
            self._demand(landed[one.refers].key in fits, wrong)

    def _rules(self, folder: str | None, path: Path) -> tuple[tuple[RuleRow, ...], bytes]:
        """The source's own rule entries: the folder of that name beside the mapping, written like data/rules."""
        if folder is None:
            return (), b""
        self.at(f"{path.name} [source] rules")
        place = path.parent / folder
        self._demand(place.is_dir(), _("找不到规则文件夹 {name}").format(name=folder))
        raw = b"".join(one.read_bytes() for one in sorted(place.glob("*.toml")))
        try:
            return tuple(parse_folder(place)), raw
        except RuleFileError as error:
            raise MappingError(_("{where}：{what}。").format(where=self.where, what=error)) from None

    def _unique(self, pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, one in pairs:
            self._demand(key not in found, _("{name} 出现两次").format(name=key))
            found[key] = one
        return found

    def _words(self, said: Mapping[str, Any], needed: Iterable[str], optional: Iterable[str]) -> None:
        missing = sorted(set(needed) - set(said))
        unknown = sorted(set(said) - set(needed) - set(optional))
        self._demand(not missing, _("缺少 {names}").format(names=_("、").join(missing)))
        self._demand(not unknown, _("不认识 {names}").format(names=_("、").join(unknown)))

    def _demand(self, met: bool, otherwise: str) -> None:
        if not met:
            raise MappingError(_("{where}：{what}。").format(where=self.where, what=otherwise))


def _suits(default: Any, kind: str | None) -> bool:
    """Whether a default is of the field's kind; true is no number, and a moment has no default."""
    kinds = {"text": str, "int": int, "bool": bool, "date": date, "reference": str}
    return default is None or type(default) is kinds.get(kind or "")


def _columns_used(lookups: list[Lookup], tables: list[Table]) -> dict[str, frozenset[str]]:
    """The columns the mapping reads of each file, for the check of the file's header."""
    used: dict[str, set[str]] = {}
    for lookup in lookups:
        names = used.setdefault(lookup.file, set())
        names.update(lookup.by.reads, lookup.value.reads, lookup.where)
    for table in tables:
        if table.file is not None:
            names = used.setdefault(table.file, set())
            names.update(table.key, table.where, *(one.reads for one in table.fields))
    return {file: frozenset(names) for file, names in used.items()}


def _as_text(value: Any) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else str(value)
