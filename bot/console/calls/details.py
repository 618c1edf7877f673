"""A kept call as its author wrote it."""

from storage.calls import CallDetails
from storage.models import Call


def details_of(call: Call) -> CallDetails:
    """All that the call keeps."""
    return CallDetails(**{name: getattr(call, name) for name in CallDetails.__dataclass_fields__})
