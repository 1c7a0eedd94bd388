"""A second simulator, independent of the program's model. Needs numpy only; with
scikit-learn it also measures an isolation forest beside a naive z-score.

    python tests/reference/simulator.py

writes tests/reference/simulated/LAW.csv.gz and tests/reference/simulated.json, and
tests/reference/simulated/joint_LAW.csv.gz: eight shares a provider, in which the unusual are shifted
a little in every one, or more in three.

What differs from the model that is fitted: the law of honest effects; effects of
shares act on the probit scale, not the logit; single log amounts are Student t6,
not normal; sizes are Pareto; every provider has its own mix of two strata; and
a provider's effects go together over the three measures (a common style).
One row a provider; provider r of a run has the key r.
"""

import csv
import gzip
import io
import json
import pathlib
from statistics import NormalDist

import numpy as np

SEED = 20261124
HERE = pathlib.Path(__file__).parent
GROUPS = [220, 100, 60, 40]
# Coarser than the program's, to keep the files small.
FIXED_POINT = 256
STRENGTHS = [1.8, 3.0, 5.0]
# Runs at 0, 5 and 15 % of unusual providers.
RUNS = {
    "normal": (30, 10, 10), "t5": (30, 10, 10), "right": (15, 5, 5),
    "left": (6, 3, 3), "bimodal": (6, 3, 3), "exponential": (6, 3, 3),
}
COLUMNS = [
    "run", "group", "share", "strength",
    "k1", "n1", "k2", "n2", "events1", "months1", "events2", "months2", "lines", "sum", "squares",
]


def effects(rng, law, shape):
    """Mean 0, variance 1."""
    if law == "normal":
        return rng.standard_normal(shape)
    if law == "t5":
        return rng.standard_t(5, shape) * np.sqrt(3 / 5)
    if law == "right":  # minus the log of a gamma: skewness 0.9, an exponential tail
        draw = -np.log(rng.gamma(1.7, size=shape))
        return (draw - draw.mean()) / draw.std()
    if law == "left":
        draw = np.log(rng.gamma(1.7, size=shape))
        return (draw - draw.mean()) / draw.std()
    if law == "bimodal":
        side = np.where(rng.uniform(size=shape) < 0.4, -1.0, 2 / 3)
        return (side + 0.6 * rng.standard_normal(shape)) / np.sqrt(2 / 3 + 0.36)
    return rng.exponential(size=shape) - 1


PHI = np.vectorize(NormalDist().cdf)
PROBIT = NormalDist().inv_cdf


def run(rng, number, law, contaminated):
    rows = []
    for group, size in enumerate(GROUPS):
        own = effects(rng, law, (size, 3))
        # A common style: the larger of correlations would make a sum normal.
        style = effects(rng, law, (size, 1))
        mixed = np.where(rng.uniform(size=(size, 3)) < 0.3, style, own)
        bad = rng.uniform(size=size) < contaminated
        strength = np.where(bad, rng.choice(STRENGTHS, size), 1.0)
        hit = rng.uniform(size=(size, 3)) < 0.5
        hit[np.arange(size), rng.integers(0, 3, size)] = True
        volume = np.minimum(40 * (1 + rng.pareto(1.1, size)), 20_000)
        for i in range(size):
            mix = rng.beta(3, 3)
            row = [number, group, contaminated, strength[i]]
            push = np.where(hit[i], np.log(strength[i]), 0.0)
            for stratum, part in enumerate((mix, 1 - mix)):
                n = max(int(volume[i] * part), 1)
                level = (0.12 + 0.08 * group, 0.3 + 0.05 * group)[stratum]
                p = PHI(PROBIT(level) + 0.16 * mixed[i, 0] + 0.6 * push[0])
                row += [rng.binomial(n, p), n]
            for stratum, part in enumerate((mix, 1 - mix)):
                months = max(int(volume[i] * part * 0.7), 1)
                rate = (0.2 + 0.1 * group, 0.9)[stratum]
                row += [rng.poisson(months * rate * np.exp(0.3 * mixed[i, 1] + push[1])), months]
            lines = max(int(volume[i] * 0.5), 2)
            logs = 4 + 0.2 * group + 0.25 * mixed[i, 2] + push[2] + 0.6 * rng.standard_t(6, lines)
            fixed = np.rint(logs * FIXED_POINT).astype(np.int64)
            row += [lines, int(fixed.sum()), sum(int(x) ** 2 for x in fixed)]
            rows.append(row)
    return rows


# Eight shares of one denominator: groups, runs without and with unusual providers, their part, and
# how far these are shifted in all shares, in standard deviations of honest effects; every second of
# them in three shares only, and half as far again.
JOINT_GROUPS = [240, 180, 120]
JOINT_RUNS = {"normal": (10, 8), "t5": (10, 8)}
JOINT_PART = 0.04
JOINT_FEW = 3
JOINT_SHIFTS = [1.5, 2.25, 3.0]
JOINT_LEVELS = [0.08, 0.12, 0.18, 0.25, 0.3, 0.38, 0.45, 0.5]
# Standard deviation of honest effects on the probit scale, and the correlation that a common style
# gives any two of them.
JOINT_SPREAD = 0.16
JOINT_STYLE = 0.2
JOINT_COLUMNS = ["run", "group", "shift", "shifted", "n"] + [f"k{m}" for m in range(len(JOINT_LEVELS))]


def joint(rng, number, law, part):
    rows = []
    for group, size in enumerate(JOINT_GROUPS):
        own = effects(rng, law, (size, len(JOINT_LEVELS)))
        style = effects(rng, law, (size, 1))
        mixed = np.sqrt(JOINT_STYLE) * style + np.sqrt(1 - JOINT_STYLE) * own
        bad = rng.uniform(size=size) < part
        shift = np.where(bad, rng.choice(JOINT_SHIFTS, size), 0.0)
        few = rng.uniform(size=size) < 0.5
        volume = np.minimum(60 * (1 + rng.pareto(1.1, size)), 20_000).astype(int)
        for i in range(size):
            levels = [PROBIT(level) + 0.05 * group for level in JOINT_LEVELS]
            moved = np.full(len(levels), shift[i])
            if few[i]:
                moved[rng.permutation(len(levels))[JOINT_FEW:]] = 0
                moved *= 1.5
            p = PHI(levels + JOINT_SPREAD * (mixed[i] + moved))
            shifted = int((moved > 0).sum())
            rows.append([number, group, shift[i], shifted, volume[i], *rng.binomial(volume[i], p)])
    return rows


def write(path, columns, runs):
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    for rows in runs:
        writer.writerows(rows)
    with gzip.GzipFile(path, "wb", compresslevel=9, mtime=0) as out:
        out.write(text.getvalue().encode())


def naive(observed, expected_rate, size):
    """z against the group's plain rate, as a dashboard does it."""
    expected = expected_rate * size
    return (observed - expected) / np.sqrt(np.maximum(expected, 1e-9))


def scores(rows):
    """Naive z-scores of the three measures, per provider."""
    table = np.array(rows, dtype=float)
    group = table[:, 1]
    z = np.zeros((len(rows), 3))
    for g in np.unique(group):
        at = group == g
        k, n = table[at, 4] + table[at, 6], table[at, 5] + table[at, 7]
        p = k.sum() / n.sum()
        z[at, 0] = (k - n * p) / np.sqrt(n * p * (1 - p))
        events, months = table[at, 8] + table[at, 10], table[at, 9] + table[at, 11]
        z[at, 1] = naive(events, events.sum() / months.sum(), months)
        lines, total = table[at, 12], table[at, 13] / FIXED_POINT
        within = table[at, 14] / FIXED_POINT**2 - total**2 / lines
        sd = np.sqrt(within.sum() / (lines - 1).sum())
        z[at, 2] = (total / lines - total.sum() / lines.sum()) / (sd / np.sqrt(lines))
    return table, z


def deciles(low, size):
    order = np.argsort(size, kind="stable")
    return [float(np.mean(low[part])) for part in np.array_split(order, 10)]


def compare(runs):
    """Part of the honest with p < 0.01 by size decile, and part listed by BH."""
    low, forest, size, any_case = [], [], [], 0
    try:
        from sklearn.ensemble import IsolationForest
    except ImportError:
        IsolationForest = None
    for rows in runs:
        table, z = scores(rows)
        p = 1 - PHI(z)
        low.append(p[:, 0] < 0.01)
        size.append(table[:, 5] + table[:, 7])
        combined = np.sort(np.minimum(3 * p.min(axis=1), 1))
        ranks = np.arange(1, len(p) + 1)
        any_case += bool((combined <= 0.05 * ranks / len(p)).any())
        if IsolationForest:
            strange = -IsolationForest(random_state=1, n_estimators=100).fit(z).score_samples(z)
            forest.append(strange >= np.quantile(strange, 0.99))
    size = np.concatenate(size)
    return {
        "null_runs": len(runs),
        "naive_runs_with_any_case": any_case,
        "naive_below_0.01_by_size": deciles(np.concatenate(low), size),
        "isolation_forest_top_1_percent_by_size":
            deciles(np.concatenate(forest), size) if forest else None,
    }


def main():
    folder = HERE / "simulated"
    folder.mkdir(exist_ok=True)
    summary = {"seed": SEED, "groups": GROUPS, "laws": {}}
    for law, counts in RUNS.items():
        rng = np.random.default_rng([SEED, list(RUNS).index(law)])
        everything, nulls = [], []
        for contaminated, count in zip((0, 5, 15), counts):
            for _ in range(count):
                rows = run(rng, len(everything), law, contaminated / 100)
                for row in rows:
                    row[2] = contaminated
                everything.append(rows)
                if contaminated == 0:
                    nulls.append(rows)
        write(folder / f"{law}.csv.gz", COLUMNS, everything)
        summary["laws"][law] = {"runs": counts, **compare(nulls)}
        print(law, summary["laws"][law])
    for law, (clean, shifted) in JOINT_RUNS.items():
        rng = np.random.default_rng([SEED, 1000 + list(JOINT_RUNS).index(law)])
        parts = [0.0] * clean + [JOINT_PART] * shifted
        runs = [joint(rng, number, law, part) for number, part in enumerate(parts)]
        write(folder / f"joint_{law}.csv.gz", JOINT_COLUMNS, runs)
    (HERE / "simulated.json").write_text(json.dumps(summary, indent=1) + "\n")


if __name__ == "__main__":
    main()
