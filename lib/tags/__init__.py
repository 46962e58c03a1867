"""Tags by rule: conditions of the rulebook over a customer's facts, as SQL."""
