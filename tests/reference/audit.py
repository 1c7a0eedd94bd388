"""Reference numbers for audit samples, written to audit.json.

Needs numpy and scipy. Everything is worked out in extended precision and in other forms than the
program's: variances of ratios through the covariance (Cochran, Sampling Techniques, 3rd ed.,
eqs. 6.13 and 6.50), totals through means, limits of counts by trying every number.
"""

import hashlib
import json
import pathlib

import numpy as np
from scipy import stats

LONG = np.longdouble
LEVELS = [0.80, 0.90, 0.95]


def moments(values):
    values = np.asarray(values, dtype=LONG)
    mean = values.mean()
    variance = ((values - mean) ** 2).sum() / (len(values) - 1) if len(values) > 1 else LONG(0)
    return mean, variance


def covariance(a, b):
    a, b = np.asarray(a, dtype=LONG), np.asarray(b, dtype=LONG)
    return ((a - a.mean()) * (b - b.mean())).sum() / (len(a) - 1) if len(a) > 1 else LONG(0)


def parts(strata, variances):
    """(variance of the total, n - 1) of every stratum that was not reviewed whole."""
    out = []
    for s, variance in zip(strata, variances):
        units, n = s["units"], len(s["pairs"])
        if n < units:
            out.append((LONG(units) ** 2 * (1 - LONG(n) / units) * variance / n, n - 1))
    return out


def estimate(name, strata):
    xs = [np.array([p[0] for p in s["pairs"]], dtype=LONG) for s in strata]
    ys = [np.array([p[0] - p[1] for p in s["pairs"]], dtype=LONG) for s in strata]
    units = [LONG(s["units"]) for s in strata]
    known = [LONG(s["paid_cents"]) for s in strata]
    if name == "difference":
        point = sum(u * moments(y)[0] for u, y in zip(units, ys))
        variances = [moments(y)[1] for y in ys]
    elif name == "mean-per-unit":
        allowed = [x - y for x, y in zip(xs, ys)]
        point = sum(known) - sum(u * moments(a)[0] for u, a in zip(units, allowed))
        variances = [moments(a)[1] for a in allowed]
    elif name == "ratio":
        expanded = sum(u * moments(x)[0] for u, x in zip(units, xs))
        ratio = sum(u * moments(y)[0] for u, y in zip(units, ys)) / expanded
        point = ratio * sum(known)
        factor = (sum(known) / expanded) ** 2
        variances = [
            factor * (moments(y)[1] + ratio**2 * moments(x)[1] - 2 * ratio * covariance(x, y))
            for x, y in zip(xs, ys)
        ]
    else:
        point, variances = LONG(0), []
        for u, k, x, y in zip(units, known, xs, ys):
            ratio = moments(y)[0] / moments(x)[0]
            point += ratio * k
            factor = (k / (u * moments(x)[0])) ** 2
            variances.append(
                factor * (moments(y)[1] + ratio**2 * moments(x)[1] - 2 * ratio * covariance(x, y))
            )
    pieces = parts(strata, variances)
    total = sum((v for v, _ in pieces), LONG(0))
    error = np.sqrt(max(total, LONG(0)))
    effective = None
    if pieces and total > 0:
        effective = float(total**2 / sum(v**2 / f for v, f in pieces))

    def quantile(p, law):
        if not pieces:
            return 0.0
        if law == "effective":
            return stats.t.ppf(p, effective)
        return stats.t.ppf(p, pieces[0][1]) if len(pieces) == 1 else stats.norm.ppf(p)

    limits = {}
    for level in LEVELS:
        half = LONG(quantile(0.5 + level / 2, "usual")) * error
        limits[str(level)] = [float(point - half), float(point + half)]
    row = {
        "estimator": name,
        "point": float(point),
        "standard_error": float(error),
        "limits": limits,
        "one_sided_90": float(point - LONG(quantile(0.90, "usual")) * error),
        "effective_freedom": effective,
    }
    if effective is not None:
        row["effective_one_sided_90"] = float(point - LONG(quantile(0.90, "effective")) * error)
    return row


def stratum(rng, units, n, mean, in_error, underpaid=0.0, partial=0.5):
    paid = np.maximum(1, np.round(rng.lognormal(np.log(mean), 0.8, units))).astype(np.int64)
    drawn = rng.choice(units, n, replace=False)
    pairs = []
    for x in paid[drawn]:
        x = int(x)
        kind = rng.uniform()
        if kind < in_error:
            allowed = 0 if rng.uniform() < partial else int(x * rng.uniform())
        elif kind < in_error + underpaid:
            allowed = int(x * 1.3)
        else:
            allowed = x
        pairs.append([x, allowed])
    return {"units": units, "paid_cents": int(paid.sum()), "pairs": pairs}


def samples():
    rng = np.random.default_rng(20261105)
    named = {
        "simple": [stratum(rng, 1234, 100, 12_000, 0.4)],
        "probe with few errors": [stratum(rng, 5000, 30, 9_000, 0.07)],
        "five units": [stratum(rng, 60, 5, 150_000, 0.6, underpaid=0.2)],
        "two units": [stratum(rng, 40, 2, 3_000, 1.0)],
        "large fraction drawn": [stratum(rng, 210, 190, 40_000, 0.3, underpaid=0.1)],
        "whole frame": [stratum(rng, 25, 25, 40_000, 0.5)],
        "large amounts": [stratum(rng, 900, 80, 900_000_000, 0.5)],
        "four strata": [
            stratum(rng, 4000, 35, 2_500, 0.3),
            stratum(rng, 900, 40, 20_000, 0.5, underpaid=0.05),
            stratum(rng, 160, 45, 140_000, 0.6),
            stratum(rng, 12, 12, 2_000_000, 0.7),
        ],
        "two small strata": [stratum(rng, 300, 2, 5_000, 0.9), stratum(rng, 50, 3, 90_000, 0.9)],
        "one stratum and a whole one": [stratum(rng, 700, 60, 8_000, 0.4), stratum(rng, 6, 6, 900_000, 0.5)],
    }
    rows = []
    for name, strata in named.items():
        estimators = ["difference", "mean-per-unit", "ratio", "separate-ratio"]
        rows.append({"name": name, "strata": strata, "estimates": [estimate(e, strata) for e in estimators]})
    return rows


def student_rows():
    freedoms = [1, 1.7, 2, 3, 4.4, 9, 29, 99, 129.63, 998, 5000, 19_999, 250_000, 10_000_000]
    return [
        {"p": p, "freedom": f, "t": float(stats.t.isf(p, f))}
        for f in freedoms
        for p in [0.005, 0.025, 0.05, 0.10, 0.25, 0.40]
    ]


def count_rows():
    rows = []
    for units, drawn, found in [
        (150, 100, 97), (1000, 30, 0), (1000, 30, 3), (1000, 30, 30), (40, 39, 12), (2500, 120, 61), (7, 1, 1),
        (20_000, 200, 1),
    ]:
        for level in LEVELS:
            alpha = (1 - level) / 2 * (1 + 1e-9)
            marked = np.arange(found, units - drawn + found + 1)
            lower = marked[stats.hypergeom.sf(found - 1, units, marked, drawn) > alpha].min()
            upper = marked[stats.hypergeom.cdf(found, units, marked, drawn) > alpha].max()
            rows.append({
                "units": units, "drawn": drawn, "found": found, "level": level,
                "lower": int(lower), "upper": int(upper),
            })
    return rows


def draw_rows():
    rows = []
    for seed, units in [(0, 10), (42, 500), (20261104, 1234), (9007199254740991, 77)]:
        number = {u: hashlib.sha256(f"{seed},{u}".encode()).hexdigest()[:16] for u in range(1, units + 1)}
        order = sorted(number, key=lambda u: (number[u], u))
        rows.append({"seed": seed, "units": units, "order": order[:60], "first": number[order[0]]})
    return rows


def main():
    out = {"samples": samples(), "student": student_rows(), "counts": count_rows(), "draws": draw_rows()}
    path = pathlib.Path(__file__).with_suffix(".json")
    path.write_text(json.dumps(out, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
