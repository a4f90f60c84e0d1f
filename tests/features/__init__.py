"""Tests of `pipesight.features`, and of the rules and pages behind them."""
