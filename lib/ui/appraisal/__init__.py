"""What the page of appraisal and training is made of."""
