"""活动与权益: what customers have in points, earned and redeemed (手册 §6.2)."""

from lib.ui.engagement import points
from lib.ui.page import open_page


def main() -> None:
    """The points of the bank and of one customer."""
    with open_page("engagement") as page:
        points.draw(page)


main()
