"""Recording a check: its kind, branch and day, then the form of that day, item by item."""

from __future__ import annotations

import streamlit as st

from lib.satisfaction import checks
from lib.satisfaction.checks import CheckForm
from lib.store.inspected import may_check
from lib.ui import quarters
from lib.ui.forms import SaveForm, Seen
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.words import _, name
from lib.work.check_form import KINDS, Item, form_of


def draw(page: Page) -> None:
    """The form, for who records any kind of check."""
    house = quarters.house(page.scope)
    branches = [one for one in house.branches if page.scope.role == "crm" or one == page.scope.branch_id]
    kinds = [kind for kind in KINDS if any(may_check(page.scope, kind, one) for one in branches)]
    if not page.right.change or not kinds:
        return
    with st.expander(escaped(_("登记一次检查")), key="check-new"):
        with st.grid(3, min_column_width=170, gap="small"):
            kind = st.selectbox(escaped(_("检查种类")), kinds, key="check-new-kind",
                                format_func=lambda code: name("check_kind", code))  # fmt: skip
            branch = st.selectbox(escaped(_("受检支行")), branches, key="check-new-branch", placeholder=_("请选择"),
                                  index=0 if len(branches) == 1 else None,
                                  format_func=lambda one: house.branches[one][1])  # fmt: skip
            day = st.date_input(escaped(_("检查日期")), value=page.today, max_value=page.today, key="check-new-day",
                                format="YYYY-MM-DD")  # fmt: skip
        _form(page, kind, branch, day)


def _form(page: Page, kind: str, branch: int | None, day: object) -> None:
    on = day if isinstance(day, type(page.today)) else page.today
    items = form_of(page.book, kind, on)
    form = SaveForm(f"check-new-{kind}-{on}")
    with form:
        st.caption(escaped(_("每项在零与满分之间打分；不适用的项空着，不计入满分。")))
        marks, notes = _marks(form, items)
        inspector = st.text_input(escaped(_("检查人或机构")), key=form.key("inspector"), max_chars=80)
        summary = st.text_area(escaped(_("总评")), key=form.key("summary"), max_chars=2000, height=80)
        said = CheckForm(kind, branch, on, marks, inspector, summary, notes)

        def save(_seen: Seen) -> None:
            with page.session(write=True) as session:
                checks.record(session, said)

        problems = [one.sentence for one in said.problems(page.today, page.book)]
        form.submit(save, problems=problems, label=_("登记检查"), done=_("检查已登记。"))


def _marks(form: SaveForm, items: tuple[Item, ...]) -> tuple[dict[str, int | None], dict[str, str]]:
    marks: dict[str, int | None] = {}
    notes: dict[str, str] = {}
    for item in items:
        left, right = st.columns([3, 2], vertical_alignment="bottom")
        with left:
            title = _("{item}（满分 {n}）").format(item=item.title, n=item.points)
            marks[item.code] = st.number_input(
                escaped(title), min_value=0, max_value=item.points, value=None, step=1, key=form.key(item.code)
            )
        with right:
            label = escaped(_("说明：{item}").format(item=item.title))
            notes[item.code] = st.text_input(label, key=form.key(f"{item.code}-note"), max_chars=200,
                                             label_visibility="collapsed", placeholder=_("说明（可不填）"))  # fmt: skip
    return marks, notes
