"""The pieces a customer's portrait is drawn of."""
