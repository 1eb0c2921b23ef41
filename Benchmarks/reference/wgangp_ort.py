#!/usr/bin/env python3
"""Exported training steps of a run in ONNX Runtime: `zoo export RUN --program critic`, and `generator`.

    wgangp_ort.py --critic critic.onnx --generator generator.onnx --model wgan-gp-fashion --bench 200 --threads 2

A step reads every tensor of the state under its name, and writes its next value as NAME.next. Each tensor has two
alternating buffers, bound to the session: nothing is copied between steps.
"""

import argparse
import time
from pathlib import Path

import datasets
import numpy
import onnxruntime
import timing
from onnxruntime import OrtValue
from recipe import Recipe, load

DATA_INPUTS = {"data/real", "normal/noise", "uniform/alpha"}
NEXT = ".next"


class Tensors:
    """The state: two buffers for each tensor, and the index of the one that holds its value."""

    def __init__(self):
        self.buffers: dict[str, tuple[OrtValue, OrtValue]] = {}
        self.current: dict[str, int] = {}

    def add(self, name: str, value: numpy.ndarray) -> None:
        if name not in self.buffers:
            self.buffers[name] = (OrtValue.ortvalue_from_numpy(value), OrtValue.ortvalue_from_numpy(value.copy()))
            self.current[name] = 0


class Program:
    """A step in a session. A binding is created once for each combination of buffers."""

    def __init__(self, path: Path, threads: int, tensors: Tensors, random: numpy.random.Generator):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
        options.log_severity_level = 3  # hides the warning that the state's tensors are not constants
        self.session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        self.tensors, self.bindings = tensors, {}
        self.data = {
            tensor.name: OrtValue.ortvalue_from_numpy(numpy.zeros(tensor.shape, numpy.float32))
            for tensor in self.session.get_inputs() if tensor.name in DATA_INPUTS}
        # The file has the state of the run as initializers. Inputs of the same names replace them.
        state = self.session.get_overridable_initializers()
        self.read = sorted(tensor.name for tensor in state)
        for tensor in state:
            tensors.add(tensor.name, initial(tensor, random))
        names = [tensor.name for tensor in self.session.get_outputs()]
        self.written = sorted(name.removesuffix(NEXT) for name in names if name.endswith(NEXT))
        shapes = {tensor.name: tensor.shape for tensor in self.session.get_outputs()}
        self.metrics = {
            name: OrtValue.ortvalue_from_numpy(numpy.zeros(shapes[name], numpy.float32))
            for name in names if not name.endswith(NEXT)}

    def run(self) -> None:
        current = self.tensors.current
        key = tuple(current[name] for name in self.read)
        if key not in self.bindings:
            self.bindings[key] = self.bind()
        self.session.run_with_iobinding(self.bindings[key])
        for name in self.written:
            current[name] = 1 - current[name]

    def bind(self) -> onnxruntime.IOBinding:
        binding, current, buffers = self.session.io_binding(), self.tensors.current, self.tensors.buffers
        for name in self.read:
            binding.bind_ortvalue_input(name, buffers[name][current[name]])
        for name, value in self.data.items():
            binding.bind_ortvalue_input(name, value)
        for name in self.written:
            binding.bind_ortvalue_output(name + NEXT, buffers[name][1 - current[name]])
        for name, value in self.metrics.items():
            binding.bind_ortvalue_output(name, value)
        return binding


def initial(tensor: onnxruntime.NodeArg, random: numpy.random.Generator) -> numpy.ndarray:
    """An initial state: small random weights, zeros for the rest."""
    if len(tensor.shape) > 1 and "/adam/" not in tensor.name:
        return random.normal(0, 0.02, tensor.shape).astype(numpy.float32)
    return numpy.zeros(tensor.shape, {"tensor(float)": numpy.float32, "tensor(int64)": numpy.int64}[tensor.type])


class Trainer:
    def __init__(self, recipe: Recipe, images: numpy.ndarray, critic: Path, generator: Path, threads: int, seed: int):
        self.recipe, self.images = recipe, images
        self.batches = datasets.ShuffledBatches(len(images), recipe.batch, seed)
        self.random = numpy.random.default_rng(seed)
        start = time.perf_counter()
        tensors = Tensors()
        self.critic = Program(critic, threads, tensors, self.random)
        self.generator = Program(generator, threads, tensors, self.random)
        self.compile_seconds = time.perf_counter() - start

    def critic_step(self) -> None:
        data = self.critic.data
        real = self.images[self.batches.next()].astype(numpy.float32) / numpy.float32(127.5) - 1
        data["data/real"].update_inplace(real.reshape(data["data/real"].shape()))
        self.draw(data["normal/noise"], self.random.standard_normal)
        self.draw(data["uniform/alpha"], self.random.random)
        self.critic.run()

    def generator_step(self) -> None:
        self.draw(self.generator.data["normal/noise"], self.random.standard_normal)
        self.generator.run()

    def draw(self, value: OrtValue, distribution) -> None:
        value.update_inplace(distribution(value.shape(), numpy.float32))

    def cycle(self) -> None:
        for _ in range(self.recipe.critic_steps):
            self.critic_step()
        self.generator_step()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--critic", type=Path, required=True, help="the exported critic step")
    parser.add_argument("--generator", type=Path, required=True, help="the exported generator step")
    parser.add_argument("--model", default="wgan-gp-fashion", help="the run's model or recipe (.yaml)")
    parser.add_argument("--threads", type=int, default=1, help="threads (default 1)")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--data", type=Path, metavar="DIR", help="folder of the data set's files")
    parser.add_argument("--bench", type=int, metavar="N", default=200, help="critic iterations to time (default 200)")
    options = parser.parse_args()
    recipe = load(options.model)
    trainer = Trainer(recipe, datasets.load_images(recipe, options.data), options.critic, options.generator,
                      options.threads, options.seed)
    timing.report(f"ONNX Runtime {onnxruntime.__version__}", options.threads, recipe.critic_steps, options.bench,
                  trainer.cycle, compileSeconds=round(trainer.compile_seconds, 3))


if __name__ == "__main__":
    main()
