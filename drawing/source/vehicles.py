"""All vehicles, and the buildings counted among them, by name.

The order matters: classes are numbered by it.
"""

from drawing.source.buildings import BUILDINGS
from drawing.source.craft import CRAFT
from drawing.source.road_and_rail import ROAD_AND_RAIL

VEHICLES = {**ROAD_AND_RAIL, **CRAFT, **BUILDINGS}
