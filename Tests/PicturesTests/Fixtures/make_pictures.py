"""Picture files of all kinds with the pixels that Pillow decodes, and resized pictures.

Prints JSON. Generated with Pillow 13.0.0 and NumPy 2.4.6:
    python3 make_pictures.py > pictures.json
"""

import base64
import io
import json
import struct
import zlib

import numpy
from PIL import Image, ImageOps

WIDTH, HEIGHT = 19, 13
random = numpy.random.default_rng(0)


def encoded(data):
    return base64.b64encode(bytes(data)).decode()


def smooth(channels):
    y, x = numpy.mgrid[:HEIGHT, :WIDTH]
    planes = [128 + 100 * numpy.sin(x / (3 + c) + c) * numpy.cos(y / (4 + c)) for c in range(channels)]
    return numpy.stack(planes, axis=-1).round().astype(numpy.uint8)


def over(image, background=255):
    """The pixels without transparency: each over a gray background, rounded to the nearest."""
    mode = "LA" if image.mode in ("LA", "La") else "RGBA"
    pixels = numpy.asarray(image.convert(mode)).astype(int)
    alpha = pixels[..., -1:]
    return ((pixels[..., :-1] * alpha + background * (255 - alpha) + 127) // 255).astype(numpy.uint8)


def case(name, data, expected):
    expected = numpy.asarray(expected)
    shape = expected.shape if expected.ndim == 3 else expected.shape + (1,)
    return {"name": name, "file": encoded(data), "shape": shape, "pixels": encoded(expected.tobytes())}


def save(image, format, **options):
    file = io.BytesIO()
    image.save(file, format, **options)
    return file.getvalue()


def png16(channels):
    """A PNG of 16 bits, written by hand, because Pillow writes no colours of 16 bits."""
    pixels = random.integers(0, 1 << 16, (HEIGHT, WIDTH, channels), dtype=numpy.uint16)
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in pixels)

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 16, 2 if channels == 3 else 0, 0, 0, 0)
    data = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    # The nearest of 256 levels: 65535 / 255 = 257.
    return data, ((pixels.astype(int) + 128) // 257).astype(numpy.uint8)


def files():
    rgb, gray = Image.fromarray(smooth(3)), Image.fromarray(smooth(1)[..., 0])
    alpha = Image.fromarray(random.integers(0, 256, (HEIGHT, WIDTH), dtype=numpy.uint8))
    transparent = rgb.copy()
    transparent.putalpha(alpha)
    gray_alpha = Image.merge("LA", (gray, alpha))
    palette = rgb.quantize(16)
    yield case("png rgb", save(rgb, "PNG"), rgb)
    yield case("png gray", save(gray, "PNG"), gray)
    yield case("png of one bit", save(gray.convert("1"), "PNG"), gray.convert("1").convert("L"))
    yield case("png palette", save(palette, "PNG"), palette.convert("RGB"))
    keyed = Image.open(io.BytesIO(save(palette, "PNG", transparency=3)))
    yield case("png palette with transparency", save(palette, "PNG", transparency=3), over(keyed))
    yield case("png rgba", save(transparent, "PNG"), over(transparent))
    yield case("png gray with alpha", save(gray_alpha, "PNG"), over(gray_alpha))
    for channels in 1, 3:
        data, expected = png16(channels)
        yield case(f"png of 16 bits, {channels} channels", data, expected)
    for subsampling in 0, 2:
        data = save(rgb, "JPEG", quality=90, subsampling=subsampling)
        yield case(f"jpeg, subsampling {subsampling}", data, Image.open(io.BytesIO(data)))
    for name, image, options in [("gray", gray, {}), ("progressive", rgb, {"progressive": True})]:
        data = save(image, "JPEG", quality=90, **options)
        yield case(f"jpeg {name}", data, Image.open(io.BytesIO(data)))
    data = save(rgb.convert("CMYK"), "JPEG", quality=90)
    yield case("jpeg cmyk", data, Image.open(io.BytesIO(data)).convert("RGB"))
    for name, image in [("rgb", rgb), ("rgba", transparent)]:
        for lossless in False, True:
            data = save(image, "WEBP", quality=90, lossless=lossless, exact=True)
            read = Image.open(io.BytesIO(data))
            kind = "lossless" if lossless else "lossy"
            yield case(f"webp {name}, {kind}", data, over(read) if read.mode == "RGBA" else read)
    for format in "PNG", "JPEG", "WEBP":
        for orientation in range(1, 9):
            exif = Image.Exif()
            exif[0x0112] = orientation
            options = {"lossless": True} if format == "WEBP" else {}
            data = save(rgb, format, exif=exif, **options)
            upright = ImageOps.exif_transpose(Image.open(io.BytesIO(data)))
            yield case(f"{format.lower()}, orientation {orientation}", data, upright.convert("RGB"))


def resized():
    for channels in 1, 3:
        pixels = random.integers(0, 256, (HEIGHT, WIDTH, channels), dtype=numpy.uint8)
        image = Image.fromarray(pixels.squeeze())
        for width, height in [(19, 13), (8, 8), (7, 13), (19, 4), (1, 1), (40, 30), (3, 26)]:
            result = image.resize((width, height), Image.Resampling.BILINEAR)
            yield {
                "shape": pixels.shape, "pixels": encoded(pixels.tobytes()), "width": width, "height": height,
                "resized": encoded(result.tobytes()),
                "fit": encoded(ImageOps.pad(image, (width, height), Image.Resampling.BILINEAR).tobytes()),
                "crop": encoded(ImageOps.fit(image, (width, height), Image.Resampling.BILINEAR).tobytes()),
            }


print(json.dumps({"files": list(files()), "resized": list(resized())}, indent=1))
