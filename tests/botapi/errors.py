"""What the Bot API answers when it will not do as asked."""

from typing import Any


class ApiError(Exception):
    """A refusal in Telegram's own words.

    `fault` says whose doing it is: True when a careful bot would never have sent such a call
    (it is then recorded as a violation), False when the world changed under a well-behaved one.
    """

    def __init__(
        self,
        code: int,
        description: str,
        *,
        fault: bool = False,
        parameters: dict[str, int] | None = None,
    ) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.fault = fault
        self.parameters = parameters

    def body(self) -> dict[str, Any]:
        answer: dict[str, Any] = {
            "ok": False,
            "error_code": self.code,
            "description": self.description,
        }
        if self.parameters:
            answer["parameters"] = self.parameters
        return answer


def bad_request(why: str) -> ApiError:
    """The call itself is wrong."""
    return ApiError(400, f"Bad Request: {why}", fault=True)


def gone(why: str) -> ApiError:
    """The call was right once: what it speaks of has changed or vanished since."""
    return ApiError(400, f"Bad Request: {why}")


def migrated(chat_id: int) -> ApiError:
    why = "Bad Request: group chat was upgraded to a supergroup chat"
    return ApiError(400, why, parameters={"migrate_to_chat_id": chat_id})


def forbidden(why: str) -> ApiError:
    return ApiError(403, f"Forbidden: {why}")


def conflict(why: str) -> ApiError:
    return ApiError(409, f"Conflict: {why}", fault=True)


def too_many(retry_after: int, *, fault: bool) -> ApiError:
    """`retry_after` is whole seconds, at least one."""
    why = f"Too Many Requests: retry after {retry_after}"
    return ApiError(429, why, fault=fault, parameters={"retry_after": retry_after})


def unauthorized() -> ApiError:
    return ApiError(401, "Unauthorized", fault=True)


def not_found(why: str = "") -> ApiError:
    return ApiError(404, f"Not Found: {why}" if why else "Not Found", fault=True)
