"""The way from any file a person has to a table of text that a dataset's contract can judge.

`etl.files.read.read_limited` lets a limited child process read the file (this process never parses it) and says what
was understood; `etl.files.mapping` maps columns, countries and numbers to a dataset. This module stays empty of
imports: the child starts in hundredths of a second because it loads only what reading needs.
"""
