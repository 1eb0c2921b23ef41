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
    PRODUCTS = "oneDNN, the products alone"


class Programs:
    """Builds commands. `folder` is the folder for their files."""

    def __init__(self, folder: Path, data: str | None = None):
        self.folder, self.data_option = folder, ["--data", data] if data else []
        self.python, self.zoo_path = output("Benchmarks/reference/environment"), zoo_binary()

    def zoo(self, model: str, iterations: int) -> list:
        return [self.zoo_path, "bench", model, "--steps", iterations, "--json", *self.data_option]

    def peer(self, peer: Peer, model: str, iterations: int) -> list:
        common = ["--model", model, "--bench", iterations]
        match peer:
            case Peer.EAGER:
                return [self.python, REFERENCE / "wgangp_torch.py", "--attached", *common, *self.data_option]
            case Peer.BEST:
                return [self.python, REFERENCE / "wgangp_torch.py", "--best", *common, *self.data_option]
            case Peer.JAX:
                return [self.python, REFERENCE / "wgangp_jax.py", *common, *self.data_option]
            case Peer.ORT:
                return [self.python, REFERENCE / "wgangp_ort.py", *self.exported(model), *common, *self.data_option]
            case Peer.PRODUCTS:
                return [self.python, "Benchmarks/matmul_roofline.py", *common]

    def exported(self, model: str) -> list:
        """The arguments with both programs of a run of one step, exported on first use."""
        name = Path(model).stem
        store, arguments = self.folder / f"{name}.sqlite", []
        if not store.exists():
            output(self.zoo_path, "train", model, "--steps", "1", "--name", name, "--store", store, *self.data_option)
        for program in ("critic", "generator"):
            file = self.folder / f"{name}-{program}.onnx"
            if not file.exists():
                output(self.zoo_path, "export", name, "--program", program, "--output", file, "--store", store)
            arguments += [f"--{program}", file]
        return arguments
