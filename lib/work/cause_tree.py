"""The tree of root causes as the bank edits it: one edit after the other, what would change, and the request."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from lib.rulebook import Rulebook
from lib.settings import today
from lib.store.book import rulebook
from lib.store.models import ChangeRequest
from lib.store.session import Refused, StoreSession
from lib.words import _, name, translate
from lib.work import requests
from lib.work.proposals import need_proposer, need_settled
from lib.work.requests import Asked

KIND, SUBJECT, KEY = "root_causes", "rule", "complaint.root_causes"
ACTS = ("add", "rename", "move", "retire", "restore")
LONGEST_TITLE = 30
_OWN = "own_"


@dataclass(frozen=True)
class Node:
    """One cause as the rule keeps it; `own` is the bank's name for it, empty where the shipped one stands."""

    code: str
    parent: str = ""
    own: str = ""
    retired: bool = False

    @property
    def title(self) -> str:
        """What it is called."""
        return translate(self.own) if self.own else name("root_cause", self.code)


class Edit(NamedTuple):
    """One change of the tree: `add` takes title and parent, `rename` code and title, `move` code and parent."""

    act: str
    code: str = ""
    title: str = ""
    parent: str = ""


class CauseChange(NamedTuple):
    """What would become of one cause (act of ACTS), as texts."""

    act: str
    code: str
    before: str
    after: str


Tree = tuple[Node, ...]


def tree(book: Rulebook) -> Tree:
    """The tree in force today (rule complaint.root_causes)."""
    return from_data(book.value(KEY, today()))


def edited(nodes: Tree, edit: Edit) -> Tree:
    """The tree after one edit; Refused with a sentence where it cannot be made. Codes stay for good."""
    found = _problem(nodes, edit)
    if found is not None:
        raise Refused(found)
    if edit.act == "add":
        return ordered((*nodes, Node(_fresh_code(nodes), edit.parent, edit.title.strip())))
    changed: dict[str, dict[str, Any]] = {
        "rename": {"own": edit.title.strip()},
        "move": {"parent": edit.parent},
        "retire": {"retired": True},
        "restore": {"retired": False},
    }
    return ordered([replace(one, **changed[edit.act]) if one.code == edit.code else one for one in nodes])


def changes(before: Sequence[Node], after: Sequence[Node]) -> list[CauseChange]:
    """What differs between two trees, in the order of the later one."""
    old, found = {one.code: one for one in before}, []
    for node in after:
        was = old.get(node.code)
        here = path(node, after)
        if was is None:
            found.append(CauseChange("add", node.code, "", here))
            continue
        there = path(was, before)
        if was.title != node.title:
            found.append(CauseChange("rename", node.code, was.title, node.title))
        if was.parent != node.parent:
            found.append(CauseChange("move", node.code, there, here))
        if was.retired != node.retired:
            found.append(CauseChange("retire" if node.retired else "restore", node.code, there, here))
    return found


def propose(session: StoreSession, begun: Tree, wanted: Tree, reason: str) -> ChangeRequest:
    """Ask for another tree; `begun` is the one it was made from. Another post agrees (rule approval.stages).

    Raises Refused for who may not propose, where nothing changes, and where the tree changed meanwhile.
    """
    need_proposer(session)
    if tree(rulebook()) != begun:
        raise Refused(_("根因树刚被改过，请从最新的树重新修改。"))
    if not changes(begun, wanted):
        raise Refused(_("没有任何修改。"))
    need_settled(session, SUBJECT, KEY)
    before, after = {"causes": as_data(begun)}, {"causes": as_data(wanted)}
    return requests.ask(session, Asked(KIND, SUBJECT, KEY, before, after, reason))


def path(node: Node, nodes: Sequence[Node]) -> str:
    """A cause with what it hangs under: `系统 / 系统故障`."""
    above = next((one for one in nodes if one.code == node.parent), None)
    return f"{above.title} / {node.title}" if above else node.title


def ordered(nodes: Sequence[Node]) -> Tree:
    """Each cause followed by what hangs under it, otherwise as they stood."""

    def under(code: str) -> Tree:
        return tuple(one for node in nodes if node.parent == code for one in (node, *under(node.code)))

    return under("")


def as_data(nodes: Sequence[Node]) -> list[dict[str, Any]]:
    """The tree as the rule and a request keep it."""
    kept = ({"code": n.code, "parent": n.parent, "name": n.own, "retired": n.retired} for n in nodes)
    return [{field: value for field, value in one.items() if value or field == "parent"} for one in kept]


def from_data(said: Any) -> Tree:
    """The tree a rule or a request keeps."""
    return tuple(
        Node(one["code"], one.get("parent", ""), one.get("name", ""), one.get("retired", False)) for one in said
    )


def _problem(nodes: Tree, edit: Edit) -> str | None:
    node = next((one for one in nodes if one.code == edit.code), None)
    if edit.act not in ACTS or (node is None and edit.act != "add"):
        return _("请选择一个原因。")
    if edit.act in ("add", "rename", "move"):
        parent = node.parent if node is not None and edit.act == "rename" else edit.parent
        title = node.title if node is not None and edit.act == "move" else edit.title.strip()
        return _wrong_title(nodes, edit.code, title, parent) or _wrong_place(nodes, edit)
    if edit.act == "retire" and any(one.parent == edit.code and not one.retired for one in nodes):
        return _("下面还有在用的原因，请先移走或停用它们。")
    if edit.act == "restore" and node is not None and any(n.code == node.parent and n.retired for n in nodes):
        return _("它的上级已停用，请先恢复上级或移到别处。")
    return None


def _wrong_title(nodes: Tree, code: str, title: str, parent: str) -> str | None:
    if not title or len(title) > LONGEST_TITLE:
        return _("请写明原因的名称，最多 {n} 字。").format(n=LONGEST_TITLE)
    if any(one.title == title and one.parent == parent and one.code != code for one in nodes):
        return _("同一上级下已有“{title}”。").format(title=title)
    return None


def _wrong_place(nodes: Tree, edit: Edit) -> str | None:
    if edit.act == "rename" or not edit.parent:
        return None
    above = next((one for one in nodes if one.code == edit.parent), None)
    if above is None or above.parent or above.retired or above.code == edit.code:
        return _("只能挂在一个在用的一级原因之下：树只有两级。")
    if any(one.parent == edit.code for one in nodes if edit.code):
        return _("它下面还有原因，不能再挂到别的原因之下：树只有两级。")
    return None


def _fresh_code(nodes: Tree) -> str:
    used = [int(one.code.removeprefix(_OWN)) for one in nodes if one.code.startswith(_OWN)]
    return f"{_OWN}{max(used, default=0) + 1}"
