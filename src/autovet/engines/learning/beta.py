"""The beta distribution, which is what is known about a rate after some outcomes."""

import math

_TINY = 1e-300
_PRECISE = 1e-12
_STEPS = 500


def lower_bound(a: float, b: float, level: float) -> float:
    """The rate that a Beta(a, b) stays below with probability ``level``, 0 to 1."""
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        if cumulative(a, b, middle) < level:
            low = middle
        else:
            high = middle
    return low


def cumulative(a: float, b: float, x: float) -> float:
    """The probability that a Beta(a, b) is at most ``x``: the incomplete beta function."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):
        return 1 - cumulative(b, a, 1 - x)
    log_front = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    front = math.exp(log_front + a * math.log(x) + b * math.log1p(-x)) / a
    return front * _continued_fraction(a, b, x)


def _continued_fraction(a: float, b: float, x: float) -> float:
    """Lentz's method for formula 26.5.8 of Abramowitz and Stegun."""
    value, c, d = 1.0, 1.0, 0.0
    for step in range(_STEPS):
        m = step // 2
        if step == 0:
            numerator = 1.0
        elif step % 2 == 0:
            numerator = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        else:
            numerator = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        d = 1 / (1 + numerator * d or _TINY)
        c = 1 + numerator / c or _TINY
        value *= c * d
        if abs(1 - c * d) < _PRECISE:
            break
    return value - 1
