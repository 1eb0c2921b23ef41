import Testing

@testable import Datasets

@Suite struct TrajectoriesTests {
  private static let text = """
    episode,observation0,observation1,action0
    0,0.1,-2,1
    0,1e-30,3,-1.5
    1,0.33333334,5,0

    """

  @Test func readsWhatItWrites() throws {
    let steps = try Trajectories(csv: Self.text, source: "steps.csv")
    #expect((steps.observationWidth, steps.actionWidth, steps.count) == (2, 1, 3))
    #expect(steps.episodes == [0, 0, 1])
    #expect(steps.rows == [0.1, -2, 1, 1e-30, 3, -1.5, 1 / 3, 5, 0])
    #expect(try Trajectories(csv: steps.csv, source: "again") == steps)
  }

  @Test(arguments: [
    ("", 1, "names"), ("0,1,2", 1, "names"), ("episode,observation0", 1, "names"),
    ("episode,action0,observation0", 1, "names"),
    ("episode,observation0,action0", 1, "no steps"), ("episode,observation0,action0\n0,1", 2, "'0,1'"),
    ("episode,observation0,action0\n0,1,2\nx,1,2", 3, "'x,1,2'"), ("episode,observation0,action0\n0,nan,2", 2, "'nan'"),
    ("episode,observation0,action0\n0,1,2,3", 2, "'0,1,2,3'"), ("episode,observation0,action0\n0,1,", 2, "''"),
  ])
  func namesTheLine(_ text: String, _ line: Int, _ part: String) throws {
    let error = #expect(throws: DatasetError.self) { try Trajectories(csv: text, source: "steps.csv") }
    #expect(error?.code == .corrupt)
    #expect(error?.message.hasPrefix("steps.csv, line \(line): ") == true && error?.message.contains(part) == true)
  }
}
