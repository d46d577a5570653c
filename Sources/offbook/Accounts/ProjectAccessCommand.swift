import ArgumentParser
import PromptLibrary
import SyncClient

extension Project {
    struct Access: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "access", abstract: "Who sees a project.",
            discussion: """
                Every member of the workspace does, unless it is restricted: then those who were added, and admins.
                The server has to have the project: sync first.

                  offbook project access onboarding
                  offbook project access onboarding --restrict --add grace@example.org
                  offbook project access onboarding --open
                """)

        @Argument(help: .project) var project: String
        @Flag(help: "Keep it for those who are added, and admins.") var restrict = false
        @Flag(help: "Open it to every member again.") var open = false
        @Option(help: ArgumentHelp("Let this member see it.", valueName: "email")) var add: [String] = []
        @Option(help: ArgumentHelp("Let this member see it no longer.", valueName: "email")) var remove: [String] = []
        @OptionGroup var options: LibraryOptions

        private struct Restriction: Encodable { var restricted: Bool }
        private struct User: Encodable { var user: String }

        func validate() throws {
            if restrict, open { throw ValidationError("Either --restrict or --open.") }
        }

        func run() async throws {
            let served = try ServedLibrary(options)
            let path = "projects/\(try served.library.project(project).id)/access"
            if restrict || open {
                let _: ServerAnswer.Access = try await served.api.send(.put, path, Restriction(restricted: restrict))
            }
            for email in add {
                let _: ServerAnswer.Access = try await served.api.send(.post, "\(path)/members", User(user: email))
            }
            for email in remove {
                let _: ServerAnswer.Access = try await served.api.send(.delete, "\(path)/members", User(user: email))
            }
            try report(try await served.api.get(path))
        }

        private func report(_ access: ServerAnswer.Access) throws {
            if options.json { return try JSONOutput.print(access) }
            guard access.restricted else { return Console.print("Every member sees “\(project)”.") }
            Console.print("“\(project)” is for admins, owners and \(Count.of(access.members.count, "member")):")
            for member in access.members { Console.print("  \(member)") }
        }
    }
}
