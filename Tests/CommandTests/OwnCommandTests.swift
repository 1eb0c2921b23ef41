import ArgumentParser
import Testing

@testable import ZooCommands

/// Commands that a program adds to the library's.
@Suite struct OwnCommandTests {
  private struct Best: ParsableCommand {}

  /// Has the name of one of the library's commands.
  private struct OwnList: ParsableCommand {
    static var configuration: CommandConfiguration { CommandConfiguration(commandName: "list") }
  }

  private func names(_ commands: [any ParsableCommand.Type]) -> [String] { commands.map { $0._commandName } }

  @Test func ownCommandIsAdded() {
    let library = RootCommand.subcommands(of: ZooProgram())
    let commands = RootCommand.subcommands(of: ZooProgram(commands: [Best.self]))
    #expect(names(commands) == names(library) + ["best"])
  }

  @Test func ownCommandReplacesTheLibrarysOfItsName() {
    let library = RootCommand.subcommands(of: ZooProgram())
    let commands = RootCommand.subcommands(of: ZooProgram(commands: [OwnList.self]))
    #expect(names(commands).sorted() == names(library).sorted())
    #expect(commands.contains { $0 == OwnList.self } && !commands.contains { $0 == ListCommand.self })
  }
}
