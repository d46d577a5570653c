import ArgumentParser
import PromptLibrary
import ReplicaStore

/// Which prompts a list or a search shows.
struct FilterOptions: ParsableArguments {
    @Option(help: "Only those with this tag.") var tag: String?
    @Option(help: "Only those of this category.") var category: String?
    @Option(help: "Only those of this project.") var project: String?
    @Option(help: "Only those of which this person wrote a version.") var author: String?
    @Option(help: ArgumentHelp("Only those edited since: 2026-11-20, 12h, 7d.", valueName: "time"))
    var since: String?
    @Flag(help: "Only your favourites.") var favourite = false
    @Flag(help: "Only templates.") var templates = false
    @Flag(help: "Archived ones too.") var all = false
    @Flag(help: "Only archived ones.") var archived = false

    /// What to say where there is nothing.
    func hint(_ library: Library) throws -> String? { try library.hint(tag: tag, category: category) }

    var request: FilterRequest {
        var request = FilterRequest()
        request.tag = tag
        request.category = category
        request.project = project
        request.author = author
        request.since = since
        request.isFavourite = favourite
        request.isTemplate = templates
        request.archived = archived ? .only : all ? .shown : .hidden
        return request
    }
}
