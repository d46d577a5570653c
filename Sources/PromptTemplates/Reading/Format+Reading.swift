extension TemplateFormat {
    func nodes(of source: Source) throws(TemplateError) -> [Node] {
        switch self {
        case .none:
            var builder = NodeBuilder(source)
            builder.takeText(to: source.bytes.count)
            return builder.nodes
        case .mustache: return try MustacheReader.read(source)
        case .fstring: return try FStringReader.read(source)
        case .dollar: return try DollarReader.read(source)
        }
    }
}
