#!/usr/bin/env python3
"""Trains a run of zoo on in ONNX Runtime, and writes a file that zoo takes back.

    zoo train wgan-gp-tiny --steps 300 --name gan
    zoo export gan --training -o gan.onnx
    train_on.py gan.onnx --images images.npy --steps 200 -o trained.onnx
    zoo import trained.onnx --into gan
    zoo resume gan

The file holds the whole state as initializers, and each training step as a TrainingInfoProto: its algorithm computes
new values of initializers, and update_binding names them. IMAGES is a float32 array, a row for each image, with values
between -1 and 1 as the generator's. Needs onnx, onnxruntime and numpy.
"""

import argparse
import json

import numpy as np
import onnx
import onnxruntime
from onnx import helper, numpy_helper


class Step:
    """One training step in a session. Tensors of the state are inputs; new values are outputs."""

    def __init__(self, model, info):
        read = {name for node in info.algorithm.node for name in node.input}
        state = [tensor for tensor in model.graph.initializer if tensor.name in read]
        self.state = [tensor.name for tensor in state]
        self.inputs = {value.name: [dim.dim_value for dim in value.type.tensor_type.shape.dim]
                       for value in info.algorithm.input}
        self.updates = {entry.key: entry.value for entry in info.update_binding}
        inputs = [helper.make_tensor_value_info(tensor.name, tensor.data_type, tensor.dims) for tensor in state]
        graph = helper.make_graph(
            info.algorithm.node, info.algorithm.name, [*info.algorithm.input, *inputs], info.algorithm.output,
            info.algorithm.initializer)
        step = helper.make_model(graph, opset_imports=model.opset_import, ir_version=model.ir_version)
        self.session = onnxruntime.InferenceSession(step.SerializeToString(), providers=["CPUExecutionProvider"])
        self.outputs = [output.name for output in self.session.get_outputs()]

    def run(self, state, draw):
        """Replaces the tensors that the step changes, and returns its metrics."""
        feed = {name: draw(name, shape) for name, shape in self.inputs.items()}
        feed |= {name: state[name] for name in self.state}
        results = dict(zip(self.outputs, self.session.run(self.outputs, feed)))
        state |= {key: results[value] for key, value in self.updates.items()}
        return {name: float(value) for name, value in results.items() if name not in self.updates.values()}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", help="a file of 'zoo export RUN --training'")
    parser.add_argument("--images", required=True, help="an array of NumPy")
    parser.add_argument("--steps", type=int, default=200, help="updates of the critic")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("-o", "--output", required=True, help="the file to write")
    options = parser.parse_args()

    model = onnx.load(options.file)
    metadata = {entry.key: entry for entry in model.metadata_props}
    settings = json.loads(json.loads(metadata["zoo.run"].value)["settings"])["settings"]
    steps = {info.algorithm.name: Step(model, info) for info in model.training_info}
    state = {tensor.name: numpy_helper.to_array(tensor) for tensor in model.graph.initializer}

    images, random = np.load(options.images), np.random.default_rng(options.seed)

    def draw(name, shape):
        match name.split("/")[0]:
            case "data":
                return images[random.integers(len(images), size=shape[0])].reshape(shape)
            case "uniform":
                return random.random(shape, np.float32)
            case _:
                return random.standard_normal(shape, np.float32)

    for number in range(1, options.steps + 1):
        metrics = steps["critic step"].run(state, draw)
        if number % settings["criticSteps"] == 0:
            metrics |= steps["generator step"].run(state, draw)
        if number % 100 == 0 or number == options.steps:
            print(number, "  ".join(f"{name} {value:.4g}" for name, value in sorted(metrics.items())))

    for tensor in model.graph.initializer:
        tensor.raw_data = np.ascontiguousarray(state[tensor.name]).tobytes()
    metadata["step"].value = str(int(metadata["step"].value) + options.steps)
    onnx.save(model, options.output)


if __name__ == "__main__":
    main()
