"""What people see: words, tables and charts."""
