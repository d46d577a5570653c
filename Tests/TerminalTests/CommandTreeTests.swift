import ArgumentParser
import Testing

@testable import offbook

@Suite("The tree of commands")
struct CommandTreeTests {
    @Test("each command says its name, as one that is made of its type's costs every start some 2 %")
    func names() {
        var unnamed: [String] = []
        var rest: [any ParsableCommand.Type] = [Offbook.self]
        while let command = rest.popLast() {
            if command.configuration.commandName == nil { unnamed.append("\(command)") }
            rest += command.configuration.subcommands
        }
        #expect(unnamed.isEmpty)
    }
}
