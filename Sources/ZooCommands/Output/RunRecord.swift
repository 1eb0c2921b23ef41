import Foundation
import ZooKit
import RunStore

/// A run as JSON has it.
struct RunRecord: Encodable {
  let id: String
  let name: String?
  let model: String
  let algorithm: String
  let status: String
  let message: String?
  let step: Int
  let targetStep: Int?
  let seed: UInt64
  let created, updated: Date
  let parent: String?
  let backend: String
  let machine: String
  let threads: Int
  let platform: [String: String]?
  let metrics: [String: Double]

  init(_ run: Run) {
    id = run.id
    name = run.name
    model = run.model
    algorithm = run.algorithm
    status = run.status.rawValue
    message = run.message
    step = run.step
    targetStep = run.targetStep
    seed = run.seed
    (created, updated) = (run.created, run.updated)
    parent = run.parent?.description
    backend = run.backend
    machine = run.machine
    threads = run.threads
    platform = try? run.recordedPlatform?.facts
    metrics = run.latestMetrics.mapValues(\.value)
  }
}

/// A checkpoint as JSON has it.
struct CheckpointRecord: Encodable {
  let run: String
  let step: Int
  let created: Date
  let stateDigest: String
  let bytes: Int

  init(_ checkpoint: Checkpoint) {
    run = checkpoint.id.run
    step = checkpoint.id.step
    created = checkpoint.created
    stateDigest = checkpoint.stateDigest.description
    bytes = checkpoint.byteCount
  }
}

/// An event of a run as JSON has it.
struct EventRecord: Encodable {
  let kind: String
  let step: Int
  let created: Date
  let message: String

  init(_ event: Event) {
    kind = event.kind.rawValue
    step = event.step
    created = event.created
    message = event.message
  }
}

/// A metric as JSON has it.
struct MetricRecord: Encodable {
  let key: String
  let step: Int
  let value: Double

  init(_ metric: Metric) {
    key = metric.key
    step = metric.step
    value = metric.value
  }
}

/// A picture of a run as JSON has it.
struct PictureRecord: Encodable {
  let name: String
  let step: Int
  let bytes: Int

  init(_ picture: PictureEntry) {
    name = picture.name
    step = picture.step
    bytes = picture.byteCount
  }
}
