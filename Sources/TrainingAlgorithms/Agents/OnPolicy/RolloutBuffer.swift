import Checkpointing
import GraphIR

/// The steps of parallel environments since the last update: a row or a number for each step of each environment, step
/// by step.
struct RolloutBuffer {
  /// The largest number of steps of all environments together.
  static let limit = 1 << 22
  /// The number of steps of each environment in a rollout.
  let steps: Int
  let copies: Int
  let observationWidth: Int
  let actionWidth: Int
  /// The number of steps of each environment so far.
  private(set) var position = 0
  private(set) var observations: [Float]
  private(set) var actions: [Float]
  private(set) var logProbabilities: [Float]
  private(set) var values: [Float]
  private(set) var rewards: [Float]
  /// 1 if a step was the last of its episode.
  private(set) var ends: [Float]
  /// Â and the targets of values; known once the rollout is full.
  private(set) var advantages: [Float]
  private(set) var returns: [Float]

  init(steps: Int, copies: Int, observationWidth: Int, actionWidth: Int) {
    self.steps = steps
    self.copies = copies
    self.observationWidth = observationWidth
    self.actionWidth = actionWidth
    let count = steps * copies
    observations = [Float](repeating: 0, count: count * observationWidth)
    actions = [Float](repeating: 0, count: count * actionWidth)
    logProbabilities = [Float](repeating: 0, count: count)
    (values, rewards, ends, advantages, returns) = (
      logProbabilities, logProbabilities, logProbabilities, logProbabilities, logProbabilities
    )
  }

  /// Whether an update is due.
  var isFull: Bool { position == steps }

  /// Starts a new rollout.
  mutating func clear() { position = 0 }

  /// Adds the observation and the action of every environment, and the policy's outputs.
  mutating func append(observations: [Float], actions: TensorValue, logProbabilities: TensorValue, values: TensorValue)
  {
    let first = position * copies
    observations.withUnsafeBufferPointer { Self.copy($0, to: &self.observations, at: first * observationWidth) }
    actions.withElements(of: Float.self) { Self.copy($0, to: &self.actions, at: first * actionWidth) }
    logProbabilities.withElements(of: Float.self) { Self.copy($0, to: &self.logProbabilities, at: first) }
    values.withElements(of: Float.self) { Self.copy($0, to: &self.values, at: first) }
  }

  /// Adds the rewards and ends, which complete the step.
  mutating func append(rewards: [Float], ends: [Float]) {
    let first = position * copies
    rewards.withUnsafeBufferPointer { Self.copy($0, to: &self.rewards, at: first) }
    ends.withUnsafeBufferPointer { Self.copy($0, to: &self.ends, at: first) }
    position += 1
  }

  /// Ends the running episodes, as a time limit does.
  ///
  /// - Parameter values: the discounted value of each environment's last observation.
  mutating func cutOff(worth values: [Float]) {
    guard position > 0 else { return }
    let first = (position - 1) * copies
    for copy in 0..<copies where ends[first + copy] == 0 {
      rewards[first + copy] += values[copy]
      ends[first + copy] = 1
    }
  }

  private static func copy(_ numbers: UnsafeBufferPointer<Float>, to array: inout [Float], at start: Int) {
    array.withUnsafeMutableBufferPointer {
      _ = UnsafeMutableBufferPointer(rebasing: $0[start..<start + numbers.count]).update(from: numbers)
    }
  }

  /// Generalised advantage estimation: Schulman, Moritz, Levine, Jordan, Abbeel, arXiv:1506.02438, equation 16.
  ///
  /// - Parameters:
  ///   - lastValues: V of each environment's observation after the rollout.
  ///   - discount: γ.
  ///   - lambda: λ.
  mutating func estimateAdvantages(lastValues: TensorValue, discount: Float, lambda: Float) {
    for copy in 0..<copies {
      var (advantage, nextValue) = (Float(0), lastValues.withElements(of: Float.self) { $0[copy] })
      for index in stride(from: (steps - 1) * copies + copy, through: copy, by: -copies) {
        let continues = 1 - ends[index]
        let delta = rewards[index] + discount * nextValue * continues - values[index]
        advantage = delta + discount * lambda * continues * advantage
        advantages[index] = advantage
        returns[index] = advantage + values[index]
        nextValue = values[index]
      }
    }
  }

  /// Copies the rows of a field to a buffer, row by row.
  func fill(_ field: RolloutBatch.Field, rows: [Int], into buffer: UnsafeMutableBufferPointer<Float>) {
    func gather(_ source: [Float], _ width: Int) {
      source.withUnsafeBufferPointer { source in
        var place = 0
        for row in rows {
          for column in row * width..<(row + 1) * width {
            buffer[place] = source[column]
            place += 1
          }
        }
      }
    }
    switch field {
    case .observations: gather(observations, observationWidth)
    case .actions: gather(actions, actionWidth)
    case .logProbabilities: gather(logProbabilities, 1)
    case .values: gather(values, 1)
    case .advantages: gather(advantages, 1)
    case .returns: gather(returns, 1)
    }
  }
}

extension RolloutBuffer: Checkpointed {
  /// The tensors of a checkpoint. Advantages are not among them: the updates follow a full rollout immediately.
  private static var tensors: [(name: String, property: WritableKeyPath<Self, [Float]>, width: KeyPath<Self, Int>?)] {
    [
      ("observations", \.observations, \.observationWidth), ("actions", \.actions, \.actionWidth),
      ("logProbabilities", \.logProbabilities, nil), ("values", \.values, nil), ("rewards", \.rewards, nil),
      ("ends", \.ends, nil),
    ]
  }

  /// Adds the steps so far: [steps, envs] or [steps, envs, width] for each tensor.
  func save(to state: inout TrainingState, as name: String) {
    for (tensor, property, width) in Self.tensors {
      state.tensors[StateName.join(name, tensor)] = TensorValue(self[keyPath: property], shape: shape(width))
    }
    position.save(to: &state, as: StateName.join(name, "position"))
  }

  /// Restores the steps of a checkpoint.
  ///
  /// - Throws: `CheckpointError` if a tensor is missing or has another shape.
  mutating func restore(from state: TrainingState, as name: String) throws {
    for (tensor, property, width) in Self.tensors {
      let type = TensorType(.float32, shape(width))
      self[keyPath: property] = try state.tensor(StateName.join(name, tensor), type).elements()
    }
    position = try state.counter(StateName.join(name, "position"), in: 0...steps)
  }

  private func shape(_ width: KeyPath<Self, Int>?) -> Shape {
    Shape([steps, copies] + (width.map { [self[keyPath: $0]] } ?? []))
  }
}
