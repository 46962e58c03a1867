"""活动与权益: events and lectures with their guests, communities, who brought whom, points (方案 §4.3, 管理 §2.2)."""

from lib.ui.choices import choice
from lib.ui.engagement.views import views
from lib.ui.page import open_page
from lib.words import _


def main() -> None:
    """One of the views, by its word in the address (`?view=`)."""
    with open_page("engagement") as page:
        offered = views()
        titles = {code: title for code, (title, _draw) in offered.items()}
        offered[choice(_("看什么"), titles, key="view", segments=True)][1](page)


main()
