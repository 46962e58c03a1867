"""Satisfaction (满意度): surveys, their answers, what they say, and the customers who are not satisfied (管理 §5)."""
