"""Refusals that the API itself makes, before or instead of any app's."""

from echoroom.refusals import Refusal


class Malformed(Refusal):
    code = "malformed"
    status = 400
    title = "The request cannot be read"
    detail = "Send one JSON object, encoded as UTF-8."


class BodyTooLarge(Refusal):
    code = "body_too_large"
    status = 413
    title = "The request is too large"
    detail = "Send at most 64 kilobytes."


class MethodNotAllowed(Refusal):
    code = "method_not_allowed"
    status = 405
    title = "This address does not do that"
    detail = "Use one of the methods that the Allow header names."


class NotAcceptable(Refusal):
    code = "not_acceptable"
    status = 406
    title = "No such format"
    detail = "This address cannot answer in the format that was asked for."


class UnsupportedMediaType(Refusal):
    code = "unsupported_media_type"
    status = 415
    title = "Send JSON"
    detail = "The body must be sent as application/json."


class CsrfFailed(Refusal):
    code = "csrf_failed"
    status = 403
    title = "The page is out of date"
    detail = "Reload the page and try again."


class IdempotencyKeyInvalid(Refusal):
    code = "idempotency_key_invalid"
    status = 400
    title = "The Idempotency-Key is not valid"
    detail = "Send 1 to 200 printable characters."


class IdempotencyKeyReused(Refusal):
    code = "idempotency_key_reused"
    status = 422
    title = "The Idempotency-Key was used for another request"
    detail = "Send a new Idempotency-Key with a new request."


class IdempotencyInFlight(Refusal):
    code = "idempotency_in_flight"
    status = 409
    title = "The same request is being answered"
    detail = "Wait a second and send it again to get its answer."


class Unavailable(Refusal):
    code = "unavailable"
    status = 503
    title = "Not available for a moment"
    detail = "Something that EchoRoom needs does not answer. Try again in a few seconds."


class ServerError(Refusal):
    code = "server_error"
    status = 500
    title = "Something went wrong here"
    detail = "The error was reported. Try again; nothing that was confirmed to you is lost."
