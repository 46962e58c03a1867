"""Points booked by refresh: earned by rule and expired, whole chunks of customers at once (手册 §6.2)."""
