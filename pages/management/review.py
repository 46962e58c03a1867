"""季度评审: a quarter is checked, closed, corrected and reviewed (制度 §七)."""

from lib.ui import quarters
from lib.ui.frames import empty, loading
from lib.ui.page import open_page
from lib.ui.review import views
from lib.ui.review.look import choose
from lib.words import _


def main() -> None:
    """The quarter and the view; below them the view chosen."""
    page = open_page("review")
    with page:
        found = quarters.runs(page.scope)
        if not found:
            empty(_("还没有季度数据。运行 python -m lib refresh 之后，这里可以检查并关账。"))
            return
        look = choose(page, found)
        view = views.choose()
        with loading():
            view.draw(look)


main()
