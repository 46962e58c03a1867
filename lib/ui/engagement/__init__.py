"""The page of events, communities and referrals."""
