"""Writes data of odd kinds into a folder, with a recipe for each.

There are 500 pictures of all modes, sizes and formats in nested folders whose names have blanks and letters of Unicode,
and five broken ones; and an array of float images of 3 x 48 x 48 in an odd range.

    python3 odd_data.py FOLDER          with Pillow 13.0.0 and NumPy 2.4
"""

import os
import sys

import numpy
from PIL import Image

MODES = ["RGB", "L", "RGBA", "P", "LA", "CMYK", "1", "I;16"]
FOLDERS = ["cats", "dogs and puppies", "dogs and puppies/small", "vögel"]
NETWORKS = """networks:
  generator:
    input: [32]
    layers: [{linear: %d}, relu, {unflatten: [32, %d, %d]}, {upsample: 2}, {conv2d: {outputs: 16, kernel: 3,
      padding: 1}}, relu, {upsample: 2}, {conv2d: {outputs: 3, kernel: 3, padding: 1}}, tanh]
  critic:
    input: [3, %d, %d]
    layers: [{conv2d: {outputs: 16, kernel: 4, stride: 2, padding: 1}}, {leaky-relu: 0.2},
      {conv2d: {outputs: 32, kernel: 4, stride: 2, padding: 1}}, {leaky-relu: 0.2}, flatten, {linear: 1}]
settings: {batch: 16, criticSteps: 2}
steps: 200
checkpoint: {every: 10}
"""

random = numpy.random.default_rng(0)


def picture(index):
    width, height = (int(extent) for extent in random.integers(20, 200, 2))
    y, x = numpy.mgrid[:height, :width]
    a, b = random.integers(5, 25, 2)
    planes = [128 + 100 * numpy.sin(x / a + channel) * numpy.cos(y / b) for channel in range(3)]
    pixels = numpy.stack(planes, -1).astype(numpy.uint8)
    mode = MODES[index % len(MODES)]
    if mode == "I;16":
        return mode, Image.fromarray(pixels[..., 0].astype(numpy.uint16) * 257)
    image = Image.fromarray(pixels)
    return mode, image if mode == "RGB" else image.convert(mode)


def ending(mode, index):
    if mode in ("RGB", "L"):
        return ["png", "jpg", "webp", "JPEG"][index // 8 % 4]
    return "jpg" if mode == "CMYK" else ["png", "webp"][index // 8 % 2] if mode == "RGBA" else "png"


def recipe(name, dataset, side):
    text = f"name: odd-{name}\nsummary: Data of odd kinds\nalgorithm: wgan-gp\ndataset: {dataset}\n"
    with open(f"{name}.yaml", "w") as file:
        file.write(text + NETWORKS % (2 * side * side, side // 4, side // 4, side, side))


os.chdir(sys.argv[1])
for folder in FOLDERS:
    os.makedirs(f"odd pictures/{folder}", exist_ok=True)
for index in range(500):
    mode, image = picture(index)
    kind = ending(mode, index)
    options = {}
    if kind in ("jpg", "JPEG") and index % 3 == 0:
        options["exif"] = Image.Exif()
        options["exif"][0x0112] = int(random.integers(1, 9))
    image.save(f"odd pictures/{FOLDERS[index % 4]}/picture {index} é.{kind}", **options)
with open("odd pictures/cats/picture 0 é.png", "rb") as file:
    whole = file.read()
for index in range(5):
    with open(f"odd pictures/cats/broken {index}.png", "wb") as file:
        file.write(whole[: 60 + 10 * index])
with open("odd pictures/notes.txt", "w") as file:
    file.write("not a picture\n")
recipe(
    "pictures", "{images: odd pictures, size: 32, skipBroken: true, augment: {flip: horizontal, crop: 2}}", 32)
numpy.savez("images.npz", images=(random.random((200, 3, 48, 48)) * 300 - 50).astype(numpy.float32))
recipe("array", "{arrays: images.npz, range: data, augment: {flip: horizontal}}", 48)
