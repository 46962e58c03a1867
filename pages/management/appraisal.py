"""绩效与培训: training of staff (办法 §七.1)."""

from lib.ui.appraisal import training
from lib.ui.page import open_page


def main() -> None:
    """The training of whom the reader answers for."""
    with open_page("appraisal") as page:
        training.draw(page)


main()
