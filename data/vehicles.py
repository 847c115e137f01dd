"""All vehicles, and the buildings counted with them, by name.

The order counts: classes are numbered by it.
"""

from buildings import BUILDINGS
from craft import CRAFT
from road_and_rail import ROAD_AND_RAIL

VEHICLES = {**ROAD_AND_RAIL, **CRAFT, **BUILDINGS}
