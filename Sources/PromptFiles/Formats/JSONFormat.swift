internal import PromptTemplates

/// Writes a document as one JSON object. `offbook` is always there, empty for a prompt that was not exported: by it
/// the object is known for a document, whatever other fields it has.
enum JSONFormat {
    static func written(_ document: PromptDocument, isIndented: Bool) throws(ReadFault) -> [UInt8] {
        var fields = DocumentWriter(style: .json).fields(of: document)
        if fields["offbook"] == nil { fields["offbook"] = .object([:]) }
        if let messages = messages(of: document) {
            fields["messages"] = MessageFields.value(messages)
        } else {
            fields["body"] = .text(document.body)
            if document.isChat { fields["chat"] = .boolean(true) }
        }
        do {
            return Array("\(try TemplateValue.object(fields).json(isIndented: isIndented))\n".utf8)
        } catch {
            throw .row(error.reason)
        }
    }

    /// The messages of a chat whose text is just what they come to; a text written another way stays as it is.
    private static func messages(of document: PromptDocument) -> [ChatMessage]? {
        guard document.isChat, let messages = try? ChatText.messages(document.body) else { return nil }
        return ChatText.text(messages).hasSameBytes(as: document.body) ? messages : nil
    }
}
