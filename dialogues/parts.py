"""What the content files that a team fills in are made of: strict, so that a slip is found."""

import re
from typing import Annotated

from pydantic import AfterValidator, ConfigDict, Field

Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


STRICT = ConfigDict(extra="forbid", strict=True, frozen=True)


def _compiles(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"{pattern} is not a regular expression: {error}") from error
    return pattern


Pattern = Annotated[str, AfterValidator(_compiles)]
