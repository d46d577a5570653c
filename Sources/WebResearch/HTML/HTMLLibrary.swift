internal import CXML2

/// libxml2, opened when the first page is read.
struct HTMLLibrary: @unchecked Sendable {
    // Never changed once it is there, and never closed.
    fileprivate let library: OpaquePointer

    /// By the names under which systems have it: up to 2.13, and from 2.14.
    private static let opened = Result { () throws(ResearchError) in try open(["libxml2.so.2", "libxml2.so.16"]) }

    /// - Throws: `ResearchError` of code `libraryMissing`.
    static func shared() throws(ResearchError) -> HTMLLibrary {
        switch opened {
        case .success(let library): return library
        case .failure(let error): throw ResearchError.of(error)
        }
    }

    static func open(_ names: [String]) throws(ResearchError) -> HTMLLibrary {
        var pointers: [UnsafePointer<CChar>?] = names.map { UnsafePointer(copy($0)) }
        pointers.append(nil)
        defer { for pointer in pointers { pointer?.deallocate() } }
        guard let library = offbook_html_load(pointers) else {
            throw ResearchError(
                .libraryMissing, "pages can't be read without libxml2; install it (apt-get install libxml2)")
        }
        return HTMLLibrary(library: library)
    }

    private static func copy(_ text: String) -> UnsafeMutablePointer<CChar> {
        let bytes = text.utf8CString
        let copy = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count)
        for (index, byte) in bytes.enumerated() { (copy + index).initialize(to: byte) }
        return copy
    }
}

/// Is told what is on a page, from its beginning to its end.
protocol HTMLHandler {
    mutating func start(_ name: String, _ attributes: HTMLAttributes)
    mutating func end(_ name: String)
    mutating func text(_ text: String)
}

extension HTMLLibrary {
    /// What libxml2's callbacks hold on to.
    private final class Reading {
        var handler: any HTMLHandler

        init(_ handler: any HTMLHandler) { self.handler = handler }

        static func of(_ state: UnsafeMutableRawPointer?) -> Reading? {
            state.map { Unmanaged<Reading>.fromOpaque($0).takeUnretainedValue() }
        }
    }

    /// - Parameter bytes: in UTF-8.
    /// - Returns: the handler that has been told, and whether all of the page was read.
    func read<Handler: HTMLHandler>(_ bytes: [UInt8], _ handler: Handler) -> (Handler, isWhole: Bool) {
        let reading = Reading(handler)
        var events = Self.events
        let state = Unmanaged.passUnretained(reading).toOpaque()
        let result = bytes.withUnsafeBytes { raw in
            offbook_html_parse(library, raw.baseAddress?.assumingMemoryBound(to: CChar.self), raw.count, &events, state)
        }
        withExtendedLifetime(reading) {}
        return (reading.handler as? Handler ?? handler, Int(result) == Int(OFFBOOK_HTML_WHOLE))
    }

    private static var events: offbook_html_events {
        offbook_html_events(
            start: { state, name, attributes in
                guard let name else { return }
                Reading.of(state)?.handler.start(String(cString: name).lowercased(), HTMLAttributes(attributes))
            },
            end: { state, name in
                guard let name else { return }
                Reading.of(state)?.handler.end(String(cString: name).lowercased())
            },
            text: { state, bytes, count in
                let text = UnsafeRawBufferPointer(start: bytes, count: count)
                Reading.of(state)?.handler.text(String(decoding: text, as: UTF8.self))
            })
    }
}
