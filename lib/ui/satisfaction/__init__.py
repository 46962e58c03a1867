"""满意度与服务质量 on screen."""
