/// Why a page, a search or a whole research gave nothing.
package struct ResearchError: Error, Equatable, Sendable, CustomStringConvertible {
    package enum Code: String, Sendable {
        /// It is no URL of a web page.
        case invalidAddress = "invalid_address"
        /// It leads to this machine, its own network, or anything else that is not public.
        case refusedAddress = "refused_address"
        case unresolvable
        case unreachable
        case timedOut = "timed_out"
        case tooManyRedirects = "too_many_redirects"
        /// The site answers with an error; ``ResearchError/status`` has its number.
        case refused
        /// The answer is nothing that can be read as text.
        case refusedType = "refused_type"
        /// libxml2 is not installed.
        case libraryMissing = "library_missing"
        /// The search engine takes us for a robot.
        case searchBlocked = "search_blocked"
        case searchFailed = "search_failed"
        /// No page could be found or read.
        case nothingFound = "nothing_found"
        /// The model gave no text.
        case emptyAnswer = "empty_answer"
        case cancelled
    }

    package var code: Code
    /// For the person who asked: what is wrong, and what to do where something can be done.
    package var message: String
    /// The site's HTTP status.
    package var status: Int?

    package init(_ code: Code, _ message: String, status: Int? = nil) {
        (self.code, self.message, self.status) = (code, message, status)
    }

    package var description: String { message }

    static let cancelled = ResearchError(.cancelled, "the research was cancelled")

    /// Whatever went wrong, in our words.
    static func of(_ error: any Error) -> ResearchError {
        switch error {
        case let error as ResearchError: error
        case is CancellationError: .cancelled
        default: ResearchError(.unreachable, "it can't be reached")
        }
    }
}

extension ResearchError {
    /// What keeps a search engine from being asked: that nobody is reached stays what it is, as it may be over soon.
    func ofSearch(_ engine: String) -> ResearchError {
        let isNetwork = [Code.unreachable, .unresolvable, .timedOut].contains(code)
        return ResearchError(
            isNetwork ? code : .searchFailed, "\(engine) can't be searched: \(message)", status: status)
    }
}
