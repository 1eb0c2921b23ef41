#!/usr/bin/env python3
"""Makes the data of the results of `dcgan-r1-images`, `sngan-hinge-images` and `wgan-gp-series` in Docs/Results.md.

usage: make_example_data.py FOLDER

FOLDER/pictures/{circle,square,triangle}/NNNN.png: 2,000 pictures of 64 x 64 pixels, a coloured shape of random place,
size and angle on a ground with a gradient and stripes. FOLDER/series.npy: float32 [40000, 1], sums of two sines whose
frequencies change slowly, with autoregressive noise. Equal versions of NumPy (2.4) and Pillow (13.0) write equal files.
"""

import colorsys
import pathlib
import sys

import numpy as np
from PIL import Image, ImageDraw

SIDE = 64
SCALE = 4  # shapes are drawn larger and reduced, so that their edges are smooth
KINDS = ["circle", "square", "triangle"]


def colour(generator, low, high):
    """A colour of random hue, as bytes, whose value lies between two bounds."""
    rgb = colorsys.hsv_to_rgb(generator.uniform(), generator.uniform(0.5, 0.9), generator.uniform(low, high))
    return np.array(rgb) * 255


def ground(generator):
    """Two dark colours blended along a random direction, with stripes, [side, side, 3]."""
    side = SIDE * SCALE
    y, x = np.mgrid[0:side, 0:side] / side - 0.5
    angle = generator.uniform(0, 2 * np.pi)
    along = np.cos(angle) * x + np.sin(angle) * y
    blend = np.clip(along + 0.5, 0, 1)[..., None]
    picture = blend * colour(generator, 0.2, 0.5) + (1 - blend) * colour(generator, 0.2, 0.5)
    stripes = np.sin(2 * np.pi * generator.uniform(4, 8) * along + generator.uniform(0, 2 * np.pi))
    return np.clip(picture * (1 + 0.25 * stripes[..., None]), 0, 255)


def picture(generator, kind):
    image = Image.fromarray(ground(generator).astype(np.uint8))
    radius = generator.uniform(14, 22) * SCALE
    centre = generator.uniform(24, 40, 2) * SCALE
    paint = tuple(int(value) for value in colour(generator, 0.8, 1.0))
    draw = ImageDraw.Draw(image)
    if kind == "circle":
        draw.ellipse([*(centre - radius), *(centre + radius)], fill=paint)
    else:
        corners = 4 if kind == "square" else 3
        angles = generator.uniform(0, 2 * np.pi) + 2 * np.pi * np.arange(corners) / corners
        points = centre + radius * np.stack([np.cos(angles), np.sin(angles)], axis=1)
        draw.polygon([tuple(point) for point in points], fill=paint)
    return image.resize((SIDE, SIDE), Image.Resampling.BOX)


def series(generator, length=40_000):
    """Two sines with frequencies that wander within an octave, and noise with the coefficient 0.8."""
    total = np.zeros(length)
    for period, amplitude in [(40, 1.0), (12, 0.4)]:
        wander = np.cumsum(generator.normal(0, 0.01, length))
        frequency = 2 ** (0.5 * np.sin(wander)) / period
        total += amplitude * np.sin(2 * np.pi * np.cumsum(frequency))
    noise = np.zeros(length)
    for step in range(1, length):
        noise[step] = 0.8 * noise[step - 1] + generator.normal(0, 0.06)
    return (total + noise).astype(np.float32)[:, None]


def main():
    folder = pathlib.Path(sys.argv[1])
    generator = np.random.default_rng(7)
    for index in range(2000):
        kind = KINDS[index % len(KINDS)]
        file = folder / "pictures" / kind / f"{index:04}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        picture(generator, kind).save(file)
    np.save(folder / "series.npy", series(generator))


if __name__ == "__main__":
    main()
