"""今日工作 on screen: the list, the person being worked, the log, and how the work is spread."""
