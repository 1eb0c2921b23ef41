import Accelerator
import Testing

@Suite("Choices of devices")
struct DeviceChoiceTests {
  @Test(
    "a choice reads its own text",
    arguments: [("cuda", 1), ("cuda:3", 1), ("cuda", 4), ("tpu", 1), ("cpu-xla", 2)])
  func text(name: String, count: Int) throws {
    let choice = try DeviceChoice(named: name, count: count)
    #expect(DeviceChoice(choice.description) == choice)
    #expect(choice.description == (count > 1 ? "\(name)*\(count)" : name))
  }

  @Test("a path becomes absolute, also one with a star and a colon")
  func path() throws {
    let choice = try DeviceChoice(named: "/opt/a*b:1/../plugin.so")
    #expect(choice.name == "/opt/plugin.so")
    #expect(try DeviceChoice(DeviceChoice(named: "/opt/a*2/plugin.so").description)?.name == "/opt/a*2/plugin.so")
    #expect(try DeviceChoice(named: "./plugin.so").name.hasPrefix("/"))
  }

  @Test(
    "what is no choice is refused by name",
    arguments: [
      ("gpu", 1, "expected cuda, tpu, cpu-xla"), ("cuda:", 1, "a number from 0"), ("cuda:-1", 1, "a number from 0"),
      ("cuda:x", 1, "a number from 0"), ("tpu:1", 1, "only cuda"), ("cuda", 0, "at least 1"),
      ("cuda:1", 2, "more than one"), ("", 1, "expected cuda"),
    ])
  func refusals(name: String, count: Int, reason: String) {
    let error = #expect(throws: AcceleratorError.self) { try DeviceChoice(named: name, count: count) }
    #expect(error?.code == .choice)
    #expect(error?.message.contains(reason) == true, "\(error as Any)")
    #expect(DeviceChoice(count == 1 ? name : "\(name)*\(count)") == nil)
  }
}
