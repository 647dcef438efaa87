"""Every table of the product, known at once: a foreign key may name a table of another package."""

from app.disclosure import models as disclosure
from app.identity import models as identity
from app.kernel import tables as kernel
from app.oversight import models as oversight
from points import models as points
from scenarios import models as scenarios

__all__ = ["disclosure", "identity", "kernel", "oversight", "points", "scenarios"]
