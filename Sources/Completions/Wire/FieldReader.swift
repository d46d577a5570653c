/// A field of a request, with the path that leads to it, for messages.
struct FieldReader {
    var value: JSONValue
    var path: String

    func fault(_ message: String) -> CompletionError { .invalid(path, message) }

    /// Nil where the field is missing or null.
    func optional(_ name: String) throws(CompletionError) -> FieldReader? {
        guard let object = value.object else { throw fault("it has to be an object") }
        guard let value = object[name], !value.isNull else { return nil }
        return FieldReader(value: value, path: path.isEmpty ? name : "\(path).\(name)")
    }

    func required(_ name: String) throws(CompletionError) -> FieldReader {
        guard let field = try optional(name) else {
            throw .invalid(path.isEmpty ? name : "\(path).\(name)", "it is missing")
        }
        return field
    }

    func text() throws(CompletionError) -> String {
        guard let text = value.text else { throw fault("it has to be a text") }
        return text
    }

    func boolean() throws(CompletionError) -> Bool {
        guard let boolean = value.boolean else { throw fault("it has to be true or false") }
        return boolean
    }

    func positive() throws(CompletionError) -> Int {
        guard let integer = value.integer, integer > 0 else { throw fault("it has to be a whole number above 0") }
        return integer
    }

    func number(_ range: ClosedRange<Double>) throws(CompletionError) -> Double {
        guard let number = value.double, range.contains(number) else {
            throw fault(
                "it has to be a number from \(Self.written(range.lowerBound)) to \(Self.written(range.upperBound))")
        }
        return number
    }

    static func written(_ number: Double) -> String { CanonicalJSON.number("\(number)") }

    func elements() throws(CompletionError) -> [FieldReader] {
        guard let list = value.list else { throw fault("it has to be a list") }
        return list.enumerated().map { FieldReader(value: $0.element, path: "\(path)[\($0.offset)]") }
    }

    /// One text, or a list of them.
    func texts() throws(CompletionError) -> [String] {
        if let text = value.text { return [text] }
        var texts: [String] = []
        for element in try elements() { texts.append(try element.text()) }
        return texts
    }

    static func body(_ bytes: [UInt8]) throws(CompletionError) -> FieldReader {
        do {
            let reader = FieldReader(value: try JSONValue(bytes), path: "")
            guard reader.value.object != nil else {
                throw CompletionError(.invalidRequest, "the body has to be a JSON object")
            }
            return reader
        } catch let fault as JSONFault {
            throw CompletionError(.invalidRequest, "the body is \(fault)")
        } catch let error as CompletionError {
            throw error
        } catch {
            throw CompletionError(.invalidRequest, "the body can't be read")
        }
    }
}
