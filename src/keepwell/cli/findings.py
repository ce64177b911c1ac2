"""What is found in a trend, said in the reader's language."""

from __future__ import annotations

from datetime import date

from keepwell.answers.trend import Trend
from keepwell.answers.wording import share_text
from keepwell.cli.terminal import language, output
from keepwell.cli.words import word
from keepwell.cohorts.change import CONFIDENCE, Fall, NoFall
from keepwell.cohorts.periods import By, number_of


def period_text(start: date, by: By) -> str:
    """A period: `2026-03`, `2026 Q1` or `2026`."""
    match by:
        case "month":
            return f"{start:%Y-%m}"
        case "quarter":
            return f"{start:%Y} Q{number_of(start, 'quarter') % 4 + 1}"
        case "year":
            return f"{start:%Y}"


def print_finding(what: str, trend: Trend, by: By) -> None:
    """The sentence that stands over a table: ``what`` fell, from when on and by how much; or that it did not."""
    output.print(f"[bold]{_sentence(what, trend, by)}[/bold]", soft_wrap=True)
    if isinstance(trend.finding, Fall) and trend.finding.seasons == 1:
        output.print(word("may_be_season"))


def _sentence(what: str, trend: Trend, by: By) -> str:
    finding = trend.finding
    if isinstance(finding, Fall):
        since, earliest, latest = (
            period_text(trend.points[at].start, by) for at in (finding.at, finding.earliest, finding.latest)
        )
        figures = ("before", "after", "change", "low", "high")
        shares = {name: share_text(getattr(finding, name), language()) for name in figures}
        between = {"since": since, "earliest": earliest, "latest": latest}
        if finding.lasting > 1:
            between["since"] += word("gradually", periods=finding.lasting)
        return word("fall", what=what, sure=share_text(CONFIDENCE, language()), **between, **shares)
    if isinstance(finding, NoFall):
        chance = share_text(finding.p_value, language())
        return word("no_fall", what=what, periods=len(trend.points), chance=chance)
    return word(f"few_{finding.of}", what=what, found=finding.found, needed=finding.needed)
