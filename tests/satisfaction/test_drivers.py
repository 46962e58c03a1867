"""What moves satisfaction, against SciPy's ρ and a regression entered in every order."""

from __future__ import annotations

from collections import Counter
from itertools import combinations_with_replacement, permutations
from math import atanh, sqrt, tanh
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import spearmanr

from lib.satisfaction.drivers import Sums, drivers, parts, spearman

NAMES = ("a", "b", "c", "overall")


def data(n: int = 80, seed: int = 5) -> Any:
    """Three dimensions that go together, the first of which moves the overall score most."""
    rng = np.random.default_rng(seed)
    mood = rng.normal(0, 1, n)
    a, b, c = (np.clip(np.rint(3.4 + mood + rng.normal(0, s, n)), 1, 5) for s in (0.6, 0.9, 1.3))
    overall = np.clip(np.rint(0.7 * a + 0.2 * b + 0.1 * c + rng.normal(0, 0.4, n)), 1, 5)
    return np.column_stack([a, b, c, overall])


def sums_over(table: Any, names: tuple[str, ...] = NAMES) -> Sums:
    size = table.shape[1]
    second = {(i, j): float((table[:, i] * table[:, j]).sum())
              for i, j in combinations_with_replacement(range(size), 2)}  # fmt: skip
    return Sums(names, len(table), tuple(table.sum(axis=0)), second)


@given(st.lists(st.tuples(st.integers(1, 5), st.integers(1, 5)), min_size=4, max_size=60))
def test_rho_is_what_scipy_says(pairs: list[tuple[int, int]]) -> None:
    found = spearman(Counter(pairs))
    xs, ys = ([pair[side] for pair in pairs] for side in (0, 1))
    if len(set(xs)) == 1 or len(set(ys)) == 1:
        assert found is None
        return
    assert found is not None
    rho, n = found
    assert n == len(pairs)
    assert rho.value == pytest.approx(spearmanr(xs, ys).statistic, abs=1e-9)
    assert rho.low <= rho.value + 1e-9 and rho.high >= rho.value - 1e-9


def test_the_interval_is_fishers_with_the_variance_of_bonett_and_wright() -> None:
    table = data()
    found = spearman(Counter(zip(table[:, 0].astype(int), table[:, 3].astype(int), strict=True)))
    assert found is not None
    rho, n = found
    half = 1.959963984540054 * sqrt((1 + rho.value**2 / 2) / (n - 3))
    assert (rho.low, rho.high) == pytest.approx((tanh(atanh(rho.value) - half), tanh(atanh(rho.value) + half)))


def r_squared(table: Any, columns: tuple[int, ...]) -> float:
    x = np.column_stack([np.ones(len(table)), *(table[:, one] for one in columns)])
    y = table[:, -1]
    fitted = x @ np.linalg.lstsq(x, y, rcond=None)[0]
    return 1 - float(((y - fitted) ** 2).sum() / ((y - y.mean()) ** 2).sum())


def test_the_parts_are_the_gains_over_every_order_of_entering() -> None:
    """Counted the long way: all six orders, each a least-squares fit on the answers themselves."""
    table = data()
    gains = {name: 0.0 for name in NAMES[:3]}
    orders = list(permutations(range(3)))
    for order in orders:
        for place, column in enumerate(order):
            gain = r_squared(table, order[: place + 1]) - r_squared(table, order[:place])
            gains[NAMES[column]] += gain / len(orders)
    found = parts(sums_over(table))
    assert found == pytest.approx(gains, abs=1e-9)
    assert sum(found.values()) == pytest.approx(r_squared(table, (0, 1, 2)), abs=1e-9)
    assert max(found, key=found.__getitem__) == "a"


def test_twins_share_what_they_explain() -> None:
    table = data()
    table = np.column_stack([table[:, 0], table[:, 0], table[:, 3]])
    found = parts(sums_over(table, ("a", "twin", "overall")))
    assert found["a"] == pytest.approx(found["twin"])


@pytest.mark.parametrize("n", [0, 1, 29])
def test_too_few_answers_have_no_parts(n: int) -> None:
    assert parts(sums_over(data()[:n])) == {}


def test_what_never_varies_explains_nothing() -> None:
    table = data()
    table[:, 1] = 4
    assert set(parts(sums_over(table))) == {"a", "c"}
    table[:, 3] = 4
    assert parts(sums_over(table)) == {}


def test_drivers_come_by_what_they_explain() -> None:
    table = data().astype(int)
    cells = {name: Counter(zip(table[:, i].tolist(), table[:, 3].tolist(), strict=True))
             for i, name in enumerate(NAMES[:3])}  # fmt: skip
    found = drivers({**cells, "flat": {(4, 4): 80}}, sums_over(data()))
    assert found[0].dimension == "a" and {one.n for one in found} == {80}
    assert "flat" not in {one.dimension for one in found}
    few = drivers(cells, sums_over(data()), least=1000)
    assert {one.part for one in few} == {None} and len(few) == 3
