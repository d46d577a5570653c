internal import HummingbirdCore

/// The query of an address as forms and most clients' libraries write one, in which a space is `+` too.
enum QueryText {
    static func fields(of uri: URI) -> [(String, String)] {
        let hasPlus = uri.query?.utf8.contains(UInt8(ascii: "+")) ?? false
        let uri = hasPlus ? URI(uri.string.replacing("+", with: "%20")) : uri
        return uri.queryParameters.map { (String($0.key), String($0.value)) }
    }
}
