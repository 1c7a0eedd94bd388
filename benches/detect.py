#!/usr/bin/env python3
"""Seconds of every detector beside scikit-learn's and PyOD's on the same matrix, in one session.

    cargo bench --bench detect --no-run
    venv/bin/python benches/detect.py PATH_OF_THE_BENCH_PROGRAM [ROWS COLUMNS]

The quadratic references that would take hours at full size are run on fewer rows and scaled by the
square of the rows; such figures are marked with ~.
"""

import os
import subprocess
import sys
import tempfile
import time

os.environ.setdefault("MPLBACKEND", "Agg")

import numpy as np
from pyod.models.copod import COPOD
from pyod.models.ecod import ECOD
from pyod.models.hbos import HBOS
from pyod.models.knn import KNN
from sklearn.cluster import DBSCAN, OPTICS, KMeans
from sklearn.covariance import MinCovDet
from sklearn.decomposition import PCA
from sklearn.ensemble import IsolationForest
from sklearn.mixture import GaussianMixture
from sklearn.neighbors import LocalOutlierFactor, NearestNeighbors


def pca(x):
    model = PCA(0.9, svd_solver="full").fit(x)
    return ((x - model.inverse_transform(model.transform(x))) ** 2).sum(axis=1)


def dbscan(x):
    # ε by the same rule as ours: the distance within which nine in ten rows are core.
    nearest, _ = NearestNeighbors(n_neighbors=9).fit(x).kneighbors()
    return DBSCAN(eps=np.quantile(nearest[:, -1], 0.9), min_samples=10).fit(x).labels_


REFERENCES = {
    "isolation_forest": lambda x: IsolationForest(random_state=0, n_jobs=2).fit(x).score_samples(x),
    "knn": lambda x: KNN(n_neighbors=5, n_jobs=2).fit(x).decision_scores_,
    "lof": lambda x: LocalOutlierFactor(n_neighbors=20, n_jobs=2).fit(x).negative_outlier_factor_,
    "ecod": lambda x: ECOD(n_jobs=1).fit(x).decision_scores_,
    "copod": lambda x: COPOD(n_jobs=1).fit(x).decision_scores_,
    "hbos": lambda x: HBOS().fit(x).decision_scores_,
    "mahalanobis": lambda x: MinCovDet(random_state=0).fit(x).dist_,
    "pca": pca,
    "k_means": lambda x: KMeans(8, n_init=3, random_state=0).fit(x).transform(x).min(axis=1),
    "gaussian_mixture": lambda x: GaussianMixture(2, random_state=0).fit(x).score_samples(x),
    "dbscan": dbscan,
    "optics": lambda x: OPTICS(min_samples=10, n_jobs=2).fit(x).reachability_,
}
FEWER = {"dbscan": 20_000, "optics": 4_000}


def matrix(rows, columns):
    rng = np.random.default_rng(1)
    x = rng.normal(size=(rows, columns)) @ (np.eye(columns) + 0.2 * rng.normal(size=(columns, columns)))
    x += rng.integers(0, 4, size=(rows, 1)) * 2.0
    x[: rows // 100] *= 3
    return np.ascontiguousarray((x - x.mean(axis=0)) / x.std(axis=0))


def main():
    program = sys.argv[1]
    rows, columns = (int(v) for v in sys.argv[2:4]) if len(sys.argv) > 3 else (100_000, 50)
    x = matrix(rows, columns)
    HBOS().fit(x[:100])  # compiles PyOD's loops
    ECOD(n_jobs=1).fit(x[:100])
    names = ["extended_isolation_forest", "ensemble", *REFERENCES]
    print(f"{rows} × {columns}, {os.cpu_count()} cores\n")
    print("| method | seconds | reference, seconds | times as fast | peak memory, MiB |")
    print("|---|---:|---:|---:|---:|", flush=True)
    with tempfile.NamedTemporaryFile(suffix=".f64") as file:
        x.astype("<f8").tofile(file.name)
        for name in names:
            ours = subprocess.run([program, file.name, str(rows), str(columns), name],
                                  check=True, capture_output=True, text=True).stdout.split()
            seconds, peak = float(ours[1]), ours[2]
            if name not in REFERENCES:
                print(f"| {name} | {seconds:.2f} | | | {peak} |", flush=True)
                continue
            few = min(rows, FEWER.get(name, rows))
            started = time.perf_counter()
            REFERENCES[name](x[np.linspace(0, rows - 1, few).astype(int)])
            reference = (time.perf_counter() - started) * (rows / few) ** 2
            mark = "~" if few < rows else ""
            print(f"| {name} | {seconds:.2f} | {mark}{reference:.2f} | {reference / seconds:.1f} | {peak} |", flush=True)


if __name__ == "__main__":
    main()
