"""Who is asking: users, sign-in, sessions, and the viewer that every query takes."""
