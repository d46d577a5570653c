extension PromptDocumentFormat {
    /// The format that a file's name shows; nil for a name that shows none.
    package static func recognise(path: String) -> PromptDocumentFormat? { FilePath(path).format }
}
