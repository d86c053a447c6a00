from echoroom.refusals import NotFound, Refusal, Way


class CodeInvalid(Refusal):
    """One answer for wrong, expired and used up: guessing must teach nothing."""

    code = "code_invalid"
    status = 404
    title = "This code does not let you in"
    detail = "Check the code on the wall and type it again, or ask an organiser."


class LinkInvalid(Refusal):
    code = "link_invalid"
    status = 404
    title = "This link does not work any more"
    detail = "It was used already or has run out. Open EchoRoom on your first device to get a new one."


class SeatTakenOver(Refusal):
    code = "seat_taken_over"
    status = 401
    title = "Another device has your seat"
    detail = "Your personal link was opened on another device. Go on there, or make a link there to come back here."


class ProfileIncomplete(Refusal):
    code = "profile_incomplete"
    status = 409
    title = "Your team needs a name for you"
    detail = "Fill in your name and agree to the rules first."
    way = Way("Fill in my profile", "profile")


class CodeTaken(Refusal):
    code = "code_taken"
    status = 409
    title = "That code is taken"
    detail = "Another event uses this code. Choose another one."


class PersonUnknown(NotFound):
    code = "person_unknown"
    title = "No such person"
    detail = "There is no such person in an event of yours. Practice bots are nobody: they cannot be erased."
