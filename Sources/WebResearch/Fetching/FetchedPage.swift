/// A page as it came.
package struct FetchedPage: Sendable {
    /// Where the last redirect led.
    package var address: WebAddress
    var type: ContentType
    package var bytes: [UInt8]
    /// Whether there was more of it than is read.
    package var isCut: Bool
}
