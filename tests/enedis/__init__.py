"""Enedis each day: the reader, both gateways, the plan and what the household sees."""
