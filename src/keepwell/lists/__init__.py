"""What people keep of the list of customers: saved lists, their columns, and requests to export one."""
