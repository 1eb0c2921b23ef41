#!/usr/bin/env python3
"""Trains with the steps of exported runs in ONNX Runtime, beside zoo's own plans.

usage: training_steps.py [--all] [--only PATTERN] [--steps N]

ZOO_BIN names the program; ProgramSteps lies beside it. For each model, it trains a short run, exports it with
`zoo export --training`, and runs N (200) steps of each program from the checkpoint: in ONNX Runtime, and in zoo. Both
get the same inputs. By default networks are as in the recipe and the models of images with millions of parameters are
left out, and so are those that need further packages of Python (Box2D); --all includes them, with random images for
CIFAR-10. Models of pictures and series get random ones.

Each file must pass `onnx.checker` with full_check, and so must each step together with the main graph, as
TrainingInfoProto defines it. Outputs of the first step must agree within 1e-5 of their size. Training amplifies
rounding errors. The difference of each tensor between the runtimes is therefore measured by rounding: the largest
difference that two trainings in ONNX Runtime with errors of the size of rounding in every input of every step have from
one without. It may be 30 times as large after the first step. After N steps it may be 100,000 times as large, about 1 %
of a tensor: a Relu that switches in one runtime only is worth that much. In models with a million activations, one
switches in the first step already, which then may have 1,000 times that difference. (dcgan-r1-images has 170 times,
5e-5 of a tensor; with softplus in place of its leaky Relus, the same tensor differs by 6e-9 instead of 2e-5.)
"""

import argparse
import fnmatch
import json
import os
import pathlib
import struct
import subprocess
import sys
import tempfile
import zlib

import numpy as np
import onnx
import onnxruntime
from onnx import helper, numpy_helper

ZOO = pathlib.Path(os.environ["ZOO_BIN"])
LARGE = {
    "wgan-gp-fashion", "wgan-gp-fashion-conditional", "wgan-gp-fashion-conv", "wgan-gp-cifar-resnet",
    "dcgan-r1-images", "sngan-hinge-images"}
INPUT_SETS = 8
TOLERANCE = 1e-5
PERTURBATIONS = 2
MOST = {"first": 30, "last": 100_000}
MOST_OF_LARGE = MOST | {"first": 1000}


def zoo(*arguments):
    return subprocess.run([ZOO, *map(str, arguments)], check=True, capture_output=True, text=True).stdout


def session(model):
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3  # hides the warning that the main graph does not read the optimiser's state
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def step_model(model, info):
    """The step as a model of its own: the main graph and the algorithm together, state as inputs with defaults."""
    main, algorithm = model.graph, info.algorithm
    state = [
        helper.make_tensor_value_info(tensor.name, tensor.data_type, tensor.dims) for tensor in main.initializer]
    graph = helper.make_graph(
        [*main.node, *algorithm.node], algorithm.name, [*main.input, *algorithm.input, *state],
        [*main.output, *algorithm.output], [*main.initializer, *algorithm.initializer])
    return helper.make_model(graph, opset_imports=model.opset_import, ir_version=model.ir_version)


def algorithm_alone(model, info):
    """The algorithm without the main graph, which it does not read: fewer inputs to feed."""
    read = {name for node in info.algorithm.node for name in node.input}
    written = {entry.key for entry in info.update_binding}
    state = [tensor for tensor in model.graph.initializer if tensor.name in read | written]
    inputs = [
        helper.make_tensor_value_info(tensor.name, tensor.data_type, tensor.dims)
        for tensor in state if tensor.name in read]
    graph = helper.make_graph(
        info.algorithm.node, info.algorithm.name, [*info.algorithm.input, *inputs], info.algorithm.output,
        info.algorithm.initializer)
    step = helper.make_model(graph, opset_imports=model.opset_import, ir_version=model.ir_version)
    return step, {tensor.name: numpy_helper.to_array(tensor) for tensor in state}


def compare(found, expected, name):
    scale = max(1.0, float(np.abs(expected).max(initial=0)))
    np.testing.assert_allclose(found, expected, rtol=TOLERANCE, atol=TOLERANCE * scale, err_msg=name)


def check_function(file, expected):
    """A program that does not change the state, such as the one that acts."""
    onnx.checker.check_model(onnx.load(file), full_check=True)
    runtime = session(file)
    outputs = [output.name for output in runtime.get_outputs()]
    for number in range(INPUT_SETS):
        feed = {value.name: expected[f"input/{number}/{value.name}"] for value in runtime.get_inputs()}
        for name, value in zip(outputs, runtime.run(outputs, feed)):
            compare(value, expected[f"output/{number}/{name}"], name)


def perturbed(values, random):
    """The values with errors of the size of rounding."""
    return {
        name: np.asarray(value * (1 + 6e-8 * random.standard_normal(value.shape)), value.dtype)
        if value.dtype.kind == "f" else value for name, value in values.items()}


def trained(runtime, info, state, expected, steps, disturb=lambda values: values):
    """The states after the first and the last step, and the outputs of the first one."""
    binding = {entry.value: entry.key for entry in info.update_binding}
    inputs = [value.name for value in info.algorithm.input]
    # A step may write a tensor that none reads, such as the left vector of a power iteration.
    read = {value.name for value in runtime.get_inputs()}
    names, state, states, first = [output.name for output in runtime.get_outputs()], dict(state), {}, None
    for number in range(steps):
        feed = {name: expected[f"input/{number % INPUT_SETS}/{name}"] for name in inputs}
        known = {name: value for name, value in (feed | state).items() if name in read}
        results = dict(zip(names, runtime.run(names, disturb(known))))
        state |= {key: results[value] for value, key in binding.items()}
        if number == 0:
            first, states["first"] = results, dict(state)
    return states | {"last": state}, first


def largest_ratio(most, place, keys, start, expected, theirs, others):
    """The largest ratio of the difference between the runtimes and of rounding, at most `most`."""
    largest = 0.0
    for key in keys:
        before, ours, ort = map(np.float64, (start[key], expected[f"{place}/{key}"], theirs[key]))
        assert np.isfinite(ours).all() and np.isfinite(ort).all(), f"{key} is not finite"
        rounding = max(np.linalg.norm(ort - np.float64(other[key])) for other in others)
        rounding = max(rounding, 1e-7 * max(np.linalg.norm(ort - before), np.linalg.norm(ort)))
        ratio = np.linalg.norm(ours - ort) / rounding if rounding else 0.0
        assert ratio <= most, f"{key}, {place} step: {ratio:.1f} times rounding, expected at most {most}"
        largest = max(largest, ratio)
    return largest


def check_step(model, info, expected, steps, most):
    onnx.checker.check_model(step_model(model, info), full_check=True)
    step, state = algorithm_alone(model, info)
    runtime = session(step.SerializeToString())
    theirs, outputs = trained(runtime, info, state, expected, steps)
    others = []
    for seed in range(PERTURBATIONS):
        random = np.random.default_rng(seed)
        others.append(trained(runtime, info, state, expected, steps, lambda values: perturbed(values, random))[0])
    for name, value in outputs.items():
        if f"output/0/{name}" in expected:
            compare(value, expected[f"output/0/{name}"], name)
    keys = [entry.key for entry in info.update_binding]
    ratios = [
        largest_ratio(most[place], place, keys, state, expected, theirs[place], [other[place] for other in others])
        for place in ("first", "last")]
    return f"{len(info.algorithm.node)} nodes, {ratios[0]:.1f} and {ratios[1]:.1f} times rounding"


def write_random_pictures(folder):
    """64 PNG files of 16 x 16 random pixels."""
    folder.mkdir(exist_ok=True)
    random = np.random.default_rng(0)
    for number in range(64):
        rows = b"".join(b"\0" + random.bytes(16 * 3) for _ in range(16))
        header = struct.pack(">IIBBBBB", 16, 16, 8, 2, 0, 0, 0)
        chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
        (folder / f"{number}.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
            for kind, data in chunks))


def own_data(name, folder):
    """The data of a model that names files of the user's own; none for others."""
    if name.endswith("-images"):
        write_random_pictures(folder / "pictures")
        return ["--data", folder / "pictures"]
    if name.endswith("-series"):
        np.save(folder / "series.npy", np.random.default_rng(0).standard_normal((2000, 1)).astype(np.float32))
        return ["--data", folder / "series.npy"]
    return []


def check(name, folder, steps):
    store, file = folder / f"{name}.sqlite", folder / f"{name}.onnx"
    agent = not name.startswith(("wgan", "dcgan", "sngan"))
    arguments = ["train", name, "--steps", 600 if agent else 40, "--seed", 1, "--name", "run", "--store", store]
    arguments += own_data(name, folder)
    if name == "wgan-gp-cifar-resnet":
        images = folder / "cifar-10"
        reference = pathlib.Path(__file__).parents[2] / "Benchmarks/reference/random_cifar10.py"
        subprocess.run([sys.executable, reference, images], check=True, capture_output=True)
        arguments += ["--data", images]
    zoo(*arguments)
    zoo("export", "run", "--training", "-o", file, "--store", store)
    own = folder / f"{name}-steps"
    own.mkdir()
    subprocess.run([ZOO.with_name("ProgramSteps"), store, "run", str(steps), own], check=True)
    model = onnx.load(file)
    onnx.checker.check_model(model, full_check=True)
    session(file)
    assert model.training_info, "no training_info"
    trained = {info.algorithm.name: info for info in model.training_info}
    most = MOST_OF_LARGE if name in LARGE else MOST
    said = []
    for path in sorted(own.glob("*.npz")):
        expected, program = np.load(path), path.stem
        info = trained.pop(program, None) or trained.pop(f"{program} step", None)
        if info:
            said.append(f"{program} ({check_step(model, info, expected, steps, most)})")
        else:
            function = folder / f"{name}-{program}.onnx"
            zoo("export", "run", "--program", program, "-o", function, "--store", store)
            check_function(function, expected)
            said.append(f"{program} (a function)")
    assert not trained, f"no program for the steps {list(trained)}"
    return ", ".join(said)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--all", action="store_true", help="also the large models of images")
    parser.add_argument("--only", default="*", help="a pattern of models")
    parser.add_argument("--steps", type=int, default=200)
    options = parser.parse_args()
    models = json.loads(zoo("list", "models", "--json"))
    # A model whose networks depend on an environment of a further package is listed without its parameters.
    usual = {model["name"] for model in models if "parameters" in model} - LARGE
    names = [model["name"] for model in models]
    chosen = [name for name in names if fnmatch.fnmatch(name, options.only) and (options.all or name in usual)]
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        for name in chosen:
            try:
                said = check(name, pathlib.Path(folder), options.steps)
                print(f"ok {name}: {options.steps} steps of {said}", flush=True)
            except (AssertionError, subprocess.CalledProcessError, onnx.checker.ValidationError) as error:
                failed += 1
                reason = getattr(error, "stderr", None) or error
                print(f"not ok {name}: {str(reason).strip()[:600]}", flush=True)
    sys.exit(1 if failed or not chosen else 0)


if __name__ == "__main__":
    main()
