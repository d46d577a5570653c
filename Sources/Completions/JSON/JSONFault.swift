/// What is wrong with some JSON.
package struct JSONFault: Error, Equatable, CustomStringConvertible {
    package var reason: String
    /// In bytes from the start.
    package var offset: Int

    package var description: String { "not valid JSON: \(reason) (at byte \(offset))" }
}

/// What is accepted from outside.
package enum JSONLimits {
    /// Lists and objects inside one another.
    package static let nesting = 128
    /// Of the outermost object.
    package static let fields = 256
}
