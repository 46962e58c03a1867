"""The bank's data: the only place with an engine, tables, scope, mask, audit trail and migrations."""
