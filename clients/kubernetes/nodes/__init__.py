"""Emptying a node, within what disruption budgets allow."""
