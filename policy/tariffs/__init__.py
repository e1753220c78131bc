"""Tariff rules: replay of events into intervals, expansion of groups, the stack on a day, the full matrix."""

from policy.tariffs.codes import CodeLists, CodeQuery, code_parts, code_readings, code_totals, for_codes, narrower
from policy.tariffs.expand import intervals
from policy.tariffs.matrix import matrix
from policy.tariffs.replay import replay
from policy.tariffs.stack import Stack, layers_and_totals, stack, totals
from policy.tariffs.tables import TABLES, Tables
from policy.tariffs.words import LOW_TRUST, PROGRAMMES, READINGS, REASONS, REASONS_WITH_PROGRAMME, TRUST_ORDER

__all__ = [
    "LOW_TRUST", "PROGRAMMES", "READINGS", "REASONS", "REASONS_WITH_PROGRAMME", "TABLES", "TRUST_ORDER", "CodeLists", "CodeQuery", "Stack", "Tables", "code_parts", "code_readings", "code_totals",
    "for_codes", "intervals", "layers_and_totals", "matrix", "narrower", "replay", "stack", "totals",
]  # fmt: skip
