// PromptLibrary
