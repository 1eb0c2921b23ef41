import Autograd
import GraphIR
import Testing

/// The lifetime of graphs, and the effect of changing a tensor on them.
@Suite("retainGraph and in-place changes")
struct GraphLifetimeTests {
  @Test("the error of a second pass over a freed graph names the argument that helps")
  func freed() throws {
    let x = variable(3)
    let y = x.exp()
    _ = try grad(y, x)
    expectError(.freed, "Exp", "retainGraph: true") { _ = try grad(y, x) }
    expectError(.freed, "Exp", "retainGraph: true") { try y.backward() }
  }

  @Test("retainGraph keeps the graph; it defaults to createGraph")
  func retained() throws {
    let x = variable(3)
    let y = x * x
    #expect(try grad(y, x, retainGraph: true).item == 6)
    #expect(try grad(y, x, createGraph: true).item == 6)
    #expect(try grad(y, x, retainGraph: false, createGraph: true).item == 6)
    expectError(.freed) { _ = try grad(y, x) }
  }

  @Test("only nodes that were executed are freed")
  func executedOnly() throws {
    let (a, b) = (variable(2), variable(3))
    let (left, right) = (a.exp(), b.exp())
    let y = left + right
    #expect(try grad(y, left).item == 1)
    // The pass visited the sum, but neither of the exponentials.
    #expect(try grad(left, a).item == left.item)
    #expect(try grad(right, b).item == right.item)
    expectError(.freed, "Add") { _ = try grad(y, b) }
  }

  @Test("a freed part of the graph off the path does not matter")
  func freedElsewhere() throws {
    let (a, b) = (variable(2), variable(3))
    let shared = a.exp()
    _ = try grad(shared * 2, a)
    let y = shared * b + b
    #expect(try grad(y, b, retainGraph: true).item == shared.item + 1)
    #expect(try grad(y, shared, retainGraph: true).item == 3)
    expectError(.freed, "Exp") { _ = try grad(y, a) }
  }

  @Test("a freed path is an error, and never ignored beside other paths")
  func partlyFreed() throws {
    let a = variable(2)
    let shared = a.exp()
    _ = try grad(shared, a)
    expectError(.freed, "Exp") { _ = try grad(shared * a, a) }
    expectError(.freed, "Exp") { _ = try grad([shared * a], [a], allowUnused: true) }
    expectError(.freed, "Exp") { try (shared * a).backward() }
    #expect(a.grad == nil)
  }

  @Test("a graph without its values can still detect an unused input")
  func freedAndUnused() throws {
    let (a, b) = (variable(2), variable(3))
    let shared = a.exp()
    _ = try grad(shared, a)
    #expect(try grad([shared * a], [b], allowUnused: true)[0] == nil)
  }

  @Test("a pass that fails names the value that it needs and leaves the graph intact")
  func refusedPass() throws {
    let x = variable([1, 2])
    let y = x * x
    expectError(.nonScalarOutput) { _ = try grad(y, x) }
    #expect(try grad(y, x, gradOutputs: constant([1, 1])).value.doubles == [2, 4])
  }

  @Test("changing a tensor that the derivative needs is an error that names it")
  func changedInPlace() throws {
    let (x, w) = (variable([2]), variable([3]))
    let y = x * w
    w.replace(with: TensorValue([30.0]))
    #expect(w.version == 1 && w.value.doubles == [30])
    expectError(.inPlace, "input 1 of Mul", "float64[1]", "version 1", "expected 0", "detached") {
      _ = try grad(y, x, retainGraph: true)
    }
    // The derivative with respect to w needs x only.
    #expect(try grad(y, w).value.doubles == [2])
  }

  @Test("changing a tensor that no derivative needs is allowed")
  func changedButNotNeeded() throws {
    let (x, b) = (variable([2]), variable([3]))
    let y = (x + b) * constant([5])
    x.replace(with: TensorValue([20.0]))
    b.replace(with: TensorValue([30.0]))
    #expect(try grad([y], [x, b]).map { $0?.value.doubles } == [[5], [5]])
  }

  @Test("a result that its operator saved can't be changed by changing the input: exp needs its output only")
  func savedOutput() throws {
    let x = variable([0])
    let y = x.exp()
    x.replace(with: TensorValue([100.0]))
    #expect(try grad(y, x).value.doubles == [1])
  }

  @Test("a change between the passes of a double derivative is noticed, too")
  func changedBetweenOrders() throws {
    let x = variable([2])
    let first = try grad(x * x * x, x, gradOutputs: constant([1]), createGraph: true)
    x.replace(with: TensorValue([5.0]))
    expectError(.inPlace, "Mul") { _ = try grad(first, x) }
  }

  @Test("a detached copy is another tensor: changing it affects no graph")
  func detachedCopy() throws {
    let x = variable([2])
    let copy = x.detached()
    let y = x * x
    copy.replace(with: TensorValue([9.0]))
    #expect(try grad(y, x).value.doubles == [4])
    #expect(x.value.doubles == [2] && copy.value.doubles == [9])
  }
}
