"""Trouble to order: failing calls, silence, broken lines."""

from dataclasses import dataclass, field

from tests.botapi.errors import ApiError

ANY = "*"
_PHRASES = {500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Unavailable"}


@dataclass
class Fault:
    """Trouble for the next `times` calls of a method (or of any, `*`)."""

    method: str
    times: int
    error: ApiError | None = None  # answer this instead of doing anything
    hang: float = 0.0  # seconds of silence
    after: bool = False  # do as asked first, then hang
    drop: bool = False  # do as asked, then cut the line instead of answering

    def fits(self, method: str) -> bool:
        return self.times > 0 and self.method in {ANY, method.lower()}


@dataclass
class Faults:
    planned: list[Fault] = field(default_factory=list)

    def plan(self, fault: Fault) -> None:
        fault.method = fault.method.lower()
        self.planned.append(fault)

    def next_for(self, method: str) -> Fault | None:
        fault = next((each for each in self.planned if each.fits(method)), None)
        if fault is not None:
            fault.times -= 1
        self.planned = [each for each in self.planned if each.times > 0]
        return fault


def failure(status: int, description: str | None, retry_after: int | None) -> ApiError:
    parameters = {"retry_after": retry_after} if retry_after else None
    if retry_after:
        description = description or f"Too Many Requests: retry after {retry_after}"
    words = description or _PHRASES.get(status, "Bad Request: it was arranged to fail")
    return ApiError(status, words, parameters=parameters)
