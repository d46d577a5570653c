package import Completions
package import PromptLibrary
internal import ReplicaStore

extension ProviderSources {
    /// One of the library, active or not, or one that the environment names.
    ///
    /// - Throws: `LibraryError`; `CompletionError` for one that can't be asked from here.
    package func provider(named name: String, in library: Library) throws -> Provider {
        if let known = try catalog(of: library).offers.first(where: { $0.provider.name == name }) {
            return known.provider
        }
        let view = try library.provider(name)
        guard let provider = try provider(view, in: library.workspace) else {
            throw CompletionError(
                .unknownModel, "“\(view.name)” can't be asked from here: nobody speaks the interface of \(view.kind)")
        }
        return provider
    }
}
