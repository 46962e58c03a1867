"""Care on screen: greetings, campaigns, the outbox."""
