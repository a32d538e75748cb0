"""Media in plain loops: who comes to know the brand this week, and who forgets it."""

import math

from channellab.agents.consumers import Friends, Mind

from .draws import key, unit


def hear(
    week: int,
    hear_key: int,
    forget_key: int,
    mind: Mind,
    friends: Friends,
    innovation: float,
    imitation: float,
    forgetting: float,
    mixed: bool,
) -> None:
    """Who does not know the brand may hear of it; who knows it and never bought may forget.

    ``innovation`` is the hazard without talk, ``imitation`` that added when all friends (or all people) talk.
    """
    people = range(len(mind.aware))
    everybody = sum(int(mind.talks[i]) > 0 for i in people) / len(people)
    knows = [bool(mind.aware[i]) for i in people]
    for i in people:
        if not knows[i]:
            share = everybody if mixed else share_who_talk(i, mind, friends)
            draw = unit(key(int(hear_key), i, week))
            mind.aware[i] = draw < 1.0 - math.exp(-(innovation + imitation * share))
        elif may_forget(i, mind):
            mind.aware[i] = not unit(key(int(forget_key), i, week)) < forgetting


def share_who_talk(i: int, mind: Mind, friends: Friends) -> float:
    """Share of a consumer's friends who tell good things; a friend tied twice counts twice; 0 without friends."""
    circle = [int(friends.indices[f]) for f in range(int(friends.start[i]), int(friends.start[i + 1]))]
    if not circle:
        return 0.0
    return sum(int(mind.talks[friend]) > 0 for friend in circle) / len(circle)


def may_forget(i: int, mind: Mind) -> bool:
    """Only those who never bought the brand forget it."""
    return int(mind.adopted[i]) < 0
