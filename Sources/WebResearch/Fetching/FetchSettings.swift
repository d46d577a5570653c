/// What a page may cost.
package struct FetchSettings: Sendable {
    /// In bytes of a body. What is longer is cut there, and the connection closed: the beginning of a long page is worth
    /// reading.
    package var bodyBytesMax = 2 << 20
    package var redirectsMax = 5
    /// In milliseconds, for all of a page: names, redirects, body.
    package var total = 10_000
    /// In milliseconds.
    package var connect = 5_000
    /// In milliseconds.
    package var resolve = 5_000
    package var guarding = AddressGuard()
    package var resolver = Resolver.system
    /// Says who we are, so that sites can tell us from others and refuse us.
    package var userAgent = "Offbook/1.0 (research for a prompt; reads single pages)"
    /// The media types that are read.
    package var types: Set<String> = ["text/html", "application/xhtml+xml", "text/plain"]

    package init() {}
}
