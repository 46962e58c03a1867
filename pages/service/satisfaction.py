"""满意度与服务质量: what customers answer, surveys, what they say, and who is not satisfied (管理 §5, 手册 §7.1)."""

from lib.ui.choices import choice
from lib.ui.page import open_page
from lib.ui.satisfaction import views
from lib.words import _


def main() -> None:
    """One of the views, by its word in the address (`?view=`)."""
    with open_page("satisfaction") as page:
        found = views.of(page)
        titles = {code: view.title for code, view in found.items()}
        chosen = choice(_("看什么"), titles, key="view", default=next(iter(titles)), segments=True)
        found[chosen].draw(page)


main()
