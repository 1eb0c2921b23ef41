#!/usr/bin/env python3
# /// script
# requires-python = ">=3.11"
# dependencies = ["torch==2.15.0", "numpy==2.4.6"]
# ///
"""Writes conditional.json: trainings of small conditional GANs by PyTorch in float64, as make_gan_settings.py does.

    generator     noise followed by torch.nn.functional.embedding of the label
    concat        one-hot labels after the sample's values, arXiv:1411.1784
    projection    the score plus <embedding, features>, arXiv:1802.05637, equation 3
    classifier    cross-entropy of real and generated samples in the critic's loss, of generated ones in the
                  generator's, arXiv:1610.09585

A label is floor(CLASSES * draw). The penalty's points have the labels of the real samples, or of the fakes with
`at: fake`.
"""

import math
import platform
from pathlib import Path

import torch
from torch.nn import functional as F

from fixture_format import FORMULA, Inputs, numbers, write
from make_gan_settings import BATCH, STEPS, TARGET, Training, settings, weights

CLASSES, EMBEDDING, FEATURES = 3, 2, 5


class Conditional(Training):
    def __init__(self, case: dict, place: str | None, tensors: dict, inputs: Inputs):
        self.place = place
        names = {name: name for name in tensors if not name.startswith(("concat/", "projection/", "classifier/"))}
        if place == "concat":
            names |= {"critic/linear1.weight": "concat/linear1.weight"}
        if place == "projection":
            names |= {"critic/embedding.weight": "projection/embedding.weight"}
        if "classifier" in case:
            names |= {f"critic/classifier.{name}": f"classifier/{name}" for name in ["weight", "bias"]}
        super().__init__(case, {name: tensors[source] for name, source in names.items()}, inputs)
        self.fake_labels = self.real_labels = None

    def draw(self, name: str) -> torch.Tensor:
        return (self.inputs[name] * CLASSES).floor().long().flatten()

    def generator(self, z: torch.Tensor) -> torch.Tensor:
        vectors = F.embedding(self.fake_labels, self.parameters["generator/embedding.weight"])
        return super().generator(torch.cat([z, vectors], dim=1))

    def outputs(self, x: torch.Tensor, labels: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor | None]:
        if self.place == "concat":
            x = torch.cat([x, F.one_hot(labels, CLASSES).to(x.dtype)], dim=1)
        features = torch.tanh(self.linear("critic", 2, F.softplus(self.linear("critic", 1, x))))
        score = self.linear("critic", 3, features)
        if self.place == "projection":
            vectors = F.embedding(labels, self.parameters["critic/embedding.weight"])
            score = score + (vectors * features).sum(1, keepdim=True)
        if "classifier" not in self.settings:
            return score, None
        return score, F.linear(features, self.parameters["critic/classifier.weight"],
                               self.parameters["critic/classifier.bias"])

    def critic(self, x: torch.Tensor) -> torch.Tensor:
        fake = self.settings["penalty"]["at"] == "fake"
        return self.outputs(x, self.fake_labels if fake else self.real_labels)[0]

    def critic_step(self, step: int) -> dict[str, float]:
        penalties = self.settings["penalty"]
        self.real_labels = self.draw(f"step{step + 1}.labels")
        self.fake_labels = self.draw(f"step{step + 1}.fakeLabels")
        real, alpha = (self.inputs[f"step{step + 1}.{name}"] for name in ["real", "alpha"])
        with torch.no_grad():
            fake = self.generator(self.inputs[f"step{step + 1}.noise"])
        scores, logits = self.outputs(real, self.real_labels)
        fakes, fake_logits = self.outputs(fake, self.fake_labels)
        loss = fakes.mean() - scores.mean()
        metrics = {"wasserstein": numbers(scores.mean() - fakes.mean())}
        penalty = self.penalty(real, fake, alpha)
        metrics["penalty"] = numbers(penalty)
        loss = loss + penalties["weight"] * penalty
        if logits is not None:
            own = F.cross_entropy(logits, self.real_labels)
            metrics["classification"] = numbers(own)
            loss = loss + self.settings["classifier"]["weight"] * (own + F.cross_entropy(fake_logits, self.fake_labels))
        self.update("critic", loss, step)
        return {**metrics, "critic": numbers(loss)}

    def generator_step(self, step: int) -> dict[str, float]:
        self.fake_labels = self.draw(f"step{step + 1}.generatorLabels")
        scores, logits = self.outputs(self.generator(self.inputs[f"step{step + 1}.generatorNoise"]), self.fake_labels)
        loss = -scores.mean()
        if logits is not None:
            loss = loss + self.settings["classifier"]["weight"] * F.cross_entropy(logits, self.fake_labels)
        self.update("generator", loss, step)
        return {"generator": numbers(loss)}


def main() -> None:
    torch.set_num_threads(1)
    torch.set_default_dtype(torch.float64)
    inputs = Inputs(torch.float64)
    tensors = weights(inputs)
    bound = 2 / math.sqrt(3)
    for name, shape in [("generator/embedding.weight", [CLASSES, EMBEDDING]),
                        ("generator/linear1.weight", [5, 3 + EMBEDDING]), ("concat/linear1.weight", [6, 4 + CLASSES]),
                        ("projection/embedding.weight", [CLASSES, FEATURES]),
                        ("classifier/weight", [CLASSES, FEATURES]),
                        ("classifier/bias", [CLASSES])]:
        tensors[name] = inputs.make(name, shape, -bound, bound)
    draws = {}
    for step in range(1, STEPS + 1):
        for name, width, low, high in [
                ("real", 4, -1, 1), ("noise", 3, -2, 2), ("alpha", 1, 0, 1), ("generatorNoise", 3, -2, 2),
                ("labels", 1, 0, 1), ("fakeLabels", 1, 0, 1), ("generatorLabels", 1, 0, 1)]:
            shape = [BATCH] if name.lower().endswith("labels") else [BATCH, width]
            draws[f"step{step}.{name}"] = inputs.make(f"step{step}.{name}", shape, low, high)
    classes = {"classes": CLASSES}
    cases = {
        "concat": ("concat", settings(**classes)),
        "projection": ("projection", settings(**classes)),
        "projection at fakes": ("projection", settings(at="fake", weight=2, **classes)),
        "classifier": (None, settings(classifier={"weight": 0.5}, **classes)),
        "concat and classifier": ("concat", settings(at="real", classifier={"weight": 2}, **classes)),
    }
    write(Path(__file__).with_name("conditional.json"), {
        "made_by": f"make_conditional.py, PyTorch {torch.__version__}, Python {platform.python_version()}",
        "formula": FORMULA, "target": TARGET, "inputs": inputs.record,
        "cases": {name: {"labels": place, **Conditional(case, place, tensors, draws).run()}
                  for name, (place, case) in cases.items()},
    })


if __name__ == "__main__":
    main()
