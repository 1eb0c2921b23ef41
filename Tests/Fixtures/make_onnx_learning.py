#!/usr/bin/env python3
# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "onnx==1.23.2", "onnxruntime==1.32.0", "numpy==2.4.6", "scikit-learn==1.9.1", "skl2onnx==1.20.0",
#   "onnxmltools==1.16.0", "xgboost==3.2.0", "lightgbm==4.7.0"]
# ///
"""Writes onnx/learning.json: models of scikit-learn, XGBoost and LightGBM, and what ONNX Runtime computes.

Run by hand, where these versions are installed; the tests read only the file.
"""

import base64
import json
import warnings
from pathlib import Path

warnings.filterwarnings("ignore")

import lightgbm
import numpy as np
import onnxruntime
import skl2onnx
import xgboost
from onnxmltools import convert_lightgbm, convert_xgboost
from onnxmltools.convert.common.data_types import FloatTensorType
from sklearn.decomposition import PCA
from sklearn.ensemble import GradientBoostingRegressor, RandomForestClassifier, RandomForestRegressor
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import Binarizer, Normalizer, StandardScaler

DRAWS = np.random.default_rng(11)
X = DRAWS.standard_normal((80, 4), dtype=np.float32)
Y = (X @ np.array([1, -2, 0.5, 0], np.float32) + X[:, 0] * X[:, 1]).astype(np.float32)
TWO = (Y > 0).astype(np.int64)
THREE = TWO + (Y > 1)
TYPES = [("x", FloatTensorType([None, 4]))]


def scikit_learn():
    for name, model, target in (
            ("Ridge", Ridge(), Y), ("two targets", Ridge(), np.stack([Y, -2 * Y], 1)),
            ("PCA", make_pipeline(StandardScaler(), PCA(2)), Y),
            ("Normalizer L1", make_pipeline(Normalizer("l1"), Ridge()), Y),
            ("Normalizer L2", make_pipeline(Normalizer("l2"), Ridge()), Y),
            ("Normalizer maximum", make_pipeline(Normalizer("max"), Ridge()), Y),
            ("Binarizer", make_pipeline(Binarizer(threshold=0.2), Ridge()), Y),
            ("LogisticRegression, 2 classes", LogisticRegression(), 3 * TWO + 1),
            ("LogisticRegression, 3 classes", LogisticRegression(), THREE),
            ("MLPClassifier", MLPClassifier([5], max_iter=30, random_state=0), THREE),
            ("RandomForestRegressor", RandomForestRegressor(3, max_depth=3, random_state=0), Y),
            ("GradientBoostingRegressor", GradientBoostingRegressor(n_estimators=4, max_depth=2, random_state=0), Y),
            ("RandomForestClassifier, 2 classes", RandomForestClassifier(3, max_depth=3, random_state=0), TWO),
            ("RandomForestClassifier, 3 classes", RandomForestClassifier(3, max_depth=3, random_state=0), THREE)):
        options = {"zipmap": False} if target.dtype == np.int64 else {}
        yield name, skl2onnx.to_onnx(model.fit(X, target), X[:1], options=options, target_opset=18)


def boosted_trees():
    small = {"n_estimators": 3, "max_depth": 3}
    gaps = np.where(DRAWS.random(X.shape) < 0.2, np.nan, X).astype(np.float32)
    for name, model, target in (
            ("XGBRegressor", xgboost.XGBRegressor(**small), Y), ("XGBClassifier", xgboost.XGBClassifier(**small), TWO),
            ("XGBClassifier, 3 classes", xgboost.XGBClassifier(**small), THREE)):
        yield name, convert_xgboost(model.fit(gaps, target), initial_types=TYPES, target_opset=15)
    for name, model, target in (
            ("LGBMRegressor", lightgbm.LGBMRegressor(**small, verbose=-1), Y),
            ("LGBMClassifier", lightgbm.LGBMClassifier(**small, verbose=-1), TWO),
            ("LGBMClassifier, 3 classes", lightgbm.LGBMClassifier(**small, verbose=-1), THREE)):
        options = {"zipmap": False} if target.dtype == np.int64 else {}
        yield name, convert_lightgbm(model.fit(gaps, target), initial_types=TYPES, target_opset=15, **options)


def record(name, model, x):
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    results = session.run(None, {session.get_inputs()[0].name: x})
    # JSON has no NaN.
    return {
        "name": name, "model": base64.b64encode(model.SerializeToString()).decode(), "shape": list(x.shape),
        "input": [None if np.isnan(value) else float(value) for value in x.ravel()],
        "outputs": [np.asarray(result, np.float64).ravel().tolist() for result in results]}


def main():
    x = DRAWS.standard_normal((9, 4), dtype=np.float32)
    gaps = np.where(DRAWS.random(x.shape) < 0.3, np.nan, x).astype(np.float32)
    records = [record(name, model, x) for name, model in scikit_learn()]
    records += [record(name, model, gaps) for name, model in boosted_trees()]
    path = Path(__file__).parent / "onnx" / "learning.json"
    path.write_text('{"models": [\n' + ",\n".join(json.dumps(item) for item in records) + "\n]}\n")
    print(f"{len(records)} models, {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
