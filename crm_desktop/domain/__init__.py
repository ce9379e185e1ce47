"""What a customer, call, consent or user is: frozen dataclasses, rights, numbers and the error tree.

No Qt, no SQL, no input or output: everything here can be tested with plain values.
"""
