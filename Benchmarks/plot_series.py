#!/usr/bin/env python3
# /// script
# requires-python = ">=3.11"
# dependencies = ["matplotlib==3.11.2", "numpy==2.4.6"]
# ///
"""Draws windows of a series beside generated ones, and compares their statistics.

usage: plot_series.py SERIES.npy SAMPLES.npy OUTPUT.png

SERIES has the shape [time, 1], SAMPLES [n, 1, window]. Prints mean, standard deviation, kurtosis, and the largest
difference of the mean autocorrelations and of the mean log power spectra. A second half of the real windows shows the
size of differences by chance.
"""

import sys

import matplotlib
import numpy as np

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402

SHOWN = 8


def autocorrelation(windows):
    centred = windows - windows.mean()
    lags = range(0, windows.shape[1] // 2)
    length = windows.shape[1]
    return np.array([(centred[:, :length - lag] * centred[:, lag:]).mean() for lag in lags]) / centred.var()


def log_spectrum(windows):
    taper = np.hanning(windows.shape[1])
    return np.log10((np.abs(np.fft.rfft(windows * taper, axis=1)) ** 2).mean(axis=0))


def describe(name, windows, reference):
    centred = windows - windows.mean()
    kurtosis = (centred**4).mean() / centred.var() ** 2
    correlation = np.abs(autocorrelation(windows) - autocorrelation(reference)).max()
    spectrum = np.abs(log_spectrum(windows) - log_spectrum(reference)).max()
    print(f"{name}: mean {windows.mean():.3f}, deviation {windows.std():.3f}, kurtosis {kurtosis:.2f}, "
          f"autocorrelation {correlation:.3f}, log10 spectrum {spectrum:.2f}")


def main():
    series, samples = np.load(sys.argv[1])[:, 0], np.load(sys.argv[2])[:, 0]
    length = samples.shape[1]
    windows = series[: len(series) // length * length].reshape(-1, length)
    first, second = windows[: len(windows) // 2], windows[len(windows) // 2:]
    describe("other half of the data", second, first)
    describe("generated", samples, first)
    figure, axes = plt.subplots(SHOWN, 2, figsize=(8, 7), sharex=True, sharey=True)
    for column, (title, shown) in enumerate([("data", windows[:: len(windows) // SHOWN]), ("generated", samples)]):
        axes[0, column].set_title(title)
        for row in range(SHOWN):
            axes[row, column].plot(shown[row], linewidth=0.8, color="black")
    figure.tight_layout(h_pad=0.1)
    figure.savefig(sys.argv[3], dpi=70)


if __name__ == "__main__":
    main()
