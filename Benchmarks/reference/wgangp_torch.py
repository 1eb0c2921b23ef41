#!/usr/bin/env python3
"""WGAN-GP on images in PyTorch eager: the reference for `zoo train wgan-gp-fashion` and similar models.

Networks, losses and hyperparameters are those of a recipe; initialisation is PyTorch's default. A step is one critic
update; every fifth one (as the recipe says) is followed by one generator update.

    wgangp_torch.py --steps 20000 --seed 7 --csv curve.csv --samples grid.png
    wgangp_torch.py --steps 20000 --arrays folder --at 5000 20000 --count 10000   # samples as folder/STEP.npy
    wgangp_torch.py --bench 200 --threads 2 [--critic] [--attached | --best]

Three equivalent variants of a step:
- the default: fakes without the generator's tape;
- --attached: fakes with it, as in much published code: the critic's loss is also propagated into the generator;
- --best: the best without torch.compile (which refuses double backward): one forward pass for real and fake samples,
  gradients of the updated network only, fused Adam.
"""

import argparse
import platform
import sys
import time
from datetime import date
from pathlib import Path

import datasets
import numpy
import timing
import torch
from networks_torch import make_network
from recipe import Recipe, load

AVERAGED_STEPS = 50
# The samples that are generated at a time.
BATCH = 500


class Trainer:
    def __init__(self, recipe: Recipe, images: torch.Tensor, attached: bool = False, best: bool = False, seed: int = 7):
        self.recipe, self.images, self.attached, self.best = recipe, images, attached, best
        self.generator, self.critic = make_network(recipe.generator), make_network(recipe.critic)
        self.batches = datasets.ShuffledBatches(len(images), recipe.batch, seed)
        self.generator_optimizer, self.critic_optimizer = (
            torch.optim.Adam(network.parameters(), lr=recipe.adam.rate, betas=recipe.adam.betas, eps=recipe.adam.eps,
                             fused=best)
            for network in (self.generator, self.critic))

    def real(self) -> torch.Tensor:
        pixels = self.images[torch.from_numpy(self.batches.next())]
        return (pixels.float() / 127.5 - 1).view(-1, *self.recipe.sample)

    def noise(self) -> torch.Tensor:
        return torch.randn(self.recipe.batch, self.recipe.latent)

    def alpha(self) -> torch.Tensor:
        return torch.rand(self.recipe.batch, *[1] * len(self.recipe.sample))

    def penalty(self, real: torch.Tensor, fake: torch.Tensor, alpha: torch.Tensor) -> torch.Tensor:
        between = alpha * real + (1 - alpha) * fake
        if not self.attached:
            between.requires_grad_(True)
        scores = self.critic(between)
        (gradient,) = torch.autograd.grad(scores, between, torch.ones_like(scores), create_graph=True)
        return ((gradient.flatten(1).norm(2, dim=1) - 1) ** 2).mean()

    def scores(self, real: torch.Tensor, fake: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        if self.best:
            return self.critic(torch.cat([real, fake])).chunk(2)
        return self.critic(real), self.critic(fake)

    def critic_step(
        self, real: torch.Tensor, noise: torch.Tensor, alpha: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """One critic update. Returns the Wasserstein estimate, the unweighted penalty and the loss."""
        with torch.set_grad_enabled(self.attached):
            fake = self.generator(noise)
        real_scores, fake_scores = self.scores(real, fake)
        wasserstein = real_scores.mean() - fake_scores.mean()
        penalty = self.penalty(real, fake, alpha)
        loss = self.recipe.penalty_weight * penalty - wasserstein
        self.update(self.critic_optimizer, loss)
        return wasserstein.detach(), penalty.detach(), loss.detach()

    def generator_step(self, noise: torch.Tensor) -> torch.Tensor:
        """One generator update. Returns the loss."""
        loss = -self.critic(self.generator(noise)).mean()
        self.update(self.generator_optimizer, loss)
        return loss.detach()

    def update(self, optimizer: torch.optim.Optimizer, loss: torch.Tensor) -> None:
        optimizer.zero_grad(set_to_none=True)
        loss.backward(inputs=optimizer.param_groups[0]["params"] if self.best else None)
        optimizer.step()

    def update_critic(self) -> None:
        self.critic_step(self.real(), self.noise(), self.alpha())

    def cycle(self) -> None:
        for _ in range(self.recipe.critic_steps):
            self.update_critic()
        self.generator_step(self.noise())
        if self.images.is_cuda:
            torch.cuda.synchronize()

    def samples(self, count: int) -> torch.Tensor:
        self.generator.eval()
        with torch.no_grad():
            parts = [self.generator(torch.randn(size, self.recipe.latent))
                     for size in [BATCH] * (count // BATCH) + [count % BATCH] if size]
        self.generator.train()
        return torch.cat(parts)


def processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.processor() or "unknown processor"


def train(trainer: Trainer, options: argparse.Namespace) -> None:
    out = open(options.csv, "w", encoding="utf-8") if options.csv else sys.stdout
    loss_kind = "attached" if options.attached else "detached"
    print(
        f"# {trainer.recipe.name}, PyTorch {torch.__version__} eager, Python {platform.python_version()}",
        f"# {date.today()}, {processor()}, {options.threads} thread(s), seed {options.seed}, {loss_kind} fakes",
        f"# each row averages the {AVERAGED_STEPS} critic steps up to its step; penalty is unweighted",
        "step,wasserstein,penalty,critic", sep="\n", file=out)
    sums, summed, start = torch.zeros(3), 0, time.monotonic()
    for step in range(1, options.steps + 1):
        sums += torch.stack(trainer.critic_step(trainer.real(), trainer.noise(), trainer.alpha()))
        summed += 1
        if step % trainer.recipe.critic_steps == 0:
            trainer.generator_step(trainer.noise())
        if options.arrays and step in (options.at or [options.steps]):
            save_samples(trainer, options.count, options.arrays / f"{step}.npy", options.seed)
        if summed == AVERAGED_STEPS or step == options.steps:
            print(",".join([str(step), *(f"{value:.6g}" for value in (sums / summed).tolist())]), file=out, flush=True)
            sums, summed = torch.zeros(3), 0
    print(f"{options.steps} steps in {time.monotonic() - start:.0f} s", file=sys.stderr)


def save_samples(trainer: Trainer, count: int, path: Path, seed: int) -> None:
    """Writes samples of a seed of their own: training draws the same numbers as without them."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed + 1_000_000)
        numpy.save(path, trainer.samples(count).flatten(1).numpy())


def write_grid(images: torch.Tensor, path: str, columns: int = 8) -> None:
    from PIL import Image

    rows = len(images) // columns
    grid = images.view(rows, columns, 28, 28).permute(0, 2, 1, 3).reshape(rows * 28, columns * 28)
    Image.fromarray(((grid + 1) * 127.5).clamp(0, 255).round().byte().numpy()).save(path)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", default="wgan-gp-fashion", help="a model, or a recipe's path (.yaml)")
    parser.add_argument("--steps", type=int, default=20_000, help="critic steps (default 20000)")
    parser.add_argument("--threads", type=int, default=1, help="threads (default 1)")
    parser.add_argument("--device", default="cpu", help="the device (default cpu), for example cuda")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--data", type=Path, metavar="DIR", help="folder of the data set's files")
    parser.add_argument("--csv", metavar="FILE", help="the file for the metrics (default: standard output)")
    parser.add_argument("--samples", metavar="FILE.png", help="write a grid of 64 samples at the end")
    parser.add_argument("--arrays", type=Path, metavar="DIR", help="write samples as DIR/STEP.npy")
    parser.add_argument("--at", type=int, nargs="+", metavar="STEP", help="steps of --arrays (default: the last one)")
    parser.add_argument("--count", type=int, default=10_000, help="samples of --arrays (default 10000)")
    parser.add_argument("--bench", type=int, metavar="N", help="time N critic iterations instead of training")
    parser.add_argument("--critic", action="store_true", help="time updates of the critic only")
    way = parser.add_mutually_exclusive_group()
    way.add_argument(
        "--attached", action="store_true", help="leave the fakes attached to the generator in the critic loss")
    way.add_argument("--best", action="store_true", help="the fastest way to write a step in PyTorch eager")
    options = parser.parse_args()

    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    recipe = load(options.model)
    torch.set_default_device(options.device)
    images = torch.from_numpy(datasets.load_images(recipe, options.data)).to(options.device)
    trainer = Trainer(recipe, images, options.attached, options.best, options.seed)
    if options.bench:
        length, cycle = (1, trainer.update_critic) if options.critic else (recipe.critic_steps, trainer.cycle)
        timing.report(f"PyTorch {torch.__version__} eager", options.threads, length, options.bench, cycle)
        return
    train(trainer, options)
    if options.samples:
        write_grid(trainer.samples(64), options.samples)


if __name__ == "__main__":
    main()
