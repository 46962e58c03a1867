"""Forms with an explicit save: problems as sentences, one write for many clicks, conflicts shown."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

import streamlit as st

from lib.store.session import Conflict, Refused
from lib.ui.plain import escaped
from lib.words import NOTHING, _


@dataclass(frozen=True)
class Seen:
    """What a save is told: the version the person read, and a key under which it may be written only once.

    `keep`: fields in which, after a conflict, what the other one saved is to stay.
    """

    version: int | None
    once: str
    keep: frozenset[str] = frozenset()


@dataclass
class _Instance:
    """One filled-in form: from the first drawing to the save (or to giving up)."""

    number: int
    version: int | None
    before: dict[str, Any]
    once: str = field(default_factory=lambda: secrets.token_hex(12))
    written: bool = False
    problems: list[str] = field(default_factory=list)
    conflict: Conflict | None = None
    mine: dict[str, Any] = field(default_factory=dict)


class SaveForm:
    """A form for one record. `key` names form and record (`profile-C0000123`); two never mix.

    `version` and `before` are what the person reads now; the first drawing is remembered until the save, so
    that a record changed meanwhile is a conflict and not an overwrite. Inside `with form:` draw widgets with
    `key=form.key("phone")` and end with one call of `form.submit(…)`.
    """

    def __init__(self, key: str, *, version: int | None = None, before: Mapping[str, Any] | None = None) -> None:
        self._name = key
        self._state = _instance(key, version, before or {})
        self._box: AbstractContextManager[Any] = st.form(f"{key}-form", border=True)

    def __enter__(self) -> Self:
        self._box.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._box.__exit__(kind, error, trace)

    def key(self, name: str) -> str:
        """The key of a widget: its name at first, another after each save, so that the next begins empty."""
        return f"{self._name}-{name}" + (f"-{self._state.number}" if self._state.number else "")

    def submit(
        self,
        save: Callable[[Seen], object],
        *,
        problems: Sequence[str] = (),
        mine: Mapping[str, Any] | None = None,
        titles: Mapping[str, str] | None = None,
        label: str = "",
        done: str = "",
        by_field: bool = False,
        shortcuts: Sequence[str] = (),
    ) -> bool:
        """Draw the button; on a click or one of `shortcuts` show `problems`, or save. True on the run after a save.

        A click that comes twice carries the first form's button, which the next form no longer has; one that
        interrupts the first finds it written. `mine` and `titles` (by field) feed the view of a conflict; with
        `by_field` each field is decided by itself, and `save` is told which to keep.
        """
        pressed = self._pressed(escaped(label or _("保存")), [*shortcuts, None])
        state = self._state
        if state.written:
            self._close(done)
        if pressed:
            state.problems, state.mine = list(problems), dict(mine or {})
            if not state.problems:
                self._save(save, done)
        for sentence in state.problems:
            st.error(escaped(sentence))
        if state.conflict is not None:
            self._show_conflict(save, titles or {}, done, by_field)
        return bool(st.session_state.get("forms.saved") == self._name and st.session_state.pop("forms.saved"))

    def _pressed(self, label: str, shortcuts: Sequence[str | None]) -> bool:
        """The button; further shortcuts have buttons that are not drawn."""
        pressed = st.form_submit_button(label, type="primary", key=self.key("save"), shortcut=shortcuts[0])
        for one in filter(None, shortcuts[1:]):
            with st.container(key=self.key("unseen")):
                pressed |= st.form_submit_button(label, key=self.key("save-too"), shortcut=one)
        return pressed

    def _save(self, save: Callable[[Seen], object], done: str, keep: frozenset[str] = frozenset()) -> None:
        state = self._state
        try:
            # Nothing of Streamlit stands between the write and its mark, so no second click comes between.
            save(Seen(state.version, state.once, keep))
            state.written = True
        except Conflict as conflict:
            state.conflict = conflict
            return
        except Refused as refused:
            state.problems = [str(refused)]
            return
        self._close(done)

    def _close(self, done: str) -> None:
        _begin_anew(self._name, self._state.number + 1, done or _("已保存。"))
        st.rerun()

    def _show_conflict(
        self, save: Callable[[Seen], object], titles: Mapping[str, str], done: str, by_field: bool
    ) -> None:
        state = self._state
        assert state.conflict is not None
        st.warning(_("这条记录刚被别人保存过，你的修改还没有写入。请比较后决定。"))
        st.table(_three_sides(state, titles))
        keep = self._kept(titles) if by_field else frozenset[str]()
        label = _("按所选保存") if by_field else _("用我的修改覆盖")
        if st.form_submit_button(escaped(label), key=self.key("mine")):
            state.version, state.conflict = state.conflict.version, None
            self._save(save, done, keep)
            st.rerun()
        label, next_one = escaped(_("放弃我的修改")), (self._name, state.number + 1, "")
        st.form_submit_button(label, key=self.key("theirs"), on_click=_begin_anew, args=next_one)

    def _kept(self, titles: Mapping[str, str]) -> frozenset[str]:
        """The differing fields in which theirs is chosen; it is at first where I changed nothing."""
        state = self._state
        assert state.conflict is not None
        sides = {"mine": _("用我的"), "theirs": _("用别人的")}
        chosen: dict[str, str | None] = {}
        with st.grid("auto", min_column_width=230, gap="small"):
            for one in _differing(state):
                touched = state.mine[one] != state.before.get(one)
                chosen[one] = st.segmented_control(
                    escaped(titles.get(one, one)), list(sides), default="mine" if touched else "theirs",
                    format_func=sides.__getitem__, required=True, key=self.key(f"{one}-v{state.conflict.version}"),
                )  # fmt: skip
        return frozenset(one for one, side in chosen.items() if side == "theirs")


def flash() -> None:
    """Say once what the last save did; drawn by the page's frame."""
    said = st.session_state.pop("forms.done", "")
    if said:
        st.toast(escaped(said))


def forget(*names: str) -> None:
    """Let these forms begin anew: the same person has just saved their record by another form, which is no conflict."""
    for name in names:
        st.session_state.get("forms.open", {}).pop(name, None)


def _instance(name: str, version: int | None, before: Mapping[str, Any]) -> _Instance:
    kept: dict[str, _Instance] = st.session_state.setdefault("forms.open", {})
    numbers: dict[str, int] = st.session_state.setdefault("forms.numbers", {})
    if name not in kept:
        kept[name] = _Instance(numbers.get(name, 0), version, dict(before))
    return kept[name]


def _begin_anew(name: str, number: int, said: str) -> None:
    st.session_state["forms.open"].pop(name, None)
    st.session_state["forms.numbers"][name] = number
    if said:
        st.session_state["forms.done"] = said
        st.session_state["forms.saved"] = name


def _three_sides(state: _Instance, titles: Mapping[str, str]) -> dict[str, list[str]]:
    assert state.conflict is not None
    theirs, names = state.conflict.theirs, _differing(state)
    return {
        _("字段"): [escaped(titles.get(name, name)) for name in names],
        _("我的"): [_text(state.mine[name]) for name in names],
        _("别人刚保存的"): [_text(theirs.get(name)) for name in names],
        _("我打开时"): [_text(state.before.get(name)) for name in names],
    }


def _differing(state: _Instance) -> list[str]:
    assert state.conflict is not None
    theirs = state.conflict.theirs
    return [name for name in state.mine if theirs.get(name, state.before.get(name)) != state.mine[name]]


def _text(value: object) -> str:
    return escaped(NOTHING if value in (None, "") else value)
