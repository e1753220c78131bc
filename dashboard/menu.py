"""The pages, in the order of the menu: what each is called, what it answers, its icon."""

from dataclasses import dataclass
from pathlib import Path

from etl.message import N_

PAGES_FOLDER = Path(__file__).resolve().parents[1] / "pages"


@dataclass(frozen=True)
class Entry:
    """A page as the menu has it; texts in English, translated where shown. `icon` is a Material symbol.

    `part`: of the width of its row that the page's first chart has.
    """

    title: str
    question: str
    icon: str
    part: float = 1


MENU = {
    "overview": Entry(
        N_("Overview"),
        N_("Where do we stand, what is still needed, what are we charged, what comes next?"),
        "dashboard",
        part=0.5,
    ),
    "spending": Entry(
        N_("Spending"), N_("What does each ally spend on defence, and how far is it from the targets?"), "show_chart"
    ),
    "pledges": Entry(N_("Pledges"), N_("What would each pledge take from here, and what would it cost?"), "flag", 0.75),
    "tariffs": Entry(N_("Tariffs"), N_("What is charged on these goods, on that day, and why?"), "receipt_long", 0.5),
    "deadlines": Entry(N_("Deadlines"), N_("What comes next, and what became of what was due?"), "event"),
    "sources": Entry(
        N_("Sources"), N_("Where does each figure come from, and how far can it be trusted?"), "menu_book"
    ),
    "update": Entry(N_("Update"), N_("Which figures change, who changed them, and why?"), "upload_file"),
    "data": Entry(N_("Data"), N_("What is in the ledger, by which rules, and how do I take it along?"), "table"),
}
"""By the name of the file in `pages/`, which is its address; the first is the start."""
