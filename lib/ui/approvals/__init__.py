"""The approvals page in pieces: lists, one request, what each kind shows, the forms."""
