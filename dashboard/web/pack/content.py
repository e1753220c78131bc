"""What a briefing says, in one language: cover, key numbers, views, what changed, method and limits. Every file is made of it.

A view is drawn as everywhere else, so each number in a briefing is the one that the API gives for the same address.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from dashboard import freshness, language
from dashboard.cited import Source
from dashboard.drawing import corrected_since
from dashboard.glossary import Term, terms_in
from dashboard.language import _, ngettext
from dashboard.ledger import ledger
from dashboard.provenance import corrected_in_words, corrections_of
from dashboard.web.pack.section import Asked, Section, section
from dashboard.web.share.page import WORDS
from etl.ledger.release import Release
from etl.message import N_
from etl.settings.days import today

LEDGER = "Alliance Ledger"
METHOD = (
    N_(
        "Every figure is the ledger's at the release named with it. The address below a view shows it again, with all rows,"
        " sources and files."
    ),
    N_(
        "Figures are what the named publisher said in the named edition. Where something is an estimate, a scenario or only"
        " threatened, the words beside it say so."
    ),
    N_(
        "“As of” is the day a rate or a target applies, “as known on” the day whose knowledge is used: what became known"
        " later is left out."
    ),
)


@dataclass(frozen=True)
class Part:
    """A whole briefing in one language."""

    language: str
    title: str
    sections: tuple[Section, ...]
    releases: tuple[Release, ...]
    said: dict[str, str]

    @property
    def cover(self) -> list[str]:
        """The lines below the title: ledger, releases, day, how much there is."""
        views = ngettext("{count} view", "{count} views", len(self.sections)).format(count=len(self.sections))
        dated = _("{ledger}, release {number} of {day}")
        lines = [
            dated.format(ledger=LEDGER, number=one.number, day=language.day(one.published_on)) for one in self.releases
        ]
        return [*lines, _("Made on {day}; {views}").format(day=language.day(today()), views=views)]

    @property
    def published(self) -> list[str]:
        """What the releases since those compared with were published for."""
        first = min((one.before for one in self.sections), default=0)
        later = [one for one in ledger().releases() if first < one.number <= self.releases[-1].number]
        text = _("Release {number}, {day}: {message}")
        return [
            text.format(number=one.number, day=language.day(one.published_on), message=one.said(self.language)[0])
            for one in later
        ]

    @property
    def method(self) -> list[str]:
        """How the figures came about."""
        return [*map(_, METHOD), f"{_('Tables here are cut to what can be read.')} {_(WORDS['rounding'])}"]

    @property
    def limits(self) -> list[str]:
        """What is not known or was corrected, each once."""
        drawings = [one.drawing for one in self.sections]
        corrected = [corrected_in_words(one) for drawing in drawings for one in corrections_of(drawing.changes)]
        corrected += [
            corrected_in_words(one, later=True) for drawing in drawings for one in corrected_since(ledger(), drawing)
        ]
        silent = freshness.silence(ledger(), self.releases[-1].number)
        told = [*map(freshness.unknown_then, drawings), f"{silent}." if silent else "", *corrected]
        return list(dict.fromkeys(filter(None, told))) or [_("Nothing is known to be lacking or wrong in these views.")]

    @property
    def sources(self) -> list[Source]:
        """Each source once, by publisher."""
        found = {source.source_id: source for one in self.sections for source in one.drawing.sources}
        return sorted(found.values(), key=lambda source: (source.publisher, source.title))

    @property
    def terms(self) -> list[Term]:
        return terms_in(*(text for one in self.sections for text in (one.title, one.subtitle, one.drawing.summary)))


def part(asked: Asked) -> Part:
    """The briefing in the current language. Raises ApiProblem for a view that can't be shown."""
    sections = tuple(section(view, asked) for view in asked.views)
    numbers = sorted({one.drawing.release for one in sections})
    title = asked.title or _("Briefing note")
    return Part(language.current(), title, sections, tuple(ledger().release(number) for number in numbers), words())


def parts(asked: Asked, spoken: Iterable[str]) -> list[Part]:
    """The briefing in each language."""
    made = []
    for code in spoken:
        with language.spoken(code):
            made.append(part(asked))
    return made


def words() -> dict[str, str]:
    """Headings and labels of a briefing."""
    return {
        "key_numbers": _("Key numbers"),
        "changed": _("What changed"),
        "method": _("Method"),
        "limits": _("Limits"),
        "sources": _("Sources"),
        "addresses": _("Addresses of the views"),
        "open": _("This view, with all rows and sources"),
        "terms": _("Terms"),
        "no_picture": _("The picture could not be made here; the address below shows it."),
    }


def terms_of(source: Source) -> str:
    """Under which terms a source may be used, and what it asks to be said."""
    return " ".join(filter(None, [source.licence and f"{source.licence.rstrip('.')}.", source.credit]))
