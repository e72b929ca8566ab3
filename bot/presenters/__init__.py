"""Results as people and programs read them: pure functions of a value and a language."""
