"""The bank's customer-relationship application: everything but the pages."""
