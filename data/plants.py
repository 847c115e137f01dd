"""All plants by name.  The order counts: classes are numbered by it."""

from flowers import FLOWERS
from foliage import FOLIAGE
from fruits import FRUITS

PLANTS = {**FLOWERS, **FOLIAGE, **FRUITS}
