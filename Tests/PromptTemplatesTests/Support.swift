import PromptTemplates
import Testing
