"""Questions in words, read by a grammar and the ledger's own vocabulary: no model, and nothing is guessed.

`words` splits a text, `lexicon` says what phrases mean, `days` reads days, `typed` mends typing errors, `parts` puts it together,
`filling`, `takes` and `settling` say what a chart can hold of it, `readings` which charts fit, `answer` says it all as data.
"""
