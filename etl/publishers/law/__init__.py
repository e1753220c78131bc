"""Law read into fields: pure functions from the text of a document or a schedule to values, each with its words.

A field that the words do not settle stays open: a wrong rate is worse than none.
"""
