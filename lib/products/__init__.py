"""Products and suitability: catalogue, questionnaire, needs, recommendations, the stock (手册 §4, 方案 §3.2)."""
