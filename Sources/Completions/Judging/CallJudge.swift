/// Says who judges a call.
package protocol CompletionScreen: Sendable {
    /// - Returns: nil where nothing is to be judged.
    func judge(_ call: CompletionCall) -> (any CallJudge)?
}

/// Judges one call by what goes to the model and what comes from it. Used by one task at a time.
package protocol CallJudge: AnyObject, Sendable {
    /// What to tell the caller of a call that went through.
    var warnings: [String] { get }

    /// Asked before anybody else is, the cache as well.
    ///
    /// - Parameters:
    ///   - text: all texts that would go to the model.
    ///   - cost: what it may cost at most, in nano-dollars; nil where that is not known.
    /// - Throws: `CompletionError` where the call must not be made.
    func admit(_ text: String, cost: Int?) throws(CompletionError)

    /// The next piece of the answer, of the text at a place.
    ///
    /// - Parameter speaker: which choice says it to whoever asked; nil for a tool's input or a thought.
    /// - Returns: how many bytes of that text may be shown by now.
    /// - Throws: `CompletionError` where the answer must not go on.
    func hear(_ piece: String, at place: String, by speaker: Int?) throws(CompletionError) -> Int

    /// The text at a place does not go on, and all of it may be shown. If it does go on, that is another text.
    ///
    /// - Throws: `CompletionError` where the answer must not go on.
    func close(_ place: String) throws(CompletionError)

    /// The answer is over.
    ///
    /// - Throws: `CompletionError` where what is left of it must not be shown.
    func finish(_ summary: CompletionSummary) throws(CompletionError)
}

/// For those who judge nothing.
package struct NoScreen: CompletionScreen {
    package init() {}

    package func judge(_ call: CompletionCall) -> (any CallJudge)? { nil }
}
