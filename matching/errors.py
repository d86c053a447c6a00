from echoroom.refusals import NotFound, Refusal, Way

TO_MY_PLACE = Way("To my place in the queue", "spin")
TO_MY_PARTY = Way("To my party", "party")
TO_MY_LIST = Way("Back to my list", "blocks")


class PracticeNotOffered(Refusal):
    code = "practice_not_offered"
    status = 403
    title = "Here people play with people"
    detail = "Practice team-mates are for demo and test events. Wait for your team, or ask somebody beside you to join."
    way = TO_MY_PLACE


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
    way = TO_MY_PLACE


class AlreadyQueued(Refusal):
    code = "already_queued"
    status = 409
    title = "Already in another queue"
    detail = "Leave that queue first, then join this one."
    way = TO_MY_PLACE


class NotInATeam(Refusal):
    code = "not_in_a_team"
    status = 404
    title = "You sit in no room"
    detail = "Join a quest's queue; once you have a team, this tells what you have in common."


class PartyNotFound(NotFound):
    code = "party_not_found"
    title = "No such party"
    detail = "No party of this event has this code, or it is not yours. Ask whoever made it for the code."
    way = TO_MY_PARTY


class PartyDissolved(Refusal):
    code = "party_dissolved"
    status = 409
    title = "This party has dissolved"
    detail = "Everybody has left it. Make a new party, or ask for another code."
    way = TO_MY_PARTY


class PartyFull(Refusal):
    code = "party_full"
    status = 409
    title = "This party is full"
    detail = "Four people can queue together at most. Make a party of your own, or queue alone."
    way = TO_MY_PARTY


class InAnotherParty(Refusal):
    code = "in_another_party"
    status = 409
    title = "You are in another party"
    detail = "Leave that party first, then enter this code."
    way = TO_MY_PARTY


class PartyWaits(Refusal):
    code = "party_waits"
    status = 409
    title = "This party waits for a team already"
    detail = "Nobody can come in while it waits. Ask them to leave the queue, then enter the code again."
    way = TO_MY_PARTY


class WaitsAlone(Refusal):
    code = "waits_alone"
    status = 409
    title = "You wait for a team by yourself"
    detail = "Leave the queue first, then queue together."
    way = TO_MY_PLACE


class PartyTooLarge(Refusal):
    code = "party_too_large"
    status = 409
    title = "Your party is too large for this quest"
    detail = "Its teams keep one seat for somebody new. Choose a quest with larger teams."
    way = TO_MY_PARTY


class PartyWithoutLanguage(Refusal):
    code = "party_without_language"
    status = 409
    title = "Your party has no language in common"
    detail = "No team could be formed around you. Add a language that you all speak to your profiles."


class PartyChanged(Refusal):
    """Two acts of one party met. Neither is half done; the second one is simply sent again."""

    code = "party_changed"
    status = 409
    title = "Your party has just changed"
    detail = "Look who is in it now and whether it waits, then try again."
    way = TO_MY_PARTY


class PersonNotFound(NotFound):
    code = "person_not_found"
    title = "No such person"
    detail = "There is no such person in your event."
    way = TO_MY_LIST


class ThatIsYou(Refusal):
    code = "that_is_you"
    status = 409
    title = "That is you"
    detail = "You are in all of your teams. Choose somebody else."
    way = TO_MY_LIST


class TooManyBlocks(Refusal):
    code = "too_many_blocks"
    status = 409
    title = "Your list is full"
    detail = "It holds fifty people. Take somebody back first."
    way = TO_MY_LIST


class TickNotFound(NotFound):
    code = "tick_not_found"
    title = "No such tick"
    detail = "This queue has no tick of that id that can be looked at here. `manage.py replay_tick` takes larger ones."


class EventNotFound(NotFound):
    code = "event_not_found"
    title = "No such event"
    detail = "There is no such event, or it is not one of yours."


class QueueHeld(Refusal):
    code = "queue_held"
    status = 409
    title = "The queue is held"
    detail = "No teams are formed while it is. Release it first."


class TicketOver(Refusal):
    code = "ticket_over"
    status = 409
    title = "This wait is over"
    detail = "Somebody you chose has been matched, or has left, meanwhile. Look who waits now, and choose again."


class TeamSizeImpossible(Refusal):
    code = "team_size_impossible"
    status = 409
    title = "Not a team of this quest"
    detail = "The quest is not played by so many people."


class PartySplit(Refusal):
    code = "party_split"
    status = 409
    title = "That would part a party"
    detail = "Its people chose to play together: take all of them, or none."


class TeamNotAllowed(Refusal):
    """Names no rule: beside the languages that the page shows, "no language or a block" would be read as a block."""

    code = "team_not_allowed"
    status = 409
    title = "These people cannot be one team"
    detail = "Rules that no wait relaxes are against it. Nobody is told which, nor because of whom. Choose others."


class PracticeNotSwapped(Refusal):
    code = "practice_not_swapped"
    status = 409
    title = "This is a practice room"
    detail = "People who play with practice bots asked for that room. Swap people of other teams."


class ReportWithoutReader(Refusal):
    code = "report_without_reader"
    status = 409
    title = "Nobody would read it"
    detail = "Name an e-mail address or a webhook, or both."


class MailNotSetUp(Refusal):
    code = "mail_not_set_up"
    status = 409
    title = "There is no mail server"
    detail = "This installation sends no e-mail: its administrators have not set EMAIL_URL. Use a webhook."


class WebhookNotAllowed(Refusal):
    code = "webhook_not_allowed"
    status = 409
    title = "Nothing can be posted there"
    detail = "A webhook is an https address of a public server."


class WeightWrong(Refusal):
    code = "weight_wrong"
    status = 409
    title = "Not a weight"
    detail = "A weight is a number from 0 to 100. With 0 the criterion does not count."


class WeightsAllZero(Refusal):
    code = "weights_all_zero"
    status = 409
    title = "Nothing would count"
    detail = "Give at least one criterion a weight above 0, or every team would be as good as any other."
