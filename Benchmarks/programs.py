"""The programs that the benchmarks compare, as commands that print JSON: zoo and its peers."""

from enum import StrEnum
from pathlib import Path

from alternating import ROOT, output, zoo_binary

REFERENCE = ROOT / "Benchmarks/reference"


class Peer(StrEnum):
    EAGER = "PyTorch eager"
    BEST = "PyTorch eager at its best"
    JAX = "JAX jit"
    ORT = "ONNX Runtime"


class Programs:
    """Builds commands. `folder` is the folder for their files, `data` that of Fashion-MNIST."""

    def __init__(self, folder: Path, data: str | None = None):
        self.folder, self.fashion_mnist = folder, data
        self.python, self.zoo_path = output("Benchmarks/reference/environment"), zoo_binary()

    def zoo(self, model: str, iterations: int) -> list:
        return [self.zoo_path, "bench", model, "--steps", iterations, "--json", *self.data(model)]

    def peer(self, peer: Peer, model: str, iterations: int) -> list:
        common = ["--model", model, "--bench", iterations, *self.data(model)]
        match peer:
            case Peer.EAGER:
                return [self.python, REFERENCE / "wgangp_torch.py", "--attached", *common]
            case Peer.BEST:
                return [self.python, REFERENCE / "wgangp_torch.py", "--best", *common]
            case Peer.JAX:
                return [self.python, REFERENCE / "wgangp_jax.py", *common]
            case Peer.ORT:
                return [self.python, REFERENCE / "wgangp_ort.py", *self.exported(model), *common]

    def data(self, model: str) -> list:
        """The option with the folder of a model's data set. CIFAR-10 is replaced by random images on first use."""
        recipe = ROOT / (model if model.endswith(".yaml") else f"Models/{model}.yaml")
        if "\ndataset: cifar-10\n" not in recipe.read_text():
            return ["--data", self.fashion_mnist] if self.fashion_mnist else []
        images = self.folder / "cifar-10"
        if not images.exists():
            output(self.python, REFERENCE / "random_cifar10.py", images)
        return ["--data", images]

    def exported(self, model: str) -> list:
        """The arguments with both programs of a run of one step, exported on first use."""
        name = Path(model).stem
        store, arguments = self.folder / f"{name}.sqlite", []
        if not store.exists():
            output(self.zoo_path, "train", model, "--steps", "1", "--name", name, "--store", store, *self.data(model))
        for program in ("critic", "generator"):
            file = self.folder / f"{name}-{program}.onnx"
            if not file.exists():
                output(self.zoo_path, "export", name, "--program", program, "--output", file, "--store", store)
            arguments += [f"--{program}", file]
        return arguments
