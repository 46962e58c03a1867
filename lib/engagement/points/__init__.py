"""Points: what a customer has, earned and redeemed, and when it expires (手册 §6.2)."""
