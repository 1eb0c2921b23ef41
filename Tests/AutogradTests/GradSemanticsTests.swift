import Autograd
import Foundation
import GraphIR
import TestSupport
import Testing

/// The documented behaviour of `torch.autograd.grad`, argument by argument. Expected values are computed by hand.
@Suite("grad: outputs, inputs and vectors")
struct GradSemanticsTests {
  @Test("several outputs: the sum of their vector-Jacobian products")
  func sumOverOutputs() throws {
    let x = variable([1, 2, 3])
    let gradients = try grad(
      [x * x, x.sum() * 4], [x], gradOutputs: [constant([1, 10, 100]), constant([0.5], [])])
    // 2x · v + 4 · 0.5
    #expect(gradients[0]?.value.doubles == [4, 42, 602])
  }

  @Test("one output given twice counts twice")
  func repeatedOutput() throws {
    let x = variable(3)
    let y = x * x
    #expect(try grad([y, y], [x])[0]?.item == 12)
  }

  @Test("several inputs: a gradient for each, in order; an input given twice gets its gradient twice")
  func severalInputs() throws {
    let (a, b) = (variable(2), variable(5))
    let gradients = try grad([a * b], [b, a, b])
    #expect(gradients.map { $0?.item } == [2, 5, 2])
  }

  @Test("without gradOutputs, a scalar or one-element output takes 1")
  func implicitVectors() throws {
    let x = variable([1, 2])
    #expect(try grad(x.sum(), x).value.doubles == [1, 1])
    #expect(try grad(x.sum(keepDims: true), x).value.doubles == [1, 1])
    let gradients = try grad([x.sum(), x * 3], [x], gradOutputs: [nil, constant([1, 10])])
    #expect(gradients[0]?.value.doubles == [4, 31])
  }

  @Test("an output that needs no gradient takes nil and adds nothing")
  func outputWithoutGradient() throws {
    let x = variable([1, 2])
    let gradients = try grad([x.sum(), constant([7, 8, 9])], [x], gradOutputs: [nil, nil])
    #expect(gradients[0]?.value.doubles == [1, 1])
  }

  @Test("grad(x, x) is the vector itself")
  func identity() throws {
    let x = variable([1, 2])
    #expect(try grad(x, x, gradOutputs: constant([3, 4])).value.doubles == [3, 4])
  }

  @Test("a tensor that is used several times gets the sum of its uses")
  func severalUses() throws {
    let x = variable(2)
    let y = x * x * x + x.exp() * x
    let expected = 3 * 4 + (1 + 2) * exp(2.0)
    #expect(mismatch(try grad(y, x).value.doubles, [expected], relative: 1e-14) == nil)
  }

  @Test("with respect to an intermediate result")
  func intermediate() throws {
    let x = variable(3)
    let h = x * x
    #expect(try grad(h * h, h).item == 18)
  }

  @Test("with respect to an intermediate result and its input, in either order")
  func intermediateAndAncestor() throws {
    for isReversed in [false, true] {
      let x = variable(3)
      let h = x * x
      let y = h * h + x
      let inputs = isReversed ? [h, x] : [x, h]
      let gradients = try grad([y], inputs).map { $0?.item }
      #expect(gradients == (isReversed ? [18, 109] : [109, 18]))
    }
  }

  @Test("with respect to an output itself and its ancestor")
  func outputAsInput() throws {
    let x = variable(3)
    let y = x * x
    #expect(try grad([y], [y, x]).map { $0?.item } == [1, 6])
  }

  @Test("an operator with several outputs: every output leads back, alone and together")
  func multipleOutputs() throws {
    func normalize() throws -> (x: Tensor, outputs: [Tensor]) {
      let x = variable([1, 2, 3, 6], [4, 1])
      let inputs = [x, constant([1]), constant([0]), constant([5]), constant([7])]
      return (
        x,
        try apply(
          .batchNormalization, inputs, ["training_mode": .int(1), "momentum": .float(0.5), "epsilon": .float(0)],
          outputCount: 3)
      )
    }
    // running_mean = (5 + mean) / 2, running_var = (7 + variance) / 2; the mean is 3.
    let (x, outputs) = try normalize()
    #expect(outputs[1].item == 4 && outputs[2].item == 5.25)
    let mean = try grad(outputs[1], x, retainGraph: true).value.doubles
    #expect(mismatch(mean, [0.125, 0.125, 0.125, 0.125], relative: 1e-12) == nil)
    let variance = try grad(outputs[2], x, retainGraph: true).value.doubles
    #expect(mismatch(variance, [-0.5, -0.25, 0, 0.75], relative: 1e-12, absolute: 1e-15) == nil)
    let both = try grad([outputs[1], outputs[2]], [x])[0]?.value.doubles ?? []
    #expect(mismatch(both, [-0.375, -0.125, 0.125, 0.875], relative: 1e-12) == nil)
  }

  @Test("gradients have the type of their inputs, through casts and broadcasting")
  func types() throws {
    let single = Tensor(TensorValue([Float(1), 2, 3], shape: [3, 1]), requiresGrad: true)
    let double = variable([1, 2], [2])
    let y = (single.cast(to: .float64) * double).sum()
    let gradients = try grad([y], [single, double])
    #expect(gradients.map { $0?.type } == [single.type, double.type])
    #expect(gradients.map { $0?.value.doubles } == [[3, 3, 3], [6, 6]])
  }

  @Test("without createGraph a gradient has no graph, even where the vector has one")
  func noGraph() throws {
    let (x, v) = (variable([1, 2]), variable([3, 4]))
    for y in [x, x + x, x * x] {
      let gradient = try grad(y, x, gradOutputs: v)
      #expect(!gradient.requiresGrad && gradient.isLeaf)
    }
  }

  @Test("with createGraph the gradient depends on the vector, too")
  func vectorGraph() throws {
    let (x, v) = (variable([1, 2]), variable([3, 4]))
    let gradient = try grad(x * x, x, gradOutputs: v, createGraph: true)
    #expect(try grad(gradient, v, gradOutputs: constant([1, 10])).value.doubles == [2, 40])
  }

  @Test("gradients reach an input of any depth, and only the operators on the way")
  func onlyWhatLeadsThere() throws {
    // AdamStep has no derivative; it is not on the path from y to x.
    let x = variable(2)
    let parameter = variable([1])
    let step = try apply(
      .adamStep,
      [constant([0.1], []), Tensor(TensorValue(scalar: Int64(1))), parameter, parameter, constant([0]), constant([0])],
      outputCount: 3)
    let y = x * x + step[0].sum()
    #expect(try grad(y, x).item == 4)
  }
}
