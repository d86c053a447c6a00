from echoroom.refusals import Refusal


class PracticeNotOffered(Refusal):
    code = "practice_not_offered"
    status = 403
    title = "Here people play with people"
    detail = "Practice team-mates are for demo and test events. Wait for your team, or ask somebody beside you to join."


class NothingToPractise(Refusal):
    code = "nothing_to_practise"
    status = 409
    title = "There is no team to fill up"
    detail = "Join a quest's queue first; practice team-mates then take the other seats."


class PracticeFull(Refusal):
    code = "practice_full"
    status = 409
    title = "All practice team-mates are playing"
    detail = "This event has no more of them. Try again when a room has ended, or wait for people."


class AlreadyQueued(Refusal):
    code = "already_queued"
    status = 409
    title = "You wait for another quest"
    detail = "Leave that queue first, then join this one."


class NotInATeam(Refusal):
    code = "not_in_a_team"
    status = 404
    title = "You sit in no room"
    detail = "Join a quest's queue; once you have a team, this tells what you have in common."
