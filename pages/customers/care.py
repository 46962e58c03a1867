"""关怀与回访: visits, greetings, campaigns, the outbox, what each tier is promised, special customers (制度 §五)."""

from lib.ui.care import campaigns, greetings, outbox, special, standards, visits
from lib.ui.choices import choice
from lib.ui.page import open_page
from lib.words import _


def main() -> None:
    """One of the views, by its word in the address (`?view=`)."""
    views = {
        "": (_("回访计划"), visits.draw),
        "greetings": (_("关怀"), greetings.draw),
        "campaigns": (_("群发"), campaigns.draw),
        "outbox": (_("发件箱"), outbox.draw),
        "standards": (_("服务标准"), standards.draw),
        "special": (_("特殊客户"), special.draw),
    }
    with open_page("care") as page:
        chosen = choice(_("看什么"), {code: title for code, (title, _draw) in views.items()}, key="view", segments=True)
        views[chosen][1](page)


main()
