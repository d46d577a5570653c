import ArgumentParser
import PromptLibrary
import ReplicaStore

struct Rename: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rename", abstract: "Give a prompt another name.", discussion: "  offbook rename greeting welcome")

    @Argument(help: .prompt) var name: String
    @Argument(help: "Its new name.") var newName: String
    @OptionGroup var options: LibraryOptions

    func run() throws {
        try options.library().rename(name, to: newName)
        try Acknowledgement.print("Renamed “\(name)” to “\(newName)”.", options)
    }
}

struct Tag: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tag", abstract: "Put tags on a prompt.", discussion: "  offbook tag greeting polite short")

    @Argument(help: .prompt) var name: String
    @Argument(help: "The tags.") var tags: [String]
    @OptionGroup var options: LibraryOptions

    func run() throws {
        try options.library().tag(name, tags)
        try Acknowledgement.print("Tagged “\(name)”: \(tags.joined(separator: ", ")).", options)
    }
}

struct Untag: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "untag", abstract: "Take tags off a prompt.", discussion: "  offbook untag greeting polite")

    @Argument(help: .prompt) var name: String
    @Argument(help: "The tags.") var tags: [String]
    @OptionGroup var options: LibraryOptions

    func run() throws {
        let missing = try options.library().untag(name, tags)
        for tag in missing { Console.error("“\(name)” had no tag “\(tag)”.") }
        let taken = tags.filter { !missing.contains($0) }
        try Acknowledgement.print(
            taken.isEmpty ? "Nothing changed." : "Took off: \(taken.joined(separator: ", ")).", options)
    }
}

struct Favourite: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fav", abstract: "Make a prompt one of your favourites.", discussion: "  offbook fav greeting")

    @Argument(help: .prompt) var name: String
    @OptionGroup var options: LibraryOptions

    func run() throws {
        try options.library().favourite(name)
        try Acknowledgement.print("“\(name)” is a favourite of yours.", options)
    }
}

struct Unfavourite: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unfav", abstract: "Make a prompt no favourite of yours any more.",
        discussion: "  offbook unfav greeting")

    @Argument(help: .prompt) var name: String
    @OptionGroup var options: LibraryOptions

    func run() throws {
        try options.library().unfavourite(name)
        try Acknowledgement.print("“\(name)” is no favourite of yours.", options)
    }
}

struct Delete: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete", abstract: "Move a prompt to the trash.",
        discussion: """
            Somebody else's edit that did not know of it brings the prompt back.

              offbook delete greeting
            """)

    @Argument(help: .prompt) var name: String
    @OptionGroup var options: LibraryOptions

    func run() throws {
        let prompt = try options.library().delete(name)
        try Acknowledgement.print(
            "Moved “\(prompt.name)” to the trash; offbook undelete \(shortID(prompt.id)) brings it back.", options)
    }
}

struct Undelete: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "undelete", abstract: "Bring a prompt back from the trash.",
        discussion: "  offbook undelete greeting")

    @Argument(help: .deletedPrompt) var name: String
    @OptionGroup var options: LibraryOptions

    func run() throws {
        let prompt = try options.library().undelete(name)
        try Acknowledgement.print("Brought “\(prompt.name)” back.", options)
    }
}

struct Archive: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "archive", abstract: "Hide a prompt from lists.", discussion: "  offbook archive greeting")

    @Argument(help: .prompt) var name: String
    @OptionGroup var options: LibraryOptions

    func run() throws {
        try options.library().setArchived(name, true)
        try Acknowledgement.print("Archived “\(name)”.", options)
    }
}

struct Unarchive: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unarchive", abstract: "Show an archived prompt in lists again.",
        discussion: "  offbook unarchive greeting")

    @Argument(help: .prompt) var name: String
    @OptionGroup var options: LibraryOptions

    func run() throws {
        try options.library().setArchived(name, false)
        try Acknowledgement.print("“\(name)” is back in the lists.", options)
    }
}

/// What a command says that changed something and has no data to print.
enum Acknowledgement {
    private struct Report: Encodable { var message: String }

    static func print(_ message: String, _ options: LibraryOptions) throws {
        if options.json { try JSONOutput.print(Report(message: message)) } else { Console.print(message) }
    }
}
