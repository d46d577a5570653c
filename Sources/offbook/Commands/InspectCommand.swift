import ArgumentParser
import Changesets
import PromptLibrary

struct Inspect: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect", abstract: "Print what is in a changeset file, as JSON.",
        discussion: "  offbook inspect team.offbook | head")

    @Argument(help: "The file, or - for standard input.", completion: .file()) var file: String

    func run() throws {
        let bytes = try InputFile.bytes(file, atMost: LibraryLimits.importFileBytesMax)
        try JSONOutput.print(try ChangesetView(ChangesetFile(bytes)))
    }
}
