import Autograd
import GraphIR
import GraphRuntime
import Testing

/// The default backend.
@Suite struct DefaultBackendTests {
  @Test("the default is the fast backend, on other threads and in detached tasks too")
  func fast() async {
    #expect(CurrentBackend.value is CPUBackend)
    let name = await Task.detached { CurrentBackend.value.name }.value
    #expect(name == "cpu")
  }

  @Test("a task can ask for the reference kernels")
  func reference() {
    CurrentBackend.$value.withValue(ReferenceBackend()) {
      #expect(CurrentBackend.value.name == "reference")
      #expect(Tensor(TensorValue([1.0, 4.0])).sqrt().value == TensorValue([1.0, 2.0]))
    }
  }
}
