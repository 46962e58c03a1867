"""Customer tiers: lines on money, the watch before a downgrade, and the explanation."""
