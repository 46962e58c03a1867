"""关怀与回访: greetings, campaigns and the outbox (制度 §五, 方案 §4.2)."""

from lib.ui.care import campaigns, greetings, outbox
from lib.ui.choices import choice
from lib.ui.page import open_page
from lib.words import _


def main() -> None:
    """The view chosen in the address."""
    with open_page("care") as page:
        views = {"": greetings, "campaigns": campaigns, "outbox": outbox}
        titles = {"": _("关怀"), "campaigns": _("群发"), "outbox": _("发件箱")}
        views[choice(_("查看方式"), titles, key="view", segments=True)].draw(page)


main()
