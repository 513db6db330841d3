"""The report as one page that prints on four sheets: a function of its facts and its words."""

from .facts import Facts
from .language import Language, read_style
from .markup import document
from .method import MethodSheet
from .overview import YearSheet
from .parts import sheet
from .power import PowerSheet
from .printed import Printed
from .times import TimesSheet


def title_of(facts: Facts, language: Language) -> str:
    """Return what the report is called."""
    days = language.days(facts.begin, facts.end)
    key = "year_title" if facts.is_year else "title"
    return language.text(key, days=days, site=facts.site.title)


def page(facts: Facts, figures: Printed, language: Language) -> str:
    """Return the report as HTML."""
    days = language.days(facts.begin, facts.end)
    kicker = language.text("year_of" if facts.is_year else "report_of", days=days)
    sheets = (
        ("sheet_year" if facts.is_year else "sheet_time", YearSheet),
        ("sheet_power", PowerSheet),
        ("sheet_hours", TimesSheet),
        ("sheet_method", MethodSheet),
    )
    body = [
        sheet(
            language,
            (number, len(sheets)),
            facts.made,
            kicker,
            language.text(name),
            _about(facts, language),
            make(facts, figures, language).content(),
        )
        for number, (name, make) in enumerate(sheets, 1)
    ]
    return document(language.code, title_of(facts, language), read_style(), body)


def _about(facts: Facts, language: Language) -> list[str]:
    """Return which site it is, and what it is like."""
    site = facts.site
    place = ", ".join(filter(None, (site.title, site.commune)))
    like = (
        site.floor_area and language.unit(site.floor_area, 0, "m²"),
        site.people and language.count("people", int(site.people)),
        site.heating and language.text(f"heating_{site.heating}"),
    )
    return [place, ", ".join(str(one) for one in like if one)]
