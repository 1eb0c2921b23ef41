import Foundation
import Pictures
import RunStore

extension ModelZoo {
  /// The pictures of samples that a run has kept in the course of its training, by step.
  ///
  /// - Parameter reference: `RUN` for all; `RUN@STEP`, `RUN@latest` or `RUN@best` for those up to a checkpoint.
  /// - Throws: `StoreError` if there is no such run or checkpoint.
  public func samplePictures(of reference: String) throws -> [StoredPicture] {
    let resolved = try store.resolve(reference)
    let run = resolved.run.id
    let last = try resolved.checkpoint.map { try store.checkpoint(of: run, at: $0).id.step } ?? .max
    return try store.pictures(of: run).filter { $0.name == StoredPicture.samples && $0.step <= last }.compactMap {
      entry in
      try store.picture(entry.name, at: entry.step, of: run).map {
        StoredPicture(name: entry.name, step: entry.step, png: $0)
      }
    }
  }

  /// The pictures of ``samplePictures(of:)`` as one: side by side, row by row, the earliest first.
  ///
  /// - Parameter reference: as in ``samplePictures(of:)``.
  /// - Throws: as ``samplePictures(of:)``; ``ModelZooError`` if there are none, or their sizes differ; `PictureError`
  ///   if one is damaged.
  public func sampleSheet(of reference: String) throws -> Picture {
    let pictures = try samplePictures(of: reference)
    let tiles = try pictures.map { picture in
      try picture.png.withUnsafeBytes { try Picture(decoding: $0, background: 0) }
    }
    guard let first = tiles.first else {
      throw ModelZooError(
        .invalidArgument, "'\(reference)' has no pictures of samples; set samples.every before training")
    }
    for (tile, picture) in zip(tiles, pictures)
    where (tile.width, tile.height, tile.channels) != (first.width, first.height, first.channels) {
      throw ModelZooError(
        .invalidArgument,
        "the pictures of '\(reference)' have different sizes: \(first.width) x \(first.height) at step "
          + "\(pictures[0].step), \(tile.width) x \(tile.height) at step \(picture.step); write them to a folder")
    }
    return Picture(tiles: tiles, padding: 4, background: 255)
  }
}
