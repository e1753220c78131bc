"""What stands below the Overview's answers: the measures in force, the claims made about the country, the last change."""

import pandas as pd
import streamlit as st

from dashboard import labels, tables
from dashboard.articles import from_the
from dashboard.charts import all_charts, claims_compare
from dashboard.drawing import draw
from dashboard.language import _, current, day, labelled, trimmed_percent
from dashboard.once import once
from dashboard.page import Page, escaped
from dashboard.sections.lists import show_list
from dashboard.topics.tariff_reach import reach
from dashboard.topics.tariffs import measure_titles
from etl.ledger.ledger import Ledger
from etl.settings import days


def show_measures(page: Page, home: str) -> None:
    """Each measure in force on the country's goods, with the most it adds on any of them."""
    answer, names = reach(page.snapshot, home, days.today()), measure_titles(page.snapshot)
    if not answer.counted:
        return
    st.header(
        _("Measures in force on goods {from_country}").format(from_country=from_the(labels.place(home))), anchor=False
    )
    lines = []
    for code, most in answer.counted.items():
        added = _("import ban") if most is None else _("up to {rate}").format(rate=trimmed_percent(most))
        lines.append(f"- {escaped(labelled(names[code], added))}")
    st.markdown("\n".join(lines))


def show_claims(page: Page, home: str) -> None:
    """Each claim about the country beside what NATO's editions said then and say now; nothing where none was made."""
    claims = _claims_about(page.ledger, page.snapshot.release, home)
    if claims.empty:
        return
    st.header(_("What the articles said, what the editions say"), anchor=False)
    show_list(claims, key="claims")


@once
def _claims_about(ledger: Ledger, release: int, home: str) -> pd.DataFrame:
    """A row a claim."""
    drawing = draw(ledger, "claims-compare", all_charts()["claims-compare"].Params(), release)
    own = ledger.at(release).sql("SELECT claim_id FROM claims WHERE subject_iso3 = $home", home=home)["claim_id"]
    return claims_compare.short_table(drawing.rows[drawing.rows["claim_id"].isin(own)])


def show_last_change(page: Page) -> None:
    """What the release shown changed against the one before it."""
    release = page.ledger.release(page.snapshot.release)
    st.caption(
        escaped(
            _("Release {number}, {day}, by {author}: {message}").format(
                number=release.number,
                day=day(release.published_on),
                author=release.author,
                message=release.said(current())[0],
            )
        )
    )
    if release.number == 1:
        st.caption(_("It is the first one: there is nothing to compare it with."))
        return
    changed = _changed(page.ledger, release.number)
    tables.show(changed, key="changed", alt=_("What changed in the last release"), width="content")


@once
def _changed(ledger: Ledger, release: int) -> pd.DataFrame:
    """How many rows of each dataset the release changed against the one before it."""
    changed = [
        {
            _("Dataset"): name,
            _("Rows that differ"): len(frame.drop_duplicates(list(frame.columns[: frame.columns.get_loc("change")]))),
        }
        for name, frame in ledger.diff(release - 1, release).items()
    ]
    return pd.DataFrame(changed)
