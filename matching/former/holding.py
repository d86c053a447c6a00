"""Holds teams back that would strand somebody: four people in threes are two pairs soon, not three and one."""

from __future__ import annotations

from matching.former.company import Company
from matching.former.plan import Plan
from matching.former.rescue import rescue_later


def hold_back(company: Company, plan: Plan) -> Plan:
    """The teams that can be made now without leaving somebody over whom nobody will be able to join.

    Works out how it would end if nobody else came and all soft rules gave way. Teams that keep everybody are made
    now; a team that would then lose somebody goes on without them if it may be now already, and waits otherwise.
    Nobody waits past the promise for it: then every soft rule has given way. A seat that somebody takes later needs
    nothing now.
    """
    if not plan.left:
        return plan
    later = rescue_later(company, plan)
    teams = [_now(company, now, then) for now, then in zip(plan.teams, later.teams, strict=False)]
    taken = {unit for team in teams for unit in team}
    for team in later.teams[len(plan.teams) :]:
        if team and not taken & set(team) and company.fault(team) is not None:
            teams.append(team)
            taken.update(team)
    everybody = plan.left | {unit for team in plan.teams for unit in team} | set(plan.lobbies)
    rest = everybody - taken
    lobbies = [unit for unit in sorted(rest) if company.is_lobby[unit]]
    return Plan([team for team in teams if team], rest - set(lobbies), lobbies)


def _now(company: Company, now: list[int], then: list[int]) -> list[int]:
    """What of a team is made now, if it is to become `then`: all of it, those who stay, or nothing yet.

    Whoever joins takes their seat at once if they have lost patience and may, or if nothing is made otherwise.
    """
    stays = [unit for unit in now if unit in then]
    joined = [unit for unit in then if unit in now or company.level[unit]]
    if len(joined) > len(stays) and company.fault(joined) is not None:
        return joined
    if stays == now or (stays and company.fault(stays) is not None):
        return stays
    return then if then and company.fault(then) is not None else []
