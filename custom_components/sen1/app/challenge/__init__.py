"""A challenge at home: what this home saved in it, said to who organises it in per cent alone."""
