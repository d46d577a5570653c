/// What both formats' answers are read with.
enum AnswerReader {
    static func object(_ body: [UInt8]) throws(CompletionError) -> JSONObject {
        do {
            guard let object = try JSONValue(body).object else {
                throw CompletionError.malformed("it is no JSON object")
            }
            return object
        } catch let fault as JSONFault {
            throw .malformed("\(fault)")
        } catch let error as CompletionError {
            throw error
        } catch {
            throw .malformed("it is no JSON")
        }
    }
}
