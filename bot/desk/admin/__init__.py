"""管理: accounts, the calendar, texts and the trail. Every page here is for the role 管理员 alone."""
