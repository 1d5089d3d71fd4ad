"""What a rental is, in days and money: pure rules, without database and clock."""
