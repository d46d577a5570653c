import ArgumentParser

/// What commands take that is the name of something stored. The names of the values are what completion
/// goes by (`Completer`), so that an option `--tag <tag>` needs no word more.
extension ArgumentHelp {
    static let prompt = ArgumentHelp("The prompt.", valueName: "prompt")
    static let deletedPrompt = ArgumentHelp("The prompt.", valueName: "deleted-prompt")
    static let project = ArgumentHelp("The project.", valueName: "project")
    static let group = ArgumentHelp("The group.", valueName: "group")
    static let policy = ArgumentHelp("The policy, by name or id.", valueName: "policy")

    /// A version of the prompt on the line.
    static func version(_ abstract: String, called name: String = "version") -> ArgumentHelp {
        ArgumentHelp("\(abstract)", valueName: name)
    }
}
