#!/usr/bin/env python3
# /// script
# requires-python = ">=3.11"
# dependencies = ["torch==2.15.0", "numpy==2.4.6", "pillow==13.0.0"]
# ///
"""WGAN-GP on Fashion-MNIST in PyTorch eager: the reference that `zoo train wgan-gp-fashion` is held to.

Networks, losses and hyperparameters are those of the recipes `Models/wgan-gp-fashion.yaml` and, with `--model
wgan-gp-fashion-conv`, `Models/wgan-gp-fashion-conv.yaml`; initialisation is PyTorch's default. A step is one critic update; every fifth one is followed by one generator update.

    wgangp_torch.py --steps 20000 --seed 7 --csv curve.csv --samples grid.png
    wgangp_torch.py --bench 200 --threads 2
"""

import argparse
import gzip
import json
import platform
import struct
import sys
import time
from datetime import date
from pathlib import Path

import numpy
import torch
from torch import nn

CRITIC_STEPS, PENALTY_WEIGHT = 5, 10.0
AVERAGED_STEPS = 50


class MLP:
    latent, batch, adam = 100, 64, {"lr": 2e-4, "betas": (0.5, 0.999)}
    sample = [784]

    make_generator = staticmethod(lambda: make_generator(MLP.latent))
    make_critic = staticmethod(lambda: make_critic())


class Convolutional:
    latent, batch, adam = 128, 50, {"lr": 1e-4, "betas": (0.5, 0.9)}
    sample = [1, 28, 28]

    class Generator(nn.Module):
        def __init__(self):
            super().__init__()
            self.linear = nn.Linear(128, 4096)
            self.convolutions = nn.ModuleList(
                nn.ConvTranspose2d(before, after, 5, stride=2, padding=2, output_padding=1)
                for before, after in [(256, 128), (128, 64), (64, 1)])

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            first, second, third = self.convolutions
            x = torch.relu(self.linear(x)).view(-1, 256, 4, 4)
            x = torch.relu(first(x))[:, :, :7, :7]
            return torch.tanh(third(torch.relu(second(x))))

    @staticmethod
    def make_generator() -> nn.Module:
        return Convolutional.Generator()

    @staticmethod
    def make_critic() -> nn.Module:
        layers: list[nn.Module] = []
        for before, after in [(1, 64), (64, 128), (128, 256)]:
            layers += [nn.Conv2d(before, after, 5, stride=2, padding=2), nn.LeakyReLU(0.2)]
        return nn.Sequential(*layers, nn.Flatten(), nn.Linear(4096, 1))


MODELS = {"wgan-gp-fashion": MLP, "wgan-gp-fashion-conv": Convolutional}


def make_generator(latent: int) -> nn.Module:
    layers: list[nn.Module] = [nn.Linear(latent, 128), nn.LeakyReLU(0.2)]
    for inputs, outputs in [(128, 256), (256, 512), (512, 1024)]:
        layers += [nn.Linear(inputs, outputs), nn.BatchNorm1d(outputs, eps=0.8), nn.LeakyReLU(0.2)]
    return nn.Sequential(*layers, nn.Linear(1024, 784), nn.Tanh())


def make_critic() -> nn.Module:
    return nn.Sequential(
        nn.Linear(784, 512), nn.LeakyReLU(0.2), nn.Linear(512, 256), nn.LeakyReLU(0.2), nn.Linear(256, 1)
    )


def load_images(folder: Path) -> torch.Tensor:
    """The training images as [60000, 784] in [-1, 1]."""
    path = folder / "train-images-idx3-ubyte.gz"
    if not path.exists():
        sys.exit(f"{path} is missing: install the package dataset-fashion-mnist, or name its folder with --data DIR")
    data = gzip.decompress(path.read_bytes())
    magic, count, rows, columns = struct.unpack(">4I", data[:16])
    if magic != 0x0803 or len(data) != 16 + count * rows * columns:
        sys.exit(f"{path} is not a complete IDX file of unsigned bytes in three dimensions")
    pixels = numpy.frombuffer(data, numpy.uint8, offset=16).reshape(count, rows * columns)
    return torch.from_numpy(pixels.astype(numpy.float32) / 127.5 - 1)


class ShuffledBatches:
    """Batches of shuffled epochs; the incomplete last batch of an epoch is dropped."""

    def __init__(self, images: torch.Tensor, batch: int):
        self.images, self.batch, self.order, self.position = images, batch, torch.randperm(len(images)), 0

    def next(self) -> torch.Tensor:
        if self.position + self.batch > len(self.images):
            self.order, self.position = torch.randperm(len(self.images)), 0
        batch = self.images[self.order[self.position : self.position + self.batch]]
        self.position += self.batch
        return batch


class Trainer:
    def __init__(self, model: type, images: torch.Tensor, attached: bool):
        self.model, self.attached = model, attached
        self.generator, self.critic = model.make_generator(), model.make_critic()
        self.batches = ShuffledBatches(images.view(-1, *model.sample), model.batch)
        self.generator_optimizer = torch.optim.Adam(self.generator.parameters(), **model.adam)
        self.critic_optimizer = torch.optim.Adam(self.critic.parameters(), **model.adam)

    def noise(self) -> torch.Tensor:
        return torch.randn(self.model.batch, self.model.latent)

    def penalty(self, real: torch.Tensor, fake: torch.Tensor) -> torch.Tensor:
        alpha = torch.rand(len(real), *[1] * (real.ndim - 1))
        between = alpha * real + (1 - alpha) * fake
        if not self.attached:
            between.requires_grad_(True)
        scores = self.critic(between)
        (gradient,) = torch.autograd.grad(scores, between, torch.ones_like(scores), create_graph=True)
        return ((gradient.flatten(1).norm(2, dim=1) - 1) ** 2).mean()

    def critic_step(self) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """One critic update. Returns the Wasserstein estimate, the unweighted penalty and the loss."""
        real = self.batches.next()
        with torch.set_grad_enabled(self.attached):
            fake = self.generator(self.noise())
        wasserstein = self.critic(real).mean() - self.critic(fake).mean()
        penalty = self.penalty(real, fake)
        loss = PENALTY_WEIGHT * penalty - wasserstein
        self.critic_optimizer.zero_grad()
        loss.backward()
        self.critic_optimizer.step()
        return wasserstein.detach(), penalty.detach(), loss.detach()

    def generator_step(self) -> None:
        loss = -self.critic(self.generator(self.noise())).mean()
        self.generator_optimizer.zero_grad()
        loss.backward()
        self.generator_optimizer.step()

    def samples(self, count: int) -> torch.Tensor:
        self.generator.eval()
        with torch.no_grad():
            images = self.generator(torch.randn(count, self.model.latent))
        self.generator.train()
        return images


def processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.processor() or "unknown processor"


def train(trainer: Trainer, options: argparse.Namespace) -> None:
    out = open(options.csv, "w", encoding="utf-8") if options.csv else sys.stdout
    loss_kind = "attached" if options.attached else "detached"
    print(
        f"# WGAN-GP on Fashion-MNIST, PyTorch {torch.__version__} eager, Python {platform.python_version()}",
        f"# {date.today()}, {processor()}, {options.threads} thread(s), seed {options.seed}, {loss_kind} fakes",
        f"# each row averages the {AVERAGED_STEPS} critic steps up to its step; penalty is unweighted",
        "step,wasserstein,penalty,critic", sep="\n", file=out)
    sums, summed, start = torch.zeros(3), 0, time.monotonic()
    for step in range(1, options.steps + 1):
        sums, summed = sums + torch.stack(trainer.critic_step()), summed + 1
        if step % CRITIC_STEPS == 0:
            trainer.generator_step()
        if summed == AVERAGED_STEPS or step == options.steps:
            print(",".join([str(step), *(f"{value:.6g}" for value in (sums / summed).tolist())]), file=out, flush=True)
            sums, summed = torch.zeros(3), 0
    print(f"{options.steps} steps in {time.monotonic() - start:.0f} s", file=sys.stderr)


def write_grid(images: torch.Tensor, path: str, columns: int = 8) -> None:
    from PIL import Image

    rows = len(images) // columns
    grid = images.view(rows, columns, 28, 28).permute(0, 2, 1, 3).reshape(rows * 28, columns * 28)
    Image.fromarray(((grid + 1) * 127.5).clamp(0, 255).round().byte().numpy()).save(path)


def bench(trainer: Trainer, options: argparse.Namespace) -> None:
    """Times cycles of five critic updates and one generator update; a fifth of a cycle is one iteration."""

    def cycle() -> float:
        start = time.perf_counter()
        for _ in range(CRITIC_STEPS):
            trainer.critic_step()
        trainer.generator_step()
        return (time.perf_counter() - start) * 1000 / CRITIC_STEPS

    for _ in range(5):
        cycle()
    times = [cycle() for _ in range(max(1, options.bench // CRITIC_STEPS))]
    p10, median, p90 = numpy.percentile(times, [10, 50, 90])
    print(json.dumps({
        "framework": f"PyTorch {torch.__version__}", "threads": options.threads,
        "iterations": len(times) * CRITIC_STEPS,
        "medianMilliseconds": round(median, 4), "p10Milliseconds": round(p10, 4), "p90Milliseconds": round(p90, 4),
    }))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", choices=MODELS, default="wgan-gp-fashion")
    parser.add_argument("--steps", type=int, default=20_000, help="critic steps (default 20000)")
    parser.add_argument("--threads", type=int, default=1, help="threads (default 1)")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--data", type=Path, metavar="DIR", default=Path("/usr/share/datasets/fashion-mnist"),
                        help="folder of the IDX files")
    parser.add_argument("--csv", metavar="FILE", help="where the metrics go (default: standard output)")
    parser.add_argument("--samples", metavar="FILE.png", help="write a grid of 64 samples at the end")
    parser.add_argument("--bench", type=int, metavar="N", help="time N critic iterations instead of training")
    parser.add_argument("--attached", action="store_true",
                        help="leave the fakes attached to the generator in the critic loss")
    options = parser.parse_args()

    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    trainer = Trainer(MODELS[options.model], load_images(options.data), options.attached)
    if options.bench:
        bench(trainer, options)
        return
    train(trainer, options)
    if options.samples:
        write_grid(trainer.samples(64), options.samples)


if __name__ == "__main__":
    main()
