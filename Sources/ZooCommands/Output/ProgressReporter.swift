import Foundation
import ZooKit
import RunStore
import Synchronization

/// Shows the progress of training on standard error: a bar on a terminal, otherwise a line every 10 s. Training does
/// not wait for a reader that has stopped.
final class ProgressReporter: Sendable {
  private struct State {
    var lastShown = ContinuousClock.now
    var hasShown = false
  }

  private let isTerminal = Terminal.error.isTerminal
  private let state = Mutex(State())

  /// Shows a step if output is due.
  func report(_ progress: TrainingProgress) {
    let isLast = progress.step >= progress.end
    let isDue = state.withLock { state in
      let pause: Duration = isTerminal ? .milliseconds(200) : .seconds(10)
      guard isLast || !state.hasShown || ContinuousClock.now - state.lastShown >= pause else { return false }
      state.lastShown = .now
      state.hasShown = true
      return true
    }
    guard isDue else { return }
    Terminal.error.write(
      isTerminal ? "\r\u{1B}[K" + bar(progress).fitted(to: Terminal.error.width) : line(progress) + "\n", within: .zero)
  }

  /// Shows a warning or a note, on a line of its own.
  func warn(_ message: String, as kind: String = "warning") {
    let line = "\(kind): \(message.escaped)\n"
    Terminal.error.write(
      isTerminal && state.withLock(\.hasShown) ? "\r\u{1B}[K" + line : line, within: TrainingReport.patience)
  }

  /// Ends the bar's line.
  func finish() {
    if isTerminal, state.withLock(\.hasShown) { Terminal.error.write("\n", within: .zero) }
  }

  private func bar(_ progress: TrainingProgress) -> String {
    let width = 24
    let share = Double(progress.step) / Double(max(progress.target, 1))
    let filled = min(width, Int(share * Double(width)))
    let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
    return "\(bar) \(line(progress))"
  }

  private func line(_ progress: TrainingProgress) -> String {
    var parts = [
      "\(Format.count(progress.step))/\(Format.count(progress.target))",
      (progress.rate < 1000 ? String(format: "%.1f", progress.rate) : Format.count(Int(progress.rate))) + " steps/s",
    ]
    if let seconds = progress.remainingSeconds, progress.step < progress.end {
      parts.append(Format.duration(seconds) + " left")
    }
    // Returns come first: they say most about an agent, and a line may be cut off.
    let first = ["return", "length", Metric.evaluation].filter { progress.metrics[$0] != nil }
    for key in first + progress.metrics.keys.filter({ !first.contains($0) }).sorted() {
      parts.append("\(key) \(Format.metric(progress.metrics[key] ?? .nan))")
    }
    return parts.joined(separator: "  ")
  }
}
