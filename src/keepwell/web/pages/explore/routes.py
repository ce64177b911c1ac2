"""The pages: the overview, its cards, and each view at its own address."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from keepwell.access.model import Permission
from keepwell.answers.among import NobodyBought
from keepwell.answers.sight import Sight
from keepwell.core.errors import ExpressionRefused, Forbidden, KeepwellError, NotFound
from keepwell.core.nearest import did_you_mean
from keepwell.web.page import Page, SignedIn, needs
from keepwell.web.pages.explore.asked import Choice, Day, Read, Whole, read
from keepwell.web.pages.explore.seen import Seen
from keepwell.web.pages.explore.views import VIEWS, View
from keepwell.web.pages.standing import nothing_to_show, outdated_by
from keepwell.web.panels import Panel
from keepwell.web.wording import excerpt

OVERVIEW = "/explore"

routes = APIRouter(dependencies=[needs(Permission.SEE_CUSTOMERS)])


@routes.get(OVERVIEW)
def overview(page: SignedIn) -> Response:
    """What every view found. Findings that nobody has asked for yet are worked out one by one, by their cards."""
    if (empty := nothing_to_show(page)) is not None:
        return empty
    with page.sight() as sight:
        cards = [_card(page, sight, view, only_known=True) for view in VIEWS.values()]
        return page.show("explore.html", _standing(page, sight), cards=cards)


@routes.get("/explore/{name}/card")
def card(page: SignedIn, name: str) -> Response:
    """One card of the overview, worked out."""
    if (empty := nothing_to_show(page)) is not None:
        return empty
    with page.sight() as sight:
        return page.show("explore_card.html", card=_card(page, sight, _view(name), only_known=False))


@routes.get("/explore/{name}")
def one(page: SignedIn, name: str) -> Response:
    """One view."""
    if (empty := nothing_to_show(page)) is not None:
        return empty
    view = _view(name)
    with page.sight() as sight:
        asked = read(view.name, view.options, sight.plan, page.request.query_params)
        if asked.asked is None:
            return _show(page, sight, view, asked, error=asked.wrong)
        try:
            panels = view.panels(Seen(page, sight, asked.asked))
        except NobodyBought:
            return _show(page, sight, view, asked, nobody=True)
        except Forbidden:
            raise
        except KeepwellError as error:
            return _show(page, sight, view, asked, error=error)
        return _show(page, sight, view, asked, panels=panels)


def _view(name: str) -> View:
    if name not in VIEWS:
        raise NotFound(f"Explore has no view `{name}`", hint=did_you_mean(name, VIEWS))
    return VIEWS[name]


def _card(page: Page, sight: Sight, view: View, *, only_known: bool) -> dict[str, object]:
    """The finding of a view as it is without any choice; without a panel where it is not known, or there is none."""
    asked = read(view.name, view.options, sight.plan, {})
    made: dict[str, object] = {"view": view, "panel": None, "waits": False, "says": ""}
    if asked.asked is None:
        return made | {"says": page.reader.say("explore.not_in_plan")}
    seen = Seen(page, sight, asked.asked)
    if view.name == "migration":
        return made | {"says": page.reader.say("explore.migration.choose")}
    if only_known and not sight.memory.knows(seen.question):
        return made | {"waits": True}
    try:
        panels = view.panels(seen)
    except NobodyBought:
        return made | {"says": page.reader.say("explore.nobody_bought")}
    except NotFound:
        return made | {"says": page.reader.say("explore.not_in_plan")}
    return made | {"panel": next(iter(panels), None)}


def _standing(page: Page, sight: Sight) -> dict[str, object]:
    info = sight.snapshot.info
    return {"info": info, "outdated": outdated_by(page, info), "zone": sight.plan.settings.zone}


def _show(
    page: Page,
    sight: Sight,
    view: View,
    asked: Read,
    *,
    panels: list[Panel] | None = None,
    error: KeepwellError | None = None,
    nobody: bool = False,
) -> Response:
    is_expression = isinstance(error, ExpressionRefused)
    problems = error.problems if error else ()
    return page.show(
        "explore_view.html",
        _standing(page, sight),
        status=error.http_status if error else 200,
        view=view,
        views=list(VIEWS.values()),
        filled=asked.given,
        segments=_segments(page, sight),
        controls=[_control(page, sight, option, asked.given[option.name]) for option in view.options],
        panels=panels or [],
        wrong=[excerpt(asked.given["where"], problem) for problem in problems] if is_expression else [],
        problems=() if is_expression else problems,
        nobody=nobody,
    )


def _segments(page: Page, sight: Sight) -> list[tuple[str, str]]:
    language = page.reader.language
    return [(name, sight.plan.label(name, language, "segment")) for name in sight.plan.segments]


def _control(page: Page, sight: Sight, option: Choice | Whole | Day, given: str) -> dict[str, object]:
    """What the form shows for an option, filled in as it was given."""
    say = page.reader.say
    made: dict[str, object] = {
        "name": option.name,
        "label": say(f"explore.option.{option.name}"),
        "given": given,
    }
    match option:
        case Choice():
            values = [
                (
                    value,
                    sight.plan.label(value, page.reader.language)
                    if option.of_plan
                    else say(f"explore.{option.name}.{value}"),
                )
                for value in option.values(sight.plan)
            ]
            if given and given not in dict(values):
                values.append((given, given))
            return made | {"kind": "choice", "values": values}
        case Whole(least=least, most=most):
            return made | {"kind": "whole", "least": least, "most": most}
        case Day():
            return made | {"kind": "day", "most": sight.as_of.day.isoformat()}
