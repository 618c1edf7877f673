"""What the models of all files share."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Scalar = str | bool | int | float | None
ResponseName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


class Spec(BaseModel):
    """Unknown keys are refused, and so is a number where a word belongs."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, populate_by_name=True)
