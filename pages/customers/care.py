"""关怀与回访: visits by calendar, what each tier is promised and whether it is kept (制度 §五, 方案 §3.1, §3.2)."""

from lib.ui.care import standards, visits
from lib.ui.choices import choice
from lib.ui.page import open_page
from lib.words import _


def main() -> None:
    """One of the views, by its word in the address (`?view=`)."""
    views = {
        "": (_("回访计划"), visits.draw),
        "standards": (_("服务标准"), standards.draw),
    }
    with open_page("care") as page:
        chosen = choice(_("看什么"), {code: title for code, (title, _draw) in views.items()}, key="view", segments=True)
        views[chosen][1](page)


main()
