"""Enquiries (咨询) and service breakpoints (服务断点): who was asked first owns it until it is settled."""
