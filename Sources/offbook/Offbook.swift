import ArgumentParser
import Glibc

/// The executable. No command holds a rule of the library.
///
/// Each command names itself: what the parser would derive from the types costs 4 ms of each start.
@main
struct Offbook: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "offbook",
        abstract: "Your team's prompt library, on every machine, with or without a network.",
        discussion: """
            A prompt is named by its exact name, by its id, or by digits that its id begins or ends with.
            Data lives in --data, in $OFFBOOK_DATA, or in ~/.local/share/offbook.

            Exit codes: 0 ok, 1 failure, 2 usage, 3 not found or ambiguous, 4 conflict, 5 offline.
            """,
        subcommands: [Overview.self, CompleteLine.self],
        groupedSubcommands: [
            CommandGroup(
                name: "Prompt",
                subcommands: [
                    New.self, Edit.self, SetParticulars.self, Show.self, List.self, Search.self, Render.self,
                    History.self, Diff.self,
                    Rollback.self, Duplicate.self, Rename.self, Tag.self,
                    Untag.self, Label.self, Meta.self,
                    Favourite.self, Unfavourite.self, Group.self, Project.self, Usage.self, Delete.self, Undelete.self,
                    Purge.self, Archive.self,
                    Unarchive.self,
                ]),
            CommandGroup(
                name: "Running prompts",
                subcommands: [
                    Complete.self, Batch.self, TestPrompt.self, Jobs.self, Styles.self, Providers.self, Models.self,
                    Terms.self, PoliciesCommand.self,
                ]),
            CommandGroup(
                name: "Divergence and conflict",
                subcommands: [Branches.self, Merge.self, Close.self, Why.self, Conflicts.self, Orphans.self]),
            CommandGroup(
                name: "Exchange",
                subcommands: [Import.self, Export.self, Inspect.self, Connect.self, Sync.self, Watch.self]),
            CommandGroup(
                name: "Account and team",
                subcommands: [
                    Login.self, Logout.self, Whoami.self, WorkspacesCommand.self, Members.self, Invite.self,
                    ShareGroup.self, UnshareGroup.self, Keys.self,
                ]),
            CommandGroup(
                name: "Node and server",
                subcommands: [
                    Init.self, Status.self, DaemonCommand.self, Config.self, Digest.self, Doctor.self, Compact.self,
                    Serve.self,
                    Token.self, Admin.self,
                    Completions.self,
                ]),
        ],
        defaultSubcommand: Overview.self)

    static let version = "0.1.0"

    static func main() async {
        // What is written here is for its owner's eyes only.
        Machine.userMask = umask(0o077)
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
            Pager.finish()
        } catch {
            Failure.exit(with: error)
        }
    }
}
