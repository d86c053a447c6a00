from echoroom.refusals import NotFound


class PersonNotFound(NotFound):
    detail = "There is no such person, or their badges are not shown to you."
