import ArgumentParser
import Changesets
import PromptLibrary

struct Inspect: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect", abstract: "Print what is in a changeset file, as JSON.",
        discussion: """
            It says by which key the file is signed, if it is, and whose key that is, if the library of its
            workspace is here and knows. A wrong signature is an error.

              offbook inspect team.offbook | head
            """)

    @Argument(help: "The file, or - for standard input.", completion: .file()) var file: String
    @OptionGroup var data: DataOptions

    func run() throws {
        let bytes = try InputFile.bytes(file, atMost: LibraryLimits.importFileBytesMax)
        let changeset = try ChangesetFile(bytes)
        let signer = try Workspaces(data.directory, nodeName: "", userName: "").signer(of: changeset)
        try JSONOutput.print(try ChangesetView(changeset, signer: signer))
    }
}
