"""How often one may ask: token buckets by name."""

import time
from collections import OrderedDict

NAMES = 10_000  # the least recent ones are forgotten, so that memory does not grow with who asks


class Buckets:
    """Each name has `rate` requests a minute, all of them at once if unused; a rate of 0 is no
    limit."""

    def __init__(self, rate: int) -> None:
        self.rate = rate
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, name: str, cost: float = 1.0) -> float:
        """Take what a request costs; the seconds to wait for it, 0 when it was there."""
        level, now = self._level(name)
        enough = not self.rate or level >= cost
        self._keep(name, level - cost if enough else level, now)
        return 0.0 if enough else (cost - level) * 60 / self.rate

    def give_back(self, name: str) -> None:
        """The last request of this name is not counted after all."""
        level, now = self._level(name)
        self._keep(name, level + 1, now)

    def _level(self, name: str) -> tuple[float, float]:
        now = time.monotonic()
        level, then = self._levels.pop(name, (float(self.rate), now))
        return min(self.rate, level + (now - then) * self.rate / 60), now

    def _keep(self, name: str, level: float, now: float) -> None:
        self._levels[name] = (level, now)
        if len(self._levels) > NAMES:
            self._levels.popitem(last=False)
