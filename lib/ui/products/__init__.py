"""The products page: catalogue, matrix of the stock, questionnaire."""
