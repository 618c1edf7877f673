"""Boroughs, neighbourhoods and postcode districts."""

from typing import Annotated

from pydantic import Field

from dialogues.parts import Identifier
from dialogues.specs.spec import Spec


class BoroughSpec(Spec):
    """`only_when_asked` names count as an answer, never in the middle of a sentence."""

    names: list[str] = []
    neighbourhoods: list[str] = []
    only_when_asked: list[str] = []


class PlacesFile(Spec):
    """`whole_area` are the words for all of it, or for several boroughs at once. `around` may stand
    before a place ("from the"). `not_places` are everyday words that are nearly a place's name."""

    boroughs: dict[Identifier, BoroughSpec]
    around: list[str] = []
    not_places: list[str] = []
    whole_area: list[str] = []
    districts: dict[str, Annotated[list[str], Field(min_length=1)]] = {}
    legacy_districts: dict[str, str] = {}
