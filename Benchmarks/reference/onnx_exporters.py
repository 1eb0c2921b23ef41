"""Models that the exporters of other frameworks write, run with `zoo run` and compared with ONNX Runtime.

usage: onnx_exporters.py [tf2onnx|jax2onnx|skl2onnx|onnxmltools ...] [--keep FOLDER]

ZOO_BIN names the program. Five models of each kind: networks of TensorFlow and JAX, models of scikit-learn, trees of
XGBoost and LightGBM. Prints a row of a table for each. Needs the packages tf2onnx, tensorflow-cpu, jax2onnx, flax,
skl2onnx, scikit-learn, onnxmltools, xgboost and lightgbm besides those in requirements.txt; Docs/ONNX.md has the
versions that were tried.
"""

import argparse
import importlib.metadata
import os
import re
import subprocess
import sys
import tempfile
import warnings

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
warnings.filterwarnings("ignore")

import numpy as np
import onnx
import onnxruntime

DRAWS = np.random.default_rng(5)


def normal(*shape):
    return DRAWS.standard_normal(shape, dtype=np.float32)


def tf2onnx():
    import tensorflow as tf
    from tensorflow import keras
    from tensorflow.keras import layers
    import tf2onnx as exporter

    def export(model, shape):
        signature = [tf.TensorSpec([None, *shape], tf.float32, name="x")]
        function = tf.function(lambda x: model(x, training=False), input_signature=signature)
        return exporter.convert.from_function(function, input_signature=signature, opset=17)[0], normal(2, *shape)

    keras.utils.set_random_seed(0)
    yield "dense network", *export(
        keras.Sequential([layers.Input([6]), layers.Dense(8, "silu"), layers.Dense(3, "softmax")]), [6])
    yield "convolutions, pooling", *export(keras.Sequential([
        layers.Input([12, 12, 3]), layers.Conv2D(4, 3, padding="same", activation="relu"), layers.MaxPool2D(),
        layers.DepthwiseConv2D(3), layers.GlobalAveragePooling2D(), layers.Dense(2)]), [12, 12, 3])
    image = layers.Input([8, 8, 4])
    y = layers.BatchNormalization()(layers.Conv2D(4, 3, padding="same")(image))
    yield "residual block", *export(keras.Model(image, layers.ReLU()(layers.Add()([image, y]))), [8, 8, 4])
    yield "LSTM", *export(keras.Sequential([layers.Input([5, 3]), layers.LSTM(4), layers.Dense(1)]), [5, 3])
    tokens = layers.Input([5, 8])
    y = layers.LayerNormalization()(tokens + layers.MultiHeadAttention(2, 4)(tokens, tokens))
    yield "transformer block", *export(keras.Model(tokens, y), [5, 8])


def jax2onnx():
    import jax
    import jax.numpy as jnp
    from flax import nnx
    from jax2onnx import to_onnx

    def export(function, *shape):
        x = normal(*shape)
        return to_onnx(function, inputs=[jax.ShapeDtypeStruct(shape, jnp.float32)]), x

    class Network(nnx.Module):
        def __init__(self, rngs):
            self.a, self.b = nnx.Linear(6, 8, rngs=rngs), nnx.Linear(8, 3, rngs=rngs)

        def __call__(self, x):
            return nnx.softmax(self.b(nnx.gelu(self.a(x))))

    class Convolutions(nnx.Module):
        def __init__(self, rngs):
            self.a = nnx.Conv(3, 4, (3, 3), rngs=rngs)
            self.norm = nnx.BatchNorm(4, use_running_average=True, rngs=rngs)

        def __call__(self, x):
            return nnx.avg_pool(
                nnx.relu(self.norm(self.a(x))), window_shape=(2, 2), strides=(2, 2)).mean((1, 2))

    class Transformer(nnx.Module):
        def __init__(self, rngs):
            self.attention = nnx.MultiHeadAttention(2, 8, rngs=rngs, decode=False)
            self.norm = nnx.LayerNorm(8, rngs=rngs)

        def __call__(self, x):
            return self.norm(x + self.attention(x))

    def recurrence(x):
        def step(state, row):
            state = jnp.tanh(0.5 * state + row)
            return state, state.sum()
        return jax.lax.scan(step, jnp.zeros(3), x)[1]

    def penalty(x):
        score = lambda row: jnp.sum(jnp.tanh(row) ** 2)
        return jnp.mean((jnp.linalg.norm(jax.vmap(jax.grad(score))(x), axis=1) - 1) ** 2)

    yield "dense network", *export(Network(nnx.Rngs(0)), 2, 6)
    yield "convolutions, pooling", *export(Convolutions(nnx.Rngs(0)), 2, 8, 8, 3)
    yield "transformer block", *export(Transformer(nnx.Rngs(0)), 2, 5, 8)
    yield "recurrence (lax.scan)", *export(recurrence, 5, 3)
    yield "gradient penalty (jax.grad)", *export(penalty, 4, 3)


def table():
    """Features, targets and classes."""
    x = normal(60, 4)
    return x, x @ normal(4) + 0.1 * normal(60), (x[:, 0] > x[:, 1]).astype(np.int64) + (x[:, 2] > 0.7)


def skl2onnx():
    from skl2onnx import to_onnx
    from sklearn.decomposition import PCA
    from sklearn.ensemble import RandomForestRegressor
    from sklearn.linear_model import LogisticRegression, Ridge
    from sklearn.neural_network import MLPClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    x, y, classes = table()
    for name, model, target in (
            ("Ridge", Ridge(), y), ("StandardScaler, PCA", make_pipeline(StandardScaler(), PCA(2)), y),
            ("StandardScaler, LogisticRegression", make_pipeline(StandardScaler(), LogisticRegression()), classes),
            ("MLPClassifier", MLPClassifier([8], max_iter=50, random_state=0), classes),
            ("RandomForestRegressor", RandomForestRegressor(5, random_state=0), y)):
        options = {"zipmap": False} if target is classes else {}
        yield name, to_onnx(model.fit(x, target), x[:1], options=options, target_opset=18), x[:7]


def onnxmltools():
    import lightgbm
    import xgboost
    from onnxmltools import convert_lightgbm, convert_xgboost
    from onnxmltools.convert.common.data_types import FloatTensorType
    x, y, classes = table()
    types = [("x", FloatTensorType([None, 4]))]
    for name, model, target, convert in (
            ("XGBRegressor", xgboost.XGBRegressor(n_estimators=5), y, convert_xgboost),
            ("XGBClassifier", xgboost.XGBClassifier(n_estimators=5), classes, convert_xgboost),
            ("XGBRFRegressor", xgboost.XGBRFRegressor(n_estimators=5), y, convert_xgboost),
            ("LGBMRegressor", lightgbm.LGBMRegressor(n_estimators=5, verbose=-1), y, convert_lightgbm),
            ("LGBMClassifier", lightgbm.LGBMClassifier(n_estimators=5, verbose=-1), classes, convert_lightgbm)):
        options = {"zipmap": False} if name == "LGBMClassifier" else {}
        yield name, convert(model.fit(x, target), initial_types=types, target_opset=15, **options), x[:7]


def outcome(model, x, folder):
    path = os.path.join(folder, "model.onnx")
    onnx.save(model, path)
    try:
        session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
        name = session.get_inputs()[0].name
        expected = session.run(None, {name: x})
    except Exception as error:
        return f"ONNX Runtime: {error!r:.100}"
    np.save(os.path.join(folder, "x.npy"), x)
    result = subprocess.run(
        [os.environ["ZOO_BIN"], "run", path, "--input", f"{name}={folder}/x.npy", "--output-dir", folder],
        capture_output=True, text=True)
    if result.returncode != 0:
        return re.sub(r"^Error: ('[^']*': )?", "", (result.stderr.strip().splitlines() or ["no message"])[-1])
    for output, value in zip(session.get_outputs(), expected):
        file = "".join(c if c.isalnum() or c in "._-" else "_" for c in output.name)
        found = np.load(os.path.join(folder, f"{file}.npy"))
        if found.shape != np.shape(value) or not np.allclose(found, value, rtol=1e-4, atol=1e-5):
            return "other numbers"
    return "read"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("exporters", nargs="*", default=["tf2onnx", "jax2onnx", "skl2onnx", "onnxmltools"])
    parser.add_argument("--keep", help="a folder for the models")
    arguments = parser.parse_args()
    for exporter in arguments.exporters:
        models = globals()[exporter]()
        title = f"{exporter} {importlib.metadata.version(exporter)}"
        for index in range(5):
            try:
                name, model, x = next(models)
            except Exception as error:
                print(f"| {title} | model {index} | no export: {error!r:.200} |")
                break
            if arguments.keep:
                onnx.save(model, os.path.join(arguments.keep, f"{exporter}-{index}.onnx"))
            with tempfile.TemporaryDirectory() as folder:
                print(f"| {title} | {name} | {outcome(model, x, folder)} |")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
