"""Care: what a manager does today and why, visits, greetings, messages, customers in special care."""
