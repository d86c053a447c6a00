from echoroom.refusals import NotFound, Refusal, Way

TO_THE_ROOM = Way("Back to the room", "room", {"code": "code"})
TO_THE_CHAT = Way("Back to the chat", "room-chat", {"code": "code"})
TO_THE_QUEST = Way("To the quest", "quest", {"pk": "pk"})
TO_THE_QUEST_OF_THE_QUEUE = Way("To the quest", "quest", {"pk": "quest"})
TO_THE_MAP = Way("To the map", "artifact", {"pk": "pk"})


class RoomNotFound(NotFound):
    detail = "There is no such room, or it is not yours."


class MapNotFound(NotFound):
    detail = "There is no such decision map, or it is not yours."


class QuestNotFound(NotFound):
    code = "quest_not_found"
    title = "No such quest"
    detail = "This event has no such quest."


class QuestClosed(Refusal):
    code = "quest_closed"
    status = 409
    title = "This quest is closed"
    detail = "Choose another quest, or wait until this one opens."


class TooFewStatements(Refusal):
    code = "too_few_statements"
    status = 400
    title = "Too few statements"
    detail = "A quest takes three statements, and the export has fewer."


class QuestKindFixed(Refusal):
    code = "quest_kind_fixed"
    status = 409
    title = "This quest is of another kind"
    detail = "A quest stays a room, a form or a survey for good. Give the file another slug."


class NotARoom(Refusal):
    code = "not_a_room"
    status = 409
    title = "No team plays this quest"
    detail = "This is a form or a survey: open it and answer it by yourself."
    way = TO_THE_QUEST_OF_THE_QUEUE


class NotAForm(Refusal):
    code = "not_a_form"
    status = 409
    title = "This quest is played in a room"
    detail = "There is nothing to fill in here. Find a team and decide together."
    way = TO_THE_QUEST


class AnswersInvalid(Refusal):
    code = "answers_invalid"
    status = 400
    title = "Some answers need another look"
    detail = "Correct the marked answers and send them again. Nothing was saved yet."
    way = TO_THE_QUEST


class SurveyAnswered(Refusal):
    code = "survey_answered"
    status = 409
    title = "You have answered this survey"
    detail = "Its sheets carry no names, so yours cannot be found again and changed."
    way = TO_THE_QUEST


class RegionInUse(Refusal):
    code = "region_in_use"
    status = 409
    title = "Quests stand in this region"
    detail = "Move its quests to another region first."


class AlreadyPlaying(Refusal):
    code = "already_playing"
    status = 409
    title = "Already in a room"
    detail = "Finish or leave that room first."


class RoomFull(Refusal):
    code = "room_full"
    status = 409
    title = "The room is full"
    detail = "Every seat in this room is taken."


class RoomStarted(Refusal):
    code = "room_started"
    status = 409
    title = "The room has started"
    detail = "This team is playing already, so nobody can join it any more."


class RoomNotPlaying(Refusal):
    code = "room_not_playing"
    status = 409
    title = "Nothing is being decided here"
    detail = "This room has not started yet, or it has ended."
    way = TO_THE_ROOM


class RoomOver(Refusal):
    code = "room_over"
    status = 409
    title = "This room has ended"
    detail = "The room is completed or closed."
    way = TO_THE_ROOM


class TeamTooSmall(Refusal):
    code = "team_too_small"
    status = 409
    title = "Too few people to start"
    detail = "Wait until one more person has joined."
    way = TO_THE_ROOM


class DecisionUnknown(Refusal):
    code = "decision_unknown"
    status = 404
    title = "No such decision"
    detail = "This quest has no decision with that number."
    way = TO_THE_ROOM


class DecisionNotOpen(Refusal):
    code = "decision_not_open"
    status = 409
    title = "That decision is not open yet"
    detail = "The team decides one question after another."
    way = TO_THE_ROOM


class VoteClosed(Refusal):
    code = "vote_closed"
    status = 409
    title = "Voting is over"
    detail = "The votes of this round have been revealed, so yours can no longer be cast or changed."
    way = TO_THE_ROOM


class OptionUnknown(Refusal):
    code = "option_unknown"
    status = 400
    title = "No such option"
    detail = "Choose one of the options of this decision."
    way = TO_THE_ROOM


class ReasonMissing(Refusal):
    code = "reason_missing"
    status = 400
    title = "Your vote needs a reason"
    detail = "Write a sentence about why; your team reads it after the reveal."
    way = TO_THE_ROOM


class ReasonTooLong(Refusal):
    code = "reason_too_long"
    status = 400
    title = "The reason is too long"
    detail = "Keep it within 4,000 characters."
    way = TO_THE_ROOM


class NotRevealed(Refusal):
    code = "not_revealed"
    status = 409
    title = "The votes are not open yet"
    detail = "Commit after everyone has voted and the votes have been revealed."
    way = TO_THE_ROOM


class RoundPassed(Refusal):
    code = "round_passed"
    status = 409
    title = "The team has voted again"
    detail = "Your team opened another round of votes. Look at those votes, then commit."
    way = TO_THE_ROOM


class AlreadyCommitted(Refusal):
    code = "already_committed"
    status = 409
    title = "The team has committed"
    detail = "A team-mate has committed to another option for this decision."
    way = TO_THE_ROOM


class OptionNotAllowed(Refusal):
    code = "option_not_allowed"
    status = 409
    title = "The votes do not allow that option"
    detail = "Commit to an option that the team's rule allows."
    way = TO_THE_ROOM


class NotTheCaptain(Refusal):
    code = "not_the_captain"
    status = 403
    title = "The captain commits"
    detail = "In this quest the captain makes the final choice."
    way = TO_THE_ROOM


class RevoteNotAllowed(Refusal):
    code = "revote_not_allowed"
    status = 409
    title = "No second vote"
    detail = "This quest has no second round, or it has been held."
    way = TO_THE_ROOM


class ChatClosed(Refusal):
    code = "chat_closed"
    status = 409
    title = "The chat is closed"
    detail = "This room has ended: what was written can be read, and nothing more can be written."
    way = TO_THE_CHAT


class MessageEmpty(Refusal):
    code = "message_empty"
    status = 400
    title = "The message is empty"
    detail = "Write something first."
    way = TO_THE_CHAT


class MessageTooLong(Refusal):
    code = "message_too_long"
    status = 400
    title = "The message is too long"
    detail = "Keep it within 2,000 characters, or send it in parts."
    way = TO_THE_CHAT


class MessageKeyReused(Refusal):
    code = "message_key_reused"
    status = 409
    title = "Another message was sent under this key"
    detail = "Send a new message with a new key."
    way = TO_THE_CHAT


class BrokenFile(Refusal):
    """A file from outside that cannot be read; the sentence names file and line."""

    code = "broken_file"
    status = 400
    title = "The file has mistakes"


class FormatUnknown(Refusal):
    code = "format_unknown"
    status = 400
    title = "No such format"
    detail = "A decision map comes as html, pdf, md or json. Ask for one of them: ?format=pdf."
    way = TO_THE_MAP


class TypesettingBusy(Refusal):
    code = "typesetting_busy"
    status = 503
    title = "Many maps are being printed at once"
    detail = "Try again in a few seconds. The page itself and the Markdown and JSON downloads do not have to wait."


class ShareUnknown(NotFound):
    code = "share_unknown"
    title = "No such shared map"
    detail = "This link leads to no map. Check that all of it was copied, or ask whoever sent it for a new one."


class ShareWithdrawn(Refusal):
    code = "share_withdrawn"
    status = 410
    title = "This map is no longer shared"
    detail = "The link was withdrawn. If you should still read the map, ask whoever sent it for a new link."


class SameRoom(Refusal):
    code = "same_room"
    status = 409
    title = "Choose two people of two rooms"
    detail = "A swap takes one person of each of two rooms that have not started."


class NotInTheRoom(Refusal):
    code = "not_in_the_room"
    status = 409
    title = "Somebody has left"
    detail = "A person you chose does not sit there any more. Look who does now, and choose again."
