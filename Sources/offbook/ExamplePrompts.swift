import PromptFiles

/// The prompts that `init --example` puts in: good ones to start from.
enum ExamplePrompts {
    static func file() throws -> PromptFile { try PromptFile.read(Array(json.utf8), as: .json) }

    private static let json = #"""
        [
          {"name": "summarise-for-a-busy-reader", "category": "writing", "tags": ["summary", "plain-language"],
           "description": "A short, faithful summary that says what to do.",
           "body": "Summarise the text below for a reader who has one minute.\n\n1. One sentence: what this is and why it matters.\n2. At most five bullet points, most important first. Keep numbers, names and dates exactly as they stand.\n3. One line that begins with \"To do:\" and says what the reader is asked to do, or \"To do: nothing\".\n\nDo not add anything that is not in the text. Where the text contradicts itself, say so.\n\nText:\n{{text}}\n"},
          {"name": "review-a-change", "category": "code", "tags": ["code", "review"],
           "description": "A review that finds what matters before it talks about style.",
           "body": "You review a change to a code base. Read the whole diff before you write anything.\n\nReport, in this order:\n- Faults: what breaks, with the input or the order of events that breaks it.\n- Risks: what could break later, and what would show it.\n- Questions: what you could not tell from the diff.\n\nFor each, name the file and line, and propose the smallest mend. Leave out matters of taste. If you find nothing, say \"I found nothing\" and name what you checked.\n\nDiff:\n{{diff}}\n"},
          {"name": "answer-a-customer", "category": "support", "tags": ["support", "tone"],
           "description": "A kind and exact answer to a customer's message.",
           "body": "Write an answer to the customer's message below.\n\nThank them once. Say first what you can do for them, then what you need from them, then by when. Use short sentences and no jargon. Promise nothing that the notes do not promise. If the notes do not cover the question, say that a colleague will answer within one working day.\n\nNotes:\n{{notes}}\n\nMessage:\n{{message}}\n"},
          {"name": "extract-as-json", "category": "data", "tags": ["extraction", "json"],
           "description": "Facts out of a text, in a shape that a program can read.",
           "body": "Take the following fields out of the text and answer with one JSON object and nothing else:\n\n{{fields}}\n\nUse null for what the text does not say; never guess. Dates are ISO 8601. Amounts are numbers without a currency sign, with the currency in a field of its own.\n\nText:\n{{text}}\n"},
          {"name": "explain-to-a-newcomer", "category": "writing", "tags": ["teaching", "plain-language"],
           "description": "Explains a thing by what the reader knows already.",
           "body": "Explain {{topic}} to somebody who knows {{background}} but has never met it.\n\nBegin with the problem that it solves. Give one small example that could be tried at once. Then say where the example stops being true. Name at most three terms, and define each where it first occurs.\n"},
          {"name": "plan-a-meeting", "category": "work", "tags": ["planning"],
           "description": "An agenda that ends in decisions.",
           "body": "Make an agenda for a meeting about {{topic}} with {{people}}, {{minutes}} minutes long.\n\nFor each item give: the question to decide, who prepares it, and its minutes. The minutes must add up. Put the hardest decision second. End with five minutes in which each person says what they will do by when.\n"}
        ]
        """#
}
