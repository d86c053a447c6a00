from echoroom.refusals import Refusal


class WeakPassword(Refusal):
    code = "weak_password"
    status = 400
    title = "The password is too weak"
    detail = "Choose a longer password that is not a common one."


class EmailTaken(Refusal):
    code = "email_taken"
    status = 409
    title = "That e-mail address is taken"
    detail = "Somebody signs in with this e-mail address already."


class OwnRights(Refusal):
    code = "own_rights"
    status = 409
    title = "These are your own rights"
    detail = "You cannot change your own role or switch yourself off. Ask another super-admin."
