"""Reference numbers for the statistical core, written to stats.json.

Needs numpy, scipy, statsmodels and mpmath. Tails come from mpmath at 60 digits,
because scipy's own sf of a beta-binomial is a complement and loses a far tail;
where scipy is exact the two are compared here.
"""

import json
import pathlib

import mpmath as mp
import numpy as np
from scipy import integrate, optimize, stats
from statsmodels.stats.multitest import multipletests

mp.mp.dps = 60
WINDOW = 1.96


def close(a, b, tolerance=1e-9):
    assert abs(a - b) <= tolerance * abs(b), (a, b)


# Tails -------------------------------------------------------------------


def poisson(mean):
    return lambda k: mp.exp(k * mp.log(mean) - mean - mp.loggamma(k + 1)), None


def negative_binomial(mean, size):
    mean, size = mp.mpf(mean), mp.mpf(size)
    p = size / (size + mean)
    return (
        lambda k: mp.exp(
            mp.loggamma(k + size) - mp.loggamma(size) - mp.loggamma(k + 1)
            + size * mp.log(p) + k * mp.log(1 - p)
        ),
        None,
    )


def binomial(n, p):
    p = mp.mpf(p)
    return lambda k: mp.binomial(n, k) * p**k * (1 - p) ** (n - k), n


def beta_binomial(n, a, b):
    a, b = mp.mpf(a), mp.mpf(b)
    return (
        lambda k: mp.exp(
            mp.loggamma(n + 1) - mp.loggamma(k + 1) - mp.loggamma(n - k + 1)
            + mp.loggamma(k + a) + mp.loggamma(n - k + b) - mp.loggamma(n + a + b)
            + mp.loggamma(a + b) - mp.loggamma(a) - mp.loggamma(b)
        ),
        n,
    )


def tails(mass, k, largest):
    point = mass(k)
    below = mp.fsum(mass(j) for j in range(k))
    above, j = mp.mpf(0), k + 1
    while largest is None or j <= largest:
        term = mass(j)
        above += term
        if term < above * mp.mpf(10) ** -40 and largest is None:
            break
        j += 1
    return [float(below), float(point), float(above)]


def tail_rows():
    rows = []
    for mean, ks in [(0.3, [0, 1, 4, 90]), (8.0, [2, 8, 25, 190]), (500.0, [300, 499, 560, 1600])]:
        for k in ks:
            mass, largest = poisson(mean)
            row = tails(mass, k, largest)
            close(row[2], stats.poisson.sf(k, mean), 1e-9)
            rows.append({"law": "poisson", "a": mean, "b": 0.0, "n": 0, "k": k, "tails": row})
    for mean, size, ks in [
        (0.4, 0.2, [0, 3, 30, 700]), (6.0, 3.5, [0, 6, 40, 700]), (9.0, 0.05, [0, 9, 300]),
        (300.0, 11.0, [120, 300, 700, 3500]), (9.5, 1e7, [3, 30, 180]), (2500.0, 900.0, [2300, 2900]),
    ]:
        for k in ks:
            mass, largest = negative_binomial(mean, size)
            row = tails(mass, k, largest)
            if row[2] > 1e-250 and size < 1e5:
                close(row[2], stats.nbinom.sf(k, size, size / (size + mean)), 1e-8)
            rows.append({"law": "negative_binomial", "a": mean, "b": size, "n": 0, "k": k, "tails": row})
    for n, p, ks in [(10, 0.5, [0, 3, 10]), (400, 0.01, [0, 4, 20, 150]), (5000, 0.3, [1300, 1500, 1700, 2600])]:
        for k in ks:
            mass, largest = binomial(n, p)
            row = tails(mass, k, largest)
            if row[2] > 0:
                close(row[2], stats.binom.sf(k, n, p), 1e-9)
            rows.append({"law": "binomial", "a": p, "b": 0.0, "n": n, "k": k, "tails": row})
    for n, a, b, ks in [
        (10, 0.3, 0.2, [0, 4, 10]), (200, 2.0, 60.0, [0, 7, 60, 190]), (200, 60.0, 2.0, [60, 190, 199]),
        (1000, 0.05, 9.0, [0, 5, 400, 999]), (1500, 4000.0, 90000.0, [40, 70, 130, 420]),
        (3000, 30.0, 70.0, [500, 900, 1500, 2900]), (900, 1e8, 3e8, [190, 260, 700]),
    ]:
        for k in ks:
            mass, largest = beta_binomial(n, a, b)
            row = tails(mass, k, largest)
            scipy_sum = float(np.exp(stats.betabinom.logpmf(np.arange(k + 1, n + 1), n, a, b)).sum())
            if 1e-250 < row[2] and a + b < 1e6:
                close(scipy_sum, row[2], 1e-8)
            rows.append({"law": "beta_binomial", "a": a, "b": b, "n": n, "k": k, "tails": row})
    return rows


def normal_rows():
    rows = []
    for z in [-8.0, -1.5, 0.0, 0.3, 1.0, 2.5, 5.0, 10.0, 20.0, 30.0, 36.5]:
        exact = mp.erfc(mp.mpf(z) / mp.sqrt(2)) / 2
        close(float(exact), stats.norm.sf(z), 1e-12)
        rows.append({"z": z, "above": float(exact)})
    return rows


# Multiplicity ------------------------------------------------------------


def bh_rows(rng):
    rows = []
    for n in (1, 7, 200):
        p = np.round(rng.uniform(size=n) ** 3, 12)
        if n == 200:
            p[:5], p[5:8], p[9] = [1e-300, 1e-12, 1e-5, 0.0, 1e-4], 0.25, 1.0
        q = stats.false_discovery_control(p, method="bh")
        np.testing.assert_allclose(q, multipletests(p, method="fdr_bh")[1], rtol=1e-12)
        rows.append({"p": p.tolist(), "q": q.tolist()})
    return rows


def cauchy_rows(rng):
    cases = [
        ([1e-300, 1.0], [1, 1]), ([1e-300, 1e-299, 0.5], [1, 2, 5]), ([0.5, 0.5, 0.5], [1, 1, 1]),
        ([1.0, 1.0], [1, 3]), ([0.02, 0.9, 0.3, 0.995], [1, 1, 1, 2]), ([1e-17, 0.2], [1, 1]),
        ([1e-8, 1e-16, 1e-15, 0.7], [1, 1, 1, 1]),
    ]
    cases += [(rng.uniform(size=20).round(9).tolist(), rng.uniform(0.1, 2, size=20).round(3).tolist())]
    rows = []
    for p, weights in cases:
        total = mp.fsum(mp.mpf(w) for w in weights)
        statistic = mp.fsum(
            mp.mpf(w) / total * mp.cot(mp.pi * min(mp.mpf(q), mp.mpf("0.99")))
            for q, w in zip(p, weights)
        )
        combined = mp.acot(statistic) / mp.pi
        combined = combined if combined > 0 else combined + 1
        rows.append({"p": p, "weights": [float(w) for w in weights], "combined": float(combined)})
    return rows


# Null --------------------------------------------------------------------


def null_fit(d, s2, start):
    """Censored likelihood with individual windows, by scipy's Nelder-Mead over
    (mu, log tau, pi): another parametrisation and another optimiser."""
    d, s2 = np.asarray(d), np.asarray(s2)
    spread = stats.median_abs_deviation(d, scale="normal")
    mu, tau = np.median(d) + start[0] * spread, start[1] * spread
    for round_ in range(1, 200):
        sd = np.sqrt(tau**2 + s2)
        low, high = mu - WINDOW * sd, mu + WINDOW * sd
        inside = (d >= low) & (d <= high)

        def loss(x):
            width = np.sqrt(np.exp(2 * x[1]) + s2)
            if not 0.5 <= x[2] <= 1:
                return np.inf
            mass = stats.norm.cdf((high - x[0]) / width) - stats.norm.cdf((low - x[0]) / width)
            centre = stats.norm.logpdf(d[inside], x[0], width[inside]) + np.log(x[2])
            return -centre.sum() - np.log1p(-x[2] * np.minimum(mass[~inside], 1 - 1e-12)).sum()

        best = min(
            (
                optimize.minimize(
                    loss, [mu, np.log(tau), pi], method="Nelder-Mead",
                    options={"xatol": 1e-8, "fatol": 1e-9, "maxiter": 4000, "maxfev": 8000},
                )
                for pi in (0.85, 0.98)
            ),
            key=lambda r: r.fun,
        )
        moved = max(abs(best.x[0] - mu), abs(np.exp(best.x[1]) - tau))
        step = 1 / (max(round_ - 10, 0) + 1)
        mu, tau, pi = mu + step * (best.x[0] - mu), tau + step * (np.exp(best.x[1]) - tau), best.x[2]
        if moved < 1e-6:
            return mu, tau, pi
    return None


def null_rows(rng):
    rows = []
    for n, tau, share, shift in [
        (60, 0.3, 0.0, 0.0), (400, 0.3, 0.0, 0.0), (400, 0.3, 0.15, 1.2), (1500, 0.5, 0.05, 1.5),
        (1500, 0.15, 0.15, 0.9), (800, 0.4, 0.10, 1.0), (300, 0.25, 0.1, 1.0), (700, 0.6, 0.0, 0.0),
        (200, 0.3, 0.15, 2.0), (500, 0.2, 0.08, 1.5), (900, 0.3, 0.15, 1.5),
    ]:
        s2 = np.exp(rng.uniform(np.log(0.002), np.log(0.2), n)).round(9)
        d = 0.1 + tau * rng.standard_normal(n) + np.sqrt(s2) * rng.standard_normal(n)
        d += shift * (rng.uniform(size=n) < share)
        d = d.round(9)
        # Windows move by whole entities, so several answers can each be the best
        # for its own windows; the fit must be one of them.
        found = []
        for shift_by in (-0.15, -0.08, 0, 0.08, 0.15):
            for width in (0.65, 0.75, 0.85, 0.95, 1.05):
                fitted = null_fit(d, s2, (shift_by, width))
                if fitted and all(max(abs(np.subtract(fitted, f))) > 1e-5 for f in found):
                    found.append(fitted)
        rows.append({"d": d.tolist(), "s2": s2.tolist(), "fits": sorted(found)})
        print(n, tau, share, "->", [np.round(f, 4).tolist() for f in sorted(found)])
    return rows


# Quantiles ---------------------------------------------------------------


def quantile_rows():
    rows = []
    for o, e, tau, phi in [(20, 10, 0.5, 1), (300, 100, 0.1, 1), (0, 0.4, 0.8, 1.5), (9000, 4000, 0.3, 2)]:
        shape, rate = o / phi + 1 / tau**2, e / phi + 1 / tau**2
        rows.append({
            "observed": o, "expected": e, "tau": tau, "phi": phi,
            "mean": shape / rate, "lower": stats.gamma.ppf(0.05, shape) / rate,
        })
    return rows


# Shapes ------------------------------------------------------------------


def shape_rows():
    """P(tau e + s N > d) for e = c (sqrt(1 - g^2) T + g (G - 1)), T Student with 1/h
    degrees of freedom: the exponentially modified normal averaged over V."""
    rows = []
    for h, g in [(0.0, 0.0), (0.0, 0.6), (0.2, 0.0), (0.2, 0.5), (0.05, 0.3), (0.3, 0.8)]:
        for tau, s2 in [(0.3, 0.0), (0.3, 0.05), (0.5, 1.0)]:
            for d in [-0.5, 0.2, 0.8, 2.0]:

                def above(v):
                    sd = np.sqrt(tau**2 * (1 - g * g) * v + s2)
                    x, mean = d + tau * g, tau * g
                    if g == 0:
                        return stats.norm.sf(x / sd)
                    return stats.exponnorm.sf(x, mean / sd, scale=sd)

                if h == 0:
                    p = above(1.0)
                else:
                    law = stats.invgamma(0.5 / h, scale=0.5 / h)
                    p = integrate.quad(
                        lambda u: law.pdf(np.exp(u)) * np.exp(u) * above(np.exp(u)),
                        -6, 14, limit=400, epsabs=1e-13, epsrel=1e-9,
                    )[0]
                rows.append({"h": h, "g": g, "tau": tau, "s2": s2, "d": d, "p": float(p)})
    return rows


def main():
    rng = np.random.default_rng(20261123)
    result = {
        "tails": tail_rows(),
        "normal": normal_rows(),
        "benjamini_hochberg": bh_rows(rng),
        "cauchy": cauchy_rows(rng),
        "null": null_rows(rng),
        "shrunken_rate": quantile_rows(),
        "shape": shape_rows(),
    }
    path = pathlib.Path(__file__).with_name("stats.json")
    path.write_text(json.dumps(result) + "\n")


if __name__ == "__main__":
    main()
