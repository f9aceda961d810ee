"""What a city decides when it compares two rounds: how far is «the same place», and which doubtful matches are decided.

Nothing in here is a figure of a standard. Every choice is written into the outcome.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["CompareOptions", "Decision"]

Metres = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1)]
Layer = Literal["facilities", "rooms", "plots", "in_place"]


class _Choices(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Decision(_Choices):
    """What somebody who knows the place says about one doubtful match."""

    layer: Layer = Field(
        description="facilities, rooms or plots: two entries of that layer; in_place: a room or plot of the first "
        "round and a facility of the second."
    )
    before_id: str = Field(description="Id in the first round.")
    after_id: str = Field(description="Id in the second round.")
    same: bool = Field(description="Whether they are the same (in_place: whether the facility is in that place).")


class CompareOptions(_Choices):
    """Every choice of a comparison, frozen; unknown fields are errors."""

    same_place_m: Metres = Field(
        default=10.0, description="Entries at most this far apart stand at the same place; farther is a move, m."
    )
    match_m: Metres = Field(
        default=300.0,
        description="An entry under another id but of the same type and name is the same one up to this distance, m.",
    )
    place_m: Metres = Field(
        default=10.0, description="A facility at most this far from a vacant room or plot may be in it, m."
    )
    alike: Share = Field(
        default=0.6, description="Names count as alike from this likeness up, 0–1 (shared pairs of letters)."
    )
    degree_step: Share = Field(
        default=0.01, description="A smaller change of an item's degree with the same status is no change, 0–1."
    )
    decided: tuple[Decision, ...] = Field(default=(), description="Doubtful matches that somebody has decided.")

    def decisions(self, layer: Layer) -> Mapping[tuple[str, str], bool]:
        """Return what is decided in a layer: (id before, id after) → same or not."""
        return {(one.before_id, one.after_id): one.same for one in self.decided if one.layer == layer}
